/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"strings"
	"testing"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"

	"openfunction.dev/openfunction/pkg/child"
)

// Prune deletes what the owner controls and nothing names, and nothing else.
func TestPrune(t *testing.T) {
	owner, other := newOwner("fn-uid"), newOwner("fn-uid-2")
	cfg := func(name string) child.Object { return configuration(name, spec("x")) }
	unlabelled := with(live(t, owner, cfg("unlabelled")), func(u *unstructured.Unstructured) { u.SetLabels(nil) })
	referred := with(live(t, owner, cfg("referred")), func(u *unstructured.Unstructured) {
		refs := u.GetOwnerReferences()
		refs[0].Controller = nil
		u.SetOwnerReferences(refs)
	})
	f := newFixture(t, newFakeCluster(t, crd(configurationKind),
		live(t, owner, cfg("kept")), live(t, owner, cfg("old")), live(t, other, cfg("theirs")),
		with(live(t, owner, cfg("going")), deleting),
		with(object(configurationKind, "foreign", nil), managed), unlabelled, referred,
		live(t, owner, child.Object{Resource: object(deploymentKind, "kept", nil)}),
	), configurations, deployments).start()

	if err := f.Prune(f.ctx, owner, []child.Object{cfg("kept")}); err != nil {
		t.Errorf("Prune() = %v", err)
	}
	for name, want := range map[string]bool{
		"kept": true, "old": false, "theirs": true, "going": true,
		"foreign": true, "unlabelled": true, "referred": true,
	} {
		if got := f.get(t, configurationKind, name) != nil; got != want {
			t.Errorf("%q is there: %t, want %t", name, got, want)
		}
	}
	if f.get(t, deploymentKind, "kept") != nil {
		t.Error("A Deployment was kept for the name of a Configuration")
	}
}

// What the watch shows may have been replaced by an object of the same name.
func TestPruneChecksUID(t *testing.T) {
	owner := newOwner("fn-uid")
	cfg := live(t, owner, configuration("c", spec("x")))
	f := newFixture(t, newFakeCluster(t, crd(configurationKind), cfg), configurations).start()
	// The watch does not deliver an object that is stored directly.
	replaced := with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) { u.SetUID("another") })
	f.PrependReactor("delete", "*", func(action clientgotesting.Action) (bool, runtime.Object, error) {
		if uid := action.(clientgotesting.DeleteActionImpl).DeleteOptions.Preconditions.UID; *uid != replaced.GetUID() {
			return true, nil, apierrs.NewConflict(resourceOf(configurationKind).GroupResource(), "c", errors.New("uid"))
		}
		return false, nil, nil
	})
	if err := f.Prune(f.ctx, owner, nil); err != nil {
		t.Errorf("Prune() = %v, want none, as the watch will deliver it", err)
	}
	if f.get(t, configurationKind, "c") == nil {
		t.Error("Prune() deleted an object that it does not know")
	}
}

func TestPruneTellsAllFailures(t *testing.T) {
	owner := newOwner("fn-uid")
	f := newFixture(t, newFakeCluster(t, crd(configurationKind),
		live(t, owner, configuration("a", spec("x"))), live(t, owner, configuration("b", spec("x")))), configurations).start()
	f.PrependReactor("delete", "*", func(action clientgotesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("no " + action.(clientgotesting.DeleteActionImpl).Name)
	})
	err := f.Prune(f.ctx, owner, nil)
	if err == nil || !strings.Contains(err.Error(), "no a") || !strings.Contains(err.Error(), "no b") {
		t.Errorf("Prune() = %v, want both failures", err)
	}
	f.wantRequests("delete configurations", "delete configurations")
}

// Another client may delete first.
func TestPruneOfWhatIsGone(t *testing.T) {
	owner := newOwner("fn-uid")
	f := newFixture(t, newFakeCluster(t, crd(configurationKind), live(t, owner, configuration("a", spec("x")))), configurations).start()
	f.fail("delete", apierrs.NewNotFound(resourceOf(configurationKind).GroupResource(), "a"))
	if err := f.Prune(f.ctx, owner, nil); err != nil {
		t.Errorf("Prune() = %v", err)
	}
}

// A kind that is not installed has no children.
func TestPruneWithoutKind(t *testing.T) {
	f := newFixture(t, newFakeCluster(t), configurations).start()
	if err := f.Prune(f.ctx, newOwner("fn-uid"), nil); err != nil {
		t.Errorf("Prune() = %v", err)
	}
	f.wantRequests()
}
