/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package resources

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// serving returns a Serving of buildFunction that was created at that minute.
func serving(name string, minute int, change ...func(*v1beta2.Serving)) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{
		Name: name, Namespace: "default",
		CreationTimestamp: metav1.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC),
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "core.openfunction.io/v1beta2", Kind: "Function", Name: "hello", UID: "fn-uid", Controller: new(true),
		}},
	}}
	for _, c := range change {
		c(s)
	}
	return s
}

func ready(s *v1beta2.Serving) {
	s.Status.PropagateRevision(&apis.Condition{Status: corev1.ConditionTrue})
}

func async(s *v1beta2.Serving) {
	s.Spec.Triggers = &v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{{}}}
}

func deleted(s *v1beta2.Serving) {
	s.DeletionTimestamp = new(metav1.Now())
}

func servingNames(servings []*v1beta2.Serving) []string {
	var names []string
	for _, s := range servings {
		names = append(names, s.Name)
	}
	return names
}

func TestControlledBy(t *testing.T) {
	foreign := serving("foreign", 9, func(s *v1beta2.Serving) { s.OwnerReferences[0].UID = "another" })
	got := ControlledBy(buildFunction(nil), []*v1beta2.Serving{
		serving("b", 1), foreign, serving("c", 2), serving("a", 1),
	})
	if diff := cmp.Diff([]string{"c", "a", "b"}, servingNames(got)); diff != "" {
		t.Errorf("ControlledBy() (-want, +got):\n%s", diff)
	}
}

func TestLastGood(t *testing.T) {
	recorded := func(name string) func(*v1beta2.Function) {
		return func(fn *v1beta2.Function) {
			fn.Status.InUse = &v1beta2.FunctionInUse{Serving: name}
		}
	}
	tests := []struct {
		name     string
		change   func(*v1beta2.Function)
		servings []*v1beta2.Serving
		want     string
	}{
		{"none", nil, nil, ""},
		{"none is ready", nil, []*v1beta2.Serving{serving("a", 1)}, ""},
		{"the recorded one, after a rollback", recorded("a"), []*v1beta2.Serving{serving("b", 2, ready), serving("a", 1, ready)}, "a"},
		{"status was lost", nil, []*v1beta2.Serving{serving("b", 2, ready), serving("a", 1, ready)}, "b"},
		{"the recorded one broke", recorded("b"), []*v1beta2.Serving{serving("b", 2), serving("a", 1, ready)}, "b"},
		{"the recorded one is gone", recorded("b"), []*v1beta2.Serving{serving("a", 1, ready)}, "a"},
		{"the recorded one is being deleted", recorded("b"), []*v1beta2.Serving{serving("b", 2, ready, deleted), serving("a", 1, ready)}, "a"},
		{"the newest is being deleted", nil, []*v1beta2.Serving{serving("b", 2, ready, deleted), serving("a", 1, ready)}, "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if s := LastGood(buildFunction(test.change), test.servings); s != nil {
				got = s.Name
			}
			if got != test.want {
				t.Errorf("LastGood() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestBuiltBy(t *testing.T) {
	a := serving("a", 1, func(s *v1beta2.Serving) {
		s.Labels = map[string]string{functions.BuildKeyLabelKey: "hello-1"}
	})
	servings := []*v1beta2.Serving{serving("b", 2), a}
	if got := BuiltBy(servings, "hello-1"); got != a {
		t.Errorf("BuiltBy() = %v, want %v", got, a)
	}
	if got := BuiltBy(servings, "hello-2"); got != nil {
		t.Errorf("BuiltBy() = %v, want nil", got)
	}
}
