/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

func TestApplyCreates(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	observations := f.apply(newOwner("fn-uid"), configuration("c", spec("x")))
	f.wantRequests("create configurations")

	stored := f.get(t, configurationKind, "c")
	if field(stored) != "x" || stored.GetLabels()[functions.ManagedLabelKey] != functions.ManagedLabelValue {
		t.Errorf("Stored %v", stored)
	}
	refs := stored.GetOwnerReferences()
	if len(refs) != 1 || refs[0].UID != "fn-uid" || !*refs[0].Controller || refs[0].APIVersion != "core.openfunction.io/v1beta2" {
		t.Errorf("Owner references = %v", refs)
	}
	if o := observations[0]; o.Live == nil || o.Name != "c" || o.Kind != "Configuration" || o.Reports != reported || o.Condition != nil {
		t.Errorf("Observation = %+v, want one of a child that has not reported", o)
	}
	f.awaitOwner()
}

// Neither the second look nor one that comes before the watch costs a request.
func TestApplyTwiceAsksOnce(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests("create configurations")
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests()
	f.awaitSeen(configurations, "c")
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests()
}

func TestApplyObserves(t *testing.T) {
	owner := newOwner("fn-uid")
	child := configuration("c", spec("x"))
	f := newFixture(t, newFakeCluster(t, crd(configurationKind),
		with(live(t, owner, child), ready("True", ""))), configurations).start()
	o := f.apply(owner, child)[0]
	f.wantRequests()
	wantCondition(t, o, corev1.ConditionTrue, "")
}

// A change of what is wanted is written once, and what is wanted no longer goes.
func TestApplyUpdates(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", map[string]any{"field": "x", "other": "y"}))
	f.wantRequests("create configurations")

	f.apply(owner, configuration("c", spec("z")))
	f.wantRequests("get configurations", "upgrade configurations", "apply configurations")
	stored := f.get(t, configurationKind, "c")
	if other, found, _ := unstructured.NestedString(stored.Object, "spec", "other"); found || field(stored) != "z" {
		t.Errorf("spec.field = %v, spec.other = %q, want z and nothing", field(stored), other)
	}
	f.apply(owner, configuration("c", spec("z")))
	f.wantRequests()

	// The fields count as applied by now.
	f.apply(owner, configuration("c", spec("zz")))
	f.wantRequests("get configurations", "apply configurations")
	f.awaitSeen(configurations, "c")
	f.apply(owner, configuration("c", spec("zz")))
	f.wantRequests()
}

func TestApplyRepairsDrift(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.awaitSeen(configurations, "c")
	f.requests()

	f.put(t, with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) {
		_ = unstructured.SetNestedField(u.Object, "drifted", "spec", "field")
		_ = unstructured.SetNestedField(u.Object, "theirs", "spec", "added")
	}))
	f.awaitOwner()
	f.awaitSeen(configurations, "c")
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests("get configurations", "upgrade configurations", "apply configurations")
	stored := f.get(t, configurationKind, "c")
	if added, _, _ := unstructured.NestedString(stored.Object, "spec", "added"); field(stored) != "x" || added != "theirs" {
		t.Errorf("spec.field = %v, spec.added = %q, want x, and what others added", field(stored), added)
	}
	f.awaitSeen(configurations, "c")
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests()
}

func TestApplyMakesAgainWhatWasDeleted(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.awaitOwner()
	f.awaitSeen(configurations, "c")
	f.remove(t, f.get(t, configurationKind, "c"))
	f.awaitOwner()
	f.awaitSeen(configurations, "c")
	f.requests()
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests("create configurations")
}
