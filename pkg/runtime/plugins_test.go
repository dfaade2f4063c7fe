/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// named is a runtime of that name which makes nothing.
type named string

func (n named) Name() string { return string(n) }

func (named) Revision(context.Context, *v1beta2.Serving) ([]child.Object, error) { return nil, nil }

func (named) Route(context.Context, *v1beta2.Function, []Target) ([]child.Object, error) {
	return nil, nil
}

// maker is one that says which kinds it makes.
type maker struct {
	named

	kinds []child.Kind
}

func (m maker) Kinds() []child.Kind { return m.kinds }

// switched is one whose versions rest, or do not.
type switched struct {
	named

	rests bool
}

func (s switched) RestsInReserve() bool { return s.rests }

func kind(name string) child.Kind {
	return child.Kind{GroupVersionKind: schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: name}, Product: name}
}

func TestKinds(t *testing.T) {
	got := Kinds([]Runtime{
		maker{"a", []child.Kind{kind("Shared"), kind("OfA")}}, named("silent"), maker{"b", []child.Kind{kind("OfB"), kind("Shared")}},
	})
	if diff := cmp.Diff([]child.Kind{kind("Shared"), kind("OfA"), kind("OfB")}, got); diff != "" {
		t.Error("Kinds() (-want, +got):", diff)
	}
}

func TestFor(t *testing.T) {
	both := &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{
		HTTP: &v1beta2.HTTPTrigger{}, Cron: []*v1beta2.CronTrigger{{Name: "nightly"}},
	}}
	for name, tt := range map[string]struct {
		spec    *v1beta2.WorkloadSpec
		plugged []Runtime
		want    []Runtime
		missing string
	}{
		"what answers requests comes first": {both, []Runtime{named("async"), named("knative")}, []Runtime{named("knative"), named("async")}, ""},
		"one alone":                         {&v1beta2.WorkloadSpec{}, []Runtime{named("async"), named("knative")}, []Runtime{named("knative")}, ""},
		"one of two is missing":             {both, []Runtime{named("knative")}, nil, "async"},
		"both are missing":                  {both, nil, nil, "knative"},
	} {
		t.Run(name, func(t *testing.T) {
			got, missing := For(tt.spec, ByName(tt.plugged))
			if diff := cmp.Diff(tt.want, got); diff != "" || missing != tt.missing {
				t.Errorf("For() misses %q, want %q (-want, +got): %s", missing, tt.missing, diff)
			}
		})
	}
}

func TestIsSwitched(t *testing.T) {
	for name, tt := range map[string]struct {
		runtimes []Runtime
		want     bool
	}{
		"none":                      {nil, false},
		"one that a route switches": {[]Runtime{named("knative")}, false},
		"one of two":                {[]Runtime{named("knative"), switched{"async", true}}, true},
		"one that never rests":      {[]Runtime{switched{"async", false}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := IsSwitched(tt.runtimes); got != tt.want {
				t.Errorf("IsSwitched() = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestIsReserve(t *testing.T) {
	for state, want := range map[string]bool{
		"": false, functions.RoutingStateActive: false, functions.RoutingStateReserve: true,
	} {
		s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{functions.RoutingStateLabelKey: state}}}
		if got := IsReserve(s); got != want {
			t.Errorf("IsReserve() = %t of state %q, want %t", got, state, want)
		}
	}
}

func TestComponentsTravelInContext(t *testing.T) {
	if got := ComponentsFromContext(t.Context()); got != nil {
		t.Errorf("ComponentsFromContext() = %v of a context without any", got)
	}
	want := Components{"orders": {Scopes: []string{"hello-team"}, SecretStore: "vault"}}
	if diff := cmp.Diff(want, ComponentsFromContext(WithComponents(t.Context(), want))); diff != "" {
		t.Error("ComponentsFromContext() (-want, +got):", diff)
	}
}
