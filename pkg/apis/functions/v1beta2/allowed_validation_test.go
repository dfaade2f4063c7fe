/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// limited returns a context of a namespace for which an administrator set more
// than nothing.
func limited(t *testing.T, annotations map[string]string) context.Context {
	t.Helper()
	ctx := config.ToContext(config.InNamespace(t.Context(), "team", annotations), config.FromContext(t.Context()))
	if err := config.FromContext(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	return ctx
}

var houseRules = map[string]string{
	"config-build.openfunction.io/default-builder":      "registry.example.com/house/builder:v1",
	"config-build.openfunction.io/allowed-builders":     "registry.example.com/builders",
	"config-build.openfunction.io/allowed-strategies":   "ko, BuildStrategy/own-*",
	"config-build.openfunction.io/allowed-repositories": "registry.example.com/{namespace}",
}

func TestValidateAllowed(t *testing.T) {
	const (
		repositories = " is outside of allowed-repositories in config-build: registry.example.com/team"
		builders     = " is outside of allowed-builders in config-build: registry.example.com/builders"
		strategies   = " is outside of allowed-strategies in config-build: ClusterBuildStrategy/ko, BuildStrategy/own-*"
		plain        = "Forbidden: must be a plain value, because allowed-builders in config-build limits the allowed values"
	)
	for name, tt := range map[string]struct {
		spec string
		want []string
	}{
		"the administrator's builder": {`build: {builder: null}`, nil},
		"a builder that is listed":    {`build: {builder: "registry.example.com/builders/go:v1"}`, nil},
		"a repository": {`build: {builder: null}, image: registry.example.com/other/hello`, []string{
			`spec.image: Forbidden: repository policy: "registry.example.com/other/hello"` + repositories,
		}},
		"a repository of what is only served": {`build: null, image: evil.example.com/team/hello`, []string{
			`spec.image: Forbidden: repository policy: "evil.example.com/team/hello"` + repositories,
		}},
		"a builder": {`build: {builder: paketobuildpacks/builder}`, []string{
			`spec.build.builder: Forbidden: "paketobuildpacks/builder"` + builders,
		}},
		"a malformed builder": {`build: {builder: "A b"}`, []string{
			`spec.build.builder: Invalid value: "A b": repository must be lowercase`,
		}},
		"a strategy": {`build: {builder: null, shipwright: {strategy: {name: kaniko, kind: ClusterBuildStrategy}}}`, []string{
			`spec.build.shipwright.strategy: Forbidden: ClusterBuildStrategy "kaniko"` + strategies,
		}},
		"a strategy of the same name of the user's own": {`build: {builder: null, shipwright: {strategy: {name: ko}}}`, []string{
			`spec.build.shipwright.strategy: Forbidden: BuildStrategy "ko"` + strategies,
		}},
		"strategies that are listed": {`build: {builder: null, shipwright: {strategy: {name: own-1, kind: BuildStrategy}}}`, nil},
		"the default strategy":       {`build: {builder: null, shipwright: {strategy: {name: openfunction, kind: ClusterBuildStrategy}}}`, nil},
		"images by parameters": {
			`build: {builder: null, shipwright: {params: [{name: builder-image, value: evil.example.com/x1}, {name: run-image, secretValue: {name: s, key: k}},
			  {name: cache-image, value: registry.example.com/other/cache}, {name: other, value: x}]}}`,
			[]string{
				`spec.build.shipwright.params[0].value: Forbidden: "evil.example.com/x1"` + builders,
				`spec.build.shipwright.params[1]: ` + plain,
				`spec.build.shipwright.params[2].value: Forbidden: repository policy: "registry.example.com/other/cache"` + repositories,
			},
		},
		"images by lists of parameters": {
			`build: {builder: null, shipwright: {params: [{name: builder-image, values: [{value: registry.example.com/builders/go}, {value: evil.example.com/x1}, {configMapValue: {name: s, key: k}}]}]}}`,
			[]string{
				`spec.build.shipwright.params[0].values[1].value: Forbidden: "evil.example.com/x1"` + builders,
				`spec.build.shipwright.params[0].values[2]: ` + plain,
			},
		},
		"no cache": {`build: {builder: null, shipwright: {params: [{name: cache-image, value: none}, {name: run-image, value: registry.example.com/builders/run}]}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := apis.WithinCreate(limited(t, houseRules))
			f := function(t, builtAndServed, tt.spec)
			f.SetDefaults(ctx)
			if diff := cmp.Diff(tt.want, list(f.Validate(ctx).Filter(apis.ErrorLevel))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// The children are held to the same lists, however they come to be.
func TestValidateAllowedOfChildren(t *testing.T) {
	ctx := apis.WithinCreate(limited(t, houseRules))
	f := function(t, builtAndServed, `image: registry.example.com/other/hello`)
	f.SetDefaults(ctx)
	want := []string{
		`spec.builder: Forbidden: "registry.example.com/builder:v1" is outside of allowed-builders in config-build: registry.example.com/builders`,
		`spec.image: Forbidden: repository policy: "registry.example.com/other/hello" is outside of allowed-repositories in config-build: registry.example.com/team`,
	}
	b := &Builder{ObjectMeta: metav1.ObjectMeta{Name: "b"}, Spec: BuilderSpec{Image: f.Spec.Image, BuildSpec: *f.Spec.Build}}
	if diff := cmp.Diff(want, list(b.Validate(ctx).Filter(apis.ErrorLevel))); diff != "" {
		t.Errorf("errors of a Builder (-want +got):\n%s", diff)
	}
	s := &Serving{ObjectMeta: metav1.ObjectMeta{Name: "s"}, Spec: ServingSpec{Image: f.Spec.Image, WorkloadSpec: *f.Spec.Serving}}
	if diff := cmp.Diff(want[1:], list(s.Validate(ctx).Filter(apis.ErrorLevel))); diff != "" {
		t.Errorf("errors of a Serving (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"spec.build." + want[0][len("spec."):], want[1]}, list(f.ValidateBuild(ctx))); diff != "" {
		t.Errorf("errors of the build (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], list(f.ValidateServing(ctx))); diff != "" {
		t.Errorf("errors of the serving (-want +got):\n%s", diff)
	}
}

// A stricter allow list does not affect stored values, and applies to values that
// change.
func TestRatchetOfAllowLists(t *testing.T) {
	ctx := limited(t, houseRules)
	stored := function(t, builtAndServed, "")
	stored.SetDefaults(ctx)
	for name, tt := range map[string]struct {
		spec string
		want []string
	}{
		"another field": {`serving: {params: {A: b}}, build: {timeout: 1m}`, nil},
		"the same builder by another tag": {`build: {builder: "registry.example.com/builder:v2"}`, []string{
			`spec.build.builder: Forbidden: "registry.example.com/builder:v2" is outside of allowed-builders in config-build: registry.example.com/builders`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := function(t, builtAndServed, tt.spec)
			f.SetDefaults(ctx)
			if diff := cmp.Diff(tt.want, list(f.Validate(apis.WithinUpdate(ctx, stored)).Filter(apis.ErrorLevel))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// Nothing new is accepted while the settings of the namespace cannot be read. Existing
// objects can still be labelled and deleted.
func TestValidateNamespace(t *testing.T) {
	ctx := config.InNamespace(t.Context(), "team", map[string]string{"config-build.openfunction.io/allowed-builders": ""})
	ctx = config.ToContext(ctx, config.FromContext(t.Context()))
	want := []string{`metadata.namespace: Forbidden: the configuration of namespace "team" is invalid; ` +
		`an administrator has to correct its annotation config-build.openfunction.io/allowed-builders: allowed-builders: must not be empty; * allows all`}
	f := function(t, builtAndServed, "")
	f.SetDefaults(ctx)
	labelled, changed := f.DeepCopy(), f.DeepCopy()
	labelled.Labels = map[string]string{"a": "b"}
	changed.Spec.Serving.Params = map[string]string{"A": "b"}
	for name, tt := range map[string]struct {
		errs *apis.FieldError
		want []string
	}{
		"a new function":       {f.Validate(apis.WithinCreate(ctx)), want},
		"another spec":         {changed.Validate(apis.WithinUpdate(ctx, f)), want},
		"another label":        {labelled.Validate(apis.WithinUpdate(ctx, f)), nil},
		"outside of admission": {f.Validate(ctx), nil},
	} {
		if diff := cmp.Diff(tt.want, list(tt.errs.Filter(apis.ErrorLevel))); diff != "" {
			t.Errorf("%s: errors (-want +got):\n%s", name, diff)
		}
	}
}

func TestValidatePodFeatures(t *testing.T) {
	ctx := limited(t, map[string]string{
		"config-features.openfunction.io/kubernetes.podspec-init-containers":   "Allowed",
		"config-features.openfunction.io/kubernetes.podspec-priorityclassname": "Enabled",
		"config-features.openfunction.io/kubernetes.podspec-nodeselector":      "Disabled",
	})
	for name, tt := range map[string]struct {
		template string
		want     []string
	}{
		"what is on": {`{initContainers: [{name: init, image: init}], priorityClassName: batch}`, nil},
		"what is on, with what nothing allows": {
			`{initContainers: [{name: init, image: init, securityContext: {privileged: true}}, {name: function, image: init}, {name: init, image: init}], priorityClassName: system-node-critical}`,
			[]string{
				`spec.serving.template.initContainers[0].securityContext.privileged: Forbidden: does not pass the Pod Security Standard restricted`,
				`spec.serving.template.initContainers[1].name: Forbidden: the name function is reserved for the container of the function`,
				`spec.serving.template.initContainers[2].name: Duplicate value: "init"`,
				`spec.serving.template.priorityClassName: Forbidden: "system-node-critical" is reserved for components of Kubernetes`,
			},
		},
		"a name of a container and of an init container": {
			`{initContainers: [{name: side, image: init}], containers: [{name: side, image: side}]}`,
			[]string{`spec.serving.template.initContainers[0].name: Duplicate value: "side"`},
		},
		"what is off": {`{nodeSelector: {a: b}, schedulerName: own}`, []string{
			`spec.serving.template.nodeSelector: Forbidden: the feature kubernetes.podspec-nodeselector is Disabled, an administrator can allow it in the ConfigMap config-features`,
			`spec.serving.template.schedulerName: Forbidden: the feature kubernetes.podspec-schedulername is Disabled, an administrator can allow it in the ConfigMap config-features`,
		}},
		"a token of an account": {
			`{serviceAccountName: robot, automountServiceAccountToken: true, volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: x}}]}}]}`, nil,
		},
		"two accounts": {`{serviceAccountName: robot, serviceAccount: other}`, []string{
			`spec.serving.template.serviceAccount: Invalid value: "other": must be left out, or the same as serviceAccountName`,
		}},
		"one account by both names": {`{serviceAccountName: robot, serviceAccount: robot}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := function(t, servedOnly, `serving: {template: `+tt.template+`}`)
			f.SetDefaults(ctx)
			if diff := cmp.Diff(tt.want, list(f.Validate(ctx).Filter(apis.ErrorLevel))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}
