/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// runs is the number of repetitions. After fewer, a map has shown its random order.
const runs = 100

func (s *suite) testRevisionNames(t *testing.T) {
	first := s.revision(t, s.serving("hello-5fca1b20d9"))
	if len(first) == 0 {
		t.Fatal("Plan() returns nothing to run")
	}
	taken := make(map[string]bool)
	for _, object := range first {
		checkMeta(t, object, "hello-5fca1b20d9")
		taken[s.kindOf(t, object).String()+object.GetName()] = true
	}
	for _, object := range s.revision(t, s.serving("hello-6b1f0c2e7a")) {
		if taken[s.kindOf(t, object).String()+object.GetName()] {
			t.Errorf("two Servings share %q", object.GetName())
		}
	}
}

// checkMeta checks that the plan does not set what only the Applier may set, and that
// the name begins with the name of the owner.
func checkMeta(t *testing.T, object child.Object, owner string) {
	t.Helper()
	if !strings.HasPrefix(object.GetName(), owner) || object.GetGenerateName() != "" {
		t.Errorf("name %q, generateName %q do not derive from %q", object.GetName(), object.GetGenerateName(), owner)
	}
	if object.GetNamespace() != namespace {
		t.Errorf("%q is in namespace %q, want %q", object.GetName(), object.GetNamespace(), namespace)
	}
	if len(object.GetOwnerReferences()) != 0 || len(object.GetFinalizers()) != 0 {
		t.Errorf("%q has owners or finalizers; owners are added when it is applied", object.GetName())
	}
}

func (s *suite) testRevisionReports(t *testing.T) {
	for name, serving := range s.servings() {
		reporting := 0
		for _, object := range s.revision(t, serving) {
			switch object.ConditionType {
			case v1beta2.ServingConditionRevisionReady:
				reporting++
			case "":
			default:
				t.Errorf("%s: %q reports %q", name, object.GetName(), object.ConditionType)
			}
		}
		if reporting == 0 {
			t.Errorf("%s: no object reports %s", name, v1beta2.ServingConditionRevisionReady)
		}
	}
}

func (s *suite) testRevisionPure(t *testing.T) {
	first := make(map[string]string)
	for range runs {
		for name, serving := range s.servings() {
			before := serving.DeepCopy()
			got := s.encode(t, s.revision(t, serving))
			if diff := cmp.Diff(before, serving); diff != "" {
				t.Fatalf("%s: Plan() changed its input (-before, +after): %s", name, diff)
			}
			if _, ok := first[name]; !ok {
				first[name] = got
			}
			if got != first[name] {
				t.Fatalf("%s: Plan() (-first, +later): %s", name, cmp.Diff(first[name], got))
			}
		}
	}
}
