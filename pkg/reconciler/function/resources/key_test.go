/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func buildFunction(change func(*v1beta2.Function)) *v1beta2.Function {
	fn := &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Name: "hello", Namespace: "default", UID: "fn-uid", Generation: 3},
		Spec: v1beta2.FunctionSpec{
			Image: "registry.example.com/team/hello:v1",
			Build: &v1beta2.BuildSpec{
				Builder: new("builder:v1"),
				SrcRepo: &v1beta2.GitRepo{URL: "https://example.com/hello.git", Revision: new("main")},
				Env:     map[string]string{"FUNC_NAME": "Hello", "A": "1", "B": "2"},
			},
			Serving: &v1beta2.WorkloadSpec{
				Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Port: ptr.To[int32](8080)}},
			},
		},
	}
	if change != nil {
		change(fn)
	}
	return fn
}

func TestBuildKey(t *testing.T) {
	base, err := BuildKey(buildFunction(nil))
	if err != nil {
		t.Fatal(err)
	}
	// The key is part of the name of every existing Builder. Another key for the same
	// spec would build all images again.
	if want := "a1786206a0"; base != want {
		t.Errorf("BuildKey() = %q, want %q", base, want)
	}
	tests := []struct {
		name   string
		change func(*v1beta2.Function)
		same   bool
	}{
		{"another serving", func(fn *v1beta2.Function) { fn.Spec.Serving.Params = map[string]string{"A": "B"} }, true},
		{"no serving", func(fn *v1beta2.Function) { fn.Spec.Serving = nil }, true},
		{"another timeout", func(fn *v1beta2.Function) { fn.Spec.Build.Timeout = &metav1.Duration{Duration: 60e9} }, true},
		{"history limits", func(fn *v1beta2.Function) {
			fn.Spec.Build.SuccessfulBuildsHistoryLimit = ptr.To[int32](3)
			fn.Spec.Build.FailedBuildsHistoryLimit = ptr.To[int32](3)
			fn.Spec.Build.BuilderMaxAge = &metav1.Duration{Duration: 60e9}
		}, true},
		{"cancelled", func(fn *v1beta2.Function) { fn.Spec.Build.State = v1beta2.BuildStateCancelled }, true},
		{"an empty block", func(fn *v1beta2.Function) { fn.Spec.Build.Shipwright = &v1beta2.ShipwrightEngine{} }, true},
		{"another version", func(fn *v1beta2.Function) { fn.Spec.Version = new("v2") }, true},
		{"another revision", func(fn *v1beta2.Function) { fn.Spec.Build.SrcRepo.Revision = new("dev") }, false},
		{"another sub-path", func(fn *v1beta2.Function) { fn.Spec.Build.SrcRepo.SourceSubPath = new("a") }, false},
		{"another token", func(fn *v1beta2.Function) { fn.Spec.Build.RebuildToken = "again" }, false},
		{"another env", func(fn *v1beta2.Function) { fn.Spec.Build.Env["A"] = "2" }, false},
		{"an empty env value", func(fn *v1beta2.Function) { fn.Spec.Build.Env["C"] = "" }, false},
		{"another builder", func(fn *v1beta2.Function) { fn.Spec.Build.Builder = new("builder:v2") }, false},
		{"another image", func(fn *v1beta2.Function) { fn.Spec.Image = "registry.example.com/team/hello:v2" }, false},
		{"other credentials", func(fn *v1beta2.Function) {
			fn.Spec.ImageCredentials = &corev1.LocalObjectReference{Name: "push"}
		}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := BuildKey(buildFunction(test.change))
			if err != nil {
				t.Fatal(err)
			}
			if (got == base) != test.same {
				t.Errorf("BuildKey() = %q, base is %q, want same: %v", got, base, test.same)
			}
		})
	}
}

func TestBuildKeyDoesNotDependOnOrder(t *testing.T) {
	want, err := BuildKey(buildFunction(nil))
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		got, err := BuildKey(buildFunction(func(fn *v1beta2.Function) {
			fn.Spec.Build.Env = map[string]string{"B": "2", "A": "1", "FUNC_NAME": "Hello"}
		}))
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("BuildKey() = %q, want %q", got, want)
		}
	}
}

func TestBuildKeyLeavesTheFunctionAlone(t *testing.T) {
	fn := buildFunction(func(fn *v1beta2.Function) {
		fn.Spec.Build.State = v1beta2.BuildStateCancelled
		fn.Spec.Build.Shipwright = &v1beta2.ShipwrightEngine{Timeout: &metav1.Duration{Duration: 60e9}}
	})
	if _, err := BuildKey(fn); err != nil {
		t.Fatal(err)
	}
	if fn.Spec.Build.State == "" || fn.Spec.Build.Shipwright.Timeout == nil {
		t.Error("BuildKey() changed the Function")
	}
}

func TestServingKey(t *testing.T) {
	base := servingKey(t, nil)
	tests := []struct {
		name   string
		change func(*v1beta2.Function)
		same   bool
	}{
		{"another timeout", func(fn *v1beta2.Function) { fn.Spec.Serving.Timeout = &metav1.Duration{Duration: 60e9} }, true},
		{"another hostname", func(fn *v1beta2.Function) {
			fn.Spec.Serving.Triggers.HTTP.Route = &v1beta2.RouteSpec{Hostnames: []string{"a.example.com"}}
		}, true},
		{"suspended", func(fn *v1beta2.Function) {
			fn.Spec.Serving.ScaleOptions = &v1beta2.ScaleOptions{Suspend: true}
		}, true},
		{"another trigger of a Broker", func(fn *v1beta2.Function) {
			fn.Spec.Serving.Triggers.Eventing = []v1beta2.EventingTrigger{{Name: "orders"}}
		}, true},
		{"another build", func(fn *v1beta2.Function) { fn.Spec.Build = nil }, true},
		{"another port", func(fn *v1beta2.Function) { fn.Spec.Serving.Triggers.HTTP.Port = ptr.To[int32](80) }, false},
		{"another param", func(fn *v1beta2.Function) { fn.Spec.Serving.Params = map[string]string{"A": "B"} }, false},
		{"a bound of zero", func(fn *v1beta2.Function) {
			fn.Spec.Serving.ScaleOptions = &v1beta2.ScaleOptions{MinReplicas: ptr.To[int32](0)}
		}, false},
		{"the identity that it has without an annotation", func(fn *v1beta2.Function) {
			fn.Annotations = map[string]string{functions.IdentityAnnotationKey: functions.IdentityCompatible}
		}, true},
		{"another identity", func(fn *v1beta2.Function) {
			fn.Annotations = map[string]string{functions.IdentityAnnotationKey: functions.IdentityUnique}
		}, false},
		{"another version", func(fn *v1beta2.Function) { fn.Spec.Version = new("v2") }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := servingKey(t, test.change); (got == base) != test.same {
				t.Errorf("key = %q, base is %q, want same: %v", got, base, test.same)
			}
		})
	}
}

func servingKey(t *testing.T, change func(*v1beta2.Function)) string {
	t.Helper()
	s, err := MakeServing(buildFunction(change), "registry.example.com/team/hello@sha256:abc", "hello-1")
	if err != nil {
		t.Fatal(err)
	}
	return s.Name
}
