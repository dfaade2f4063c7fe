/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// configured returns a context in which the administrator set data in config-build.
func configured(t *testing.T, data map[string]string) context.Context {
	t.Helper()
	build, err := config.NewBuildFromConfigMap(&corev1.ConfigMap{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	c := config.FromContext(context.Background())
	c.Build = build
	return config.ToContext(context.Background(), c)
}

const defaultBuilder = "registry.example.com/default-builder:v1"

func TestSetDefaults(t *testing.T) {
	cluster := &Strategy{Name: "openfunction", Kind: new("ClusterBuildStrategy")}
	engine := HTTPEngineKnative
	http := &Triggers{HTTP: &HTTPTrigger{Port: ptr.Int32(8080), Engine: &engine}}
	for name, tt := range map[string]struct {
		in, want FunctionSpec
	}{
		"nothing": {
			want: FunctionSpec{},
		},
		"serving": {
			in:   FunctionSpec{Serving: &WorkloadSpec{}},
			want: FunctionSpec{Serving: &WorkloadSpec{Triggers: http}},
		},
		"empty blocks": {
			in:   FunctionSpec{Serving: &WorkloadSpec{Triggers: &Triggers{HTTP: &HTTPTrigger{Route: &RouteSpec{}}}, Hooks: &Hooks{}}},
			want: FunctionSpec{Serving: &WorkloadSpec{Triggers: &Triggers{HTTP: &HTTPTrigger{Port: ptr.Int32(8080), Engine: &engine, Route: &RouteSpec{}}}, Hooks: &Hooks{}}},
		},
		"events": {
			in:   FunctionSpec{Serving: &WorkloadSpec{Triggers: &Triggers{Dapr: []*DaprTrigger{nil}}}},
			want: FunctionSpec{Serving: &WorkloadSpec{Triggers: &Triggers{Dapr: []*DaprTrigger{nil}}}},
		},
		"explicit values stay": {
			in: FunctionSpec{
				Version: new("v2"),
				Serving: &WorkloadSpec{Triggers: &Triggers{HTTP: &HTTPTrigger{Port: ptr.Int32(0)}}},
			},
			want: FunctionSpec{
				Version: new("v2"),
				Serving: &WorkloadSpec{Triggers: &Triggers{HTTP: &HTTPTrigger{Port: ptr.Int32(0), Engine: &engine}}},
			},
		},
		"letter case": {
			in: FunctionSpec{
				WorkloadRuntime: "ociCONTAINER",
				Serving:         &WorkloadSpec{Triggers: http, WorkloadType: "statefulset", Hooks: &Hooks{Policy: "OVERRIDE"}},
			},
			want: FunctionSpec{
				Serving: &WorkloadSpec{Triggers: http, WorkloadType: "StatefulSet", Hooks: &Hooks{Policy: "Override"}},
			},
		},
		"unknown words stay for validation": {
			in:   FunctionSpec{WorkloadRuntime: "Docker", Serving: &WorkloadSpec{Triggers: http, WorkloadType: "Pod"}},
			want: FunctionSpec{WorkloadRuntime: "Docker", Serving: &WorkloadSpec{Triggers: http, WorkloadType: "Pod"}},
		},
		"build": {
			in:   FunctionSpec{Build: &BuildSpec{}},
			want: FunctionSpec{Build: &BuildSpec{Builder: new(defaultBuilder), Shipwright: &ShipwrightEngine{Strategy: cluster}}},
		},
		"build with the default strategy by name": {
			in:   FunctionSpec{Build: &BuildSpec{Shipwright: &ShipwrightEngine{Strategy: cluster}}},
			want: FunctionSpec{Build: &BuildSpec{Builder: new(defaultBuilder), Shipwright: &ShipwrightEngine{Strategy: cluster}}},
		},
		"build with a builder": {
			in:   FunctionSpec{Build: &BuildSpec{Builder: new("mine"), State: "cancelled"}},
			want: FunctionSpec{Build: &BuildSpec{Builder: new("mine"), State: "Cancelled", Shipwright: &ShipwrightEngine{Strategy: cluster}}},
		},
		"build from a Dockerfile": {
			in:   FunctionSpec{Build: &BuildSpec{Dockerfile: new("Dockerfile")}},
			want: FunctionSpec{Build: &BuildSpec{Dockerfile: new("Dockerfile"), Shipwright: &ShipwrightEngine{Strategy: cluster}}},
		},
		"build with a strategy of the author": {
			in:   FunctionSpec{Build: &BuildSpec{Shipwright: &ShipwrightEngine{Strategy: &Strategy{Name: "kaniko"}}}},
			want: FunctionSpec{Build: &BuildSpec{Shipwright: &ShipwrightEngine{Strategy: &Strategy{Name: "kaniko"}}}},
		},
		"kind of strategy in lower case": {
			in:   FunctionSpec{Build: &BuildSpec{Shipwright: &ShipwrightEngine{Strategy: &Strategy{Name: "kaniko", Kind: new("clusterbuildstrategy")}}}},
			want: FunctionSpec{Build: &BuildSpec{Shipwright: &ShipwrightEngine{Strategy: &Strategy{Name: "kaniko", Kind: new("ClusterBuildStrategy")}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.want.Version == nil {
				tt.want.Version = new("latest")
			}
			if tt.want.WorkloadRuntime == "" {
				tt.want.WorkloadRuntime = WorkloadRuntimeOCIContainer
			}
			ctx := configured(t, map[string]string{"default-builder": defaultBuilder})
			f := &Function{Spec: *tt.in.DeepCopy()}
			f.SetDefaults(ctx)
			if diff := cmp.Diff(tt.want, f.Spec); diff != "" {
				t.Errorf("defaults (-want +got):\n%s", diff)
			}
			again := f.DeepCopy()
			again.SetDefaults(ctx)
			if diff := cmp.Diff(f.Spec, again.Spec); diff != "" {
				t.Errorf("second time (-first +second):\n%s", diff)
			}
		})
	}
}

// What the administrator changes later must not build stored functions anew.
func TestDefaultsOfTheAdministratorAreWrittenOnce(t *testing.T) {
	stored := function(t, builtAndServed, `build: {builder: null}`)
	stored.SetDefaults(configured(t, map[string]string{"default-builder": defaultBuilder}))
	for name, data := range map[string]map[string]string{
		"no builder any more": {},
		"another builder":     {"default-builder": "registry.example.com/other:v2"},
		"another strategy":    {"default-builder": defaultBuilder, "default-strategy": "other"},
	} {
		t.Run(name, func(t *testing.T) {
			f := stored.DeepCopy()
			f.SetDefaults(configured(t, data))
			if diff := cmp.Diff(stored.Spec, f.Spec); diff != "" {
				t.Errorf("changed by a default (-stored +got):\n%s", diff)
			}
		})
	}
}

// Admission must not change the children of a function, which have its spec: the
// controller would take the change for drift.
func TestSetDefaultsDoesNotChangeChildren(t *testing.T) {
	ctx := configured(t, map[string]string{"default-builder": defaultBuilder})
	f := function(t, builtAndServed, `build: {builder: null}`)
	f.SetDefaults(ctx)

	builder := &Builder{Spec: BuilderSpec{Image: f.Spec.Image, BuildSpec: *f.Spec.Build.DeepCopy()}}
	want := builder.DeepCopy()
	builder.SetDefaults(ctx)
	if diff := cmp.Diff(want, builder); diff != "" {
		t.Errorf("Builder (-made +admitted):\n%s", diff)
	}
	serving := &Serving{Spec: ServingSpec{
		WorkloadRuntime: f.Spec.WorkloadRuntime, Version: f.Spec.Version, Image: f.Spec.Image, WorkloadSpec: *f.Spec.Serving.DeepCopy(),
	}}
	wantServing := serving.DeepCopy()
	serving.SetDefaults(ctx)
	if diff := cmp.Diff(wantServing, serving); diff != "" {
		t.Errorf("Serving (-made +admitted):\n%s", diff)
	}
}

func TestSetDefaultsOfCancelledBuilder(t *testing.T) {
	b := &Builder{ObjectMeta: metav1.ObjectMeta{Name: "b"}, Spec: BuilderSpec{BuildSpec: BuildSpec{State: BuildStateCancelled}}}
	b.SetDefaults(context.Background())
	if b.Spec.StateReason != StateReasonCancelled {
		t.Errorf("stateReason = %q, want %q", b.Spec.StateReason, StateReasonCancelled)
	}
}
