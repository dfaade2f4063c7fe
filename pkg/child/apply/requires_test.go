/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"openfunction.dev/openfunction/pkg/child"
)

var taskRunKind = schema.GroupVersionKind{Group: "tekton.dev", Version: "v1", Kind: "TaskRun"}

// A child whose product works on top of another is not made without that one;
// one that exists is observed all the same.
func TestWhatAKindRequires(t *testing.T) {
	kind := configurations
	kind.Requires = []child.Kind{{GroupVersionKind: taskRunKind, Product: "Tekton", InstallHint: "install Tekton"}}
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))

	t.Run("it is missing", func(t *testing.T) {
		f := newFixture(t, newFakeCluster(t, crd(configurationKind)), kind).start()
		o := f.apply(owner, cfg)[0]
		f.wantRequests()
		wantCondition(t, o, corev1.ConditionFalse, "TektonNotInstalled")
		// Once for the kind itself, once for what it requires.
		f.awaitResync()
		definition := f.put(t, crd(taskRunKind))
		f.awaitResync()
		if o := f.apply(owner, cfg)[0]; o.Live == nil {
			t.Errorf("Observation = %+v, want one of a live child", o)
		}
		f.wantRequests("create configurations")

		f.remove(t, definition)
		f.awaitResync()
		wantCondition(t, f.apply(owner, configuration("d", spec("x")))[0], corev1.ConditionFalse, "TektonNotInstalled")
	})
	t.Run("it is there", func(t *testing.T) {
		f := newFixture(t, newFakeCluster(t, crd(configurationKind), crd(taskRunKind)), kind).start()
		f.apply(owner, cfg)
		f.wantRequests("create configurations")
	})
	t.Run("it went after the child was made", func(t *testing.T) {
		f := newFixture(t, newFakeCluster(t, crd(configurationKind),
			with(live(t, owner, cfg), ready("True", ""))), kind).start()
		wantCondition(t, f.apply(owner, cfg)[0], corev1.ConditionTrue, "")
	})
}
