/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"context"
	"testing"
	"time"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
	"openfunction.dev/openfunction/pkg/strategy/strategytest"
)

var contract = strategytest.Contract{
	Strategy:    New(),
	AddToScheme: AddToScheme,
	Succeeded: func(digest string) *unstructured.Unstructured {
		return run(corev1.ConditionTrue, "Succeeded", buildv1beta1.BuildRunStatus{
			Output: &buildv1beta1.Output{Digest: digest},
		})
	},
	Failed: func(reason, words string) *unstructured.Unstructured {
		return run(corev1.ConditionFalse, "Failed", buildv1beta1.BuildRunStatus{
			FailureDetails: &buildv1beta1.FailureDetails{Reason: reason, Message: words},
		})
	},
}

func run(status corev1.ConditionStatus, reason string, rest buildv1beta1.BuildRunStatus) *unstructured.Unstructured {
	rest.Conditions = buildv1beta1.Conditions{{
		Type: buildv1beta1.Succeeded, Status: status, Reason: reason,
		Message: "buildrun step step-create failed, for detailed information: kubectl logs",
	}}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&buildv1beta1.BuildRun{
		ObjectMeta: metav1.ObjectMeta{Name: "hello-5fca1b20d9"}, Status: rest,
	})
	if err != nil {
		panic(err)
	}
	return &unstructured.Unstructured{Object: content}
}

func TestContract(t *testing.T) {
	contract.Run(t)
}

func TestGolden(t *testing.T) {
	tests := map[string]func(*v1beta2.Builder, *config.Build){
		"git": func(*v1beta2.Builder, *config.Build) {},
		"defaults": func(b *v1beta2.Builder, cfg *config.Build) {
			b.Spec.Builder = nil
			b.Spec.Env = nil
			b.Spec.Shipwright = nil
			cfg.DefaultBuilder = "registry.example.com/openfunction/builder-go"
			cfg.DefaultRunImage = "registry.example.com/openfunction/run"
			cfg.DefaultTimeout = 7 * time.Minute
			cfg.InsecureRegistries.Insert("10.200.0.1:5000", "registry.example.com")
		},
		"credentials": func(b *v1beta2.Builder, _ *config.Build) {
			b.Spec.ImageCredentials = &corev1.LocalObjectReference{Name: "push"}
			b.Spec.BuilderCredentials = &corev1.LocalObjectReference{Name: "pull"}
			b.Spec.SrcRepo.Credentials = &corev1.LocalObjectReference{Name: "git"}
		},
		"shared-credentials": func(b *v1beta2.Builder, _ *config.Build) {
			b.Spec.ImageCredentials = &corev1.LocalObjectReference{Name: "registry"}
			b.Spec.BuilderCredentials = &corev1.LocalObjectReference{Name: "registry"}
		},
		"bundle": func(b *v1beta2.Builder, _ *config.Build) {
			b.Spec.SrcRepo = &v1beta2.GitRepo{
				BundleContainer: &v1beta2.BundleContainer{Image: "registry.example.com/team/source:v1"},
				Credentials:     &corev1.LocalObjectReference{Name: "pull"},
				SourceSubPath:   new(""),
			}
		},
		"another-strategy": func(b *v1beta2.Builder, cfg *config.Build) {
			b.Spec.Shipwright.Strategy = &v1beta2.Strategy{Name: "buildah"}
			b.Spec.Dockerfile = new("build/Dockerfile")
			b.Spec.Builder = nil
			b.Spec.Env["FORMULA"] = "$(HOME) costs $5"
			cfg.DefaultBuilder = "registry.example.com/openfunction/builder-go"
			cfg.InsecureRegistries.Insert("other.example.com")
		},
		"params": func(b *v1beta2.Builder, cfg *config.Build) {
			cfg.DefaultRunImage = "registry.example.com/openfunction/run"
			b.Spec.Shipwright.Params = []*v1beta2.ParamValue{
				{Name: "run-image", SingleValue: v1beta2.SingleValue{Value: new("registry.example.com/run:mine")}},
				{Name: "builder-image", SingleValue: v1beta2.SingleValue{Value: new("registry.example.com/lost")}},
				{Name: "cache-image", SingleValue: v1beta2.SingleValue{
					ConfigMapValue: &v1beta2.ObjectKeyRef{Name: "cache", Key: "image"},
				}},
				{Name: "list", Values: []v1beta2.SingleValue{
					{Value: new("a")},
					{SecretValue: &v1beta2.ObjectKeyRef{Name: "s", Key: "k", Format: new("k=${SECRET_VALUE}")}},
				}},
			}
		},
		"cancelled": func(b *v1beta2.Builder, _ *config.Build) {
			b.Spec.State = v1beta2.BuildStateCancelled
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := config.FromContext(context.Background())
			b := builder()
			change(b, cfg.Build)
			contract.Golden(config.ToContext(context.Background(), cfg), t, name, b)
		})
	}
}

func builder() *v1beta2.Builder {
	return &v1beta2.Builder{
		ObjectMeta: metav1.ObjectMeta{
			Name: "hello-5fca1b20d9", Namespace: "team",
			Labels: map[string]string{"openfunction.io/function": "hello", "team": "blue"},
		},
		Spec: v1beta2.BuilderSpec{
			Image: "registry.example.com/team/hello:v1",
			BuildSpec: v1beta2.BuildSpec{
				Builder: new("registry.example.com/builder"),
				Env:     map[string]string{"FUNC_NAME": "HelloWorld", "B": "2", "A": "$(id) 'x'\n"},
				SrcRepo: &v1beta2.GitRepo{
					URL:           "https://git.example.com/team/hello.git",
					Revision:      new("main"),
					SourceSubPath: new("functions/hello"),
				},
				Shipwright: &v1beta2.ShipwrightEngine{Timeout: &metav1.Duration{Duration: 10 * time.Minute}},
			},
		},
	}
}

func TestMistakes(t *testing.T) {
	tests := map[string]struct {
		change func(*v1beta2.Builder)
		want   string
	}{
		"no builder image": {
			func(b *v1beta2.Builder) { b.Spec.Builder = nil },
			"missing field(s): spec.builder\nset a builder image, or ask the administrator to set default-builder in config-build",
		},
		"variable that reads as another": {
			func(b *v1beta2.Builder) { b.Spec.Env = map[string]string{"X=PTY": ""} },
			"invalid value: spec.env\n\"X=PTY\" is no variable name: use letters, digits and _, and no digit first",
		},
		"sub-path leaves the source": {
			func(b *v1beta2.Builder) { b.Spec.SrcRepo.SourceSubPath = new("a/../../etc") },
			"invalid value: a/../../etc: spec.srcRepo.sourceSubPath\nmust stay inside the source",
		},
		"the user trusts a registry": {
			func(b *v1beta2.Builder) {
				b.Spec.Shipwright.Params = []*v1beta2.ParamValue{{Name: "run-image"}, {
					Name: "insecure-registries", Values: []v1beta2.SingleValue{{Value: new("evil.example.com")}},
				}}
			},
			"the parameter insecure-registries cannot be set: spec.shipwright.params[1].name\n" +
				"env comes from spec.build.env, and insecure-registries from the ConfigMap config-build",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := builder()
			test.change(b)
			plan, err := New().Plan(strategy.Input{Builder: b, Config: config.FromContext(context.Background())})
			if err == nil {
				t.Fatalf("no error, but %v", plan)
			}
			if err.Error() != test.want {
				t.Errorf("error %q\nwant  %q", err, test.want)
			}
		})
	}
}

func TestTimeoutIsTheShortest(t *testing.T) {
	hour, minute := &metav1.Duration{Duration: time.Hour}, &metav1.Duration{Duration: time.Minute}
	tests := map[string]struct{ build, engine, want *metav1.Duration }{
		"neither":        {nil, nil, &metav1.Duration{Duration: 2 * time.Hour}},
		"of the build":   {minute, nil, minute},
		"of the engine":  {nil, minute, minute},
		"build shorter":  {minute, hour, minute},
		"engine shorter": {hour, minute, minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := builder()
			b.Spec.Timeout, b.Spec.Shipwright.Timeout = test.build, test.engine
			if got := makeTimeout(b, 2*time.Hour); got.Duration != test.want.Duration {
				t.Errorf("timeout %v, want %v", got.Duration, test.want.Duration)
			}
		})
	}
}

func TestRegistryOf(t *testing.T) {
	tests := map[string]string{
		"hello":                       "docker.io",
		"team/hello:v1":               "docker.io",
		"localhost/hello":             "localhost",
		"registry:5000/hello":         "registry:5000",
		"10.200.0.1:5000/team/hello":  "10.200.0.1:5000",
		"registry.example.com/a/b:v1": "registry.example.com",
		"hello:5000":                  "docker.io",
	}
	for image, want := range tests {
		if got := registryOf(image); got != want {
			t.Errorf("registryOf(%q) = %q, want %q", image, got, want)
		}
	}
}
