/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

var (
	strategyKind = schema.GroupVersionKind{Group: "shipwright.io", Version: "v1beta1", Kind: "BuildStrategy"}
	strategies   = child.Kind{
		GroupVersionKind: strategyKind, Product: "Shipwright", InstallHint: "install Shipwright", Fields: [][]string{{"spec", "parameters"}},
	}

	owner = types.NamespacedName{Namespace: namespace, Name: "owner"}
	named = child.Reference{Kind: strategies, NamespacedName: types.NamespacedName{Namespace: namespace, Name: "mine"}}
)

// owners is an informer of owners whose deletion a test reports.
type owners struct {
	cache.SharedIndexInformer

	handler cache.ResourceEventHandler
}

func (o *owners) AddEventHandler(handler cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	o.handler = handler
	return nil, nil
}

func newReferences(t *testing.T, cluster *fakeCluster) (*References, *fixture, chan types.NamespacedName) {
	t.Helper()
	f := newFixture(t, cluster, configurations)
	enqueued := make(chan types.NamespacedName, 100)
	r := NewReferences(f.ctx, &owners{}, func(key types.NamespacedName) { enqueued <- key }, strategies)
	return r, f.start(), enqueued
}

func strategyNamed(name string) *unstructured.Unstructured {
	u := object(strategyKind, name, map[string]any{"spec": map[string]any{
		"parameters": []any{map[string]any{"name": "a"}}, "steps": []any{"long"},
	}})
	u.SetLabels(map[string]string{"owner": "another"})
	return u
}

// The answers of Track that are not an object.
const (
	listing = v1beta2.ReasonPending
	missing = "ShipwrightNotInstalled"
)

// wantFound fails unless Track finds the object that is named, or reports a condition
// with this reason; none if reason is empty.
func wantFound(t *testing.T, r *References, when string, found bool, reason string) *unstructured.Unstructured {
	t.Helper()
	live, unknown := r.Track(owner, named)
	if unknown.GetReason() != reason || (live != nil) != found {
		t.Fatalf("Track() = %v, %+v %s, want found %t, reason %q", live, unknown, when, found, reason)
	}
	return live
}

func TestReferencesHeal(t *testing.T) {
	r, f, enqueued := newReferences(t, newFakeCluster(t, crd(configurationKind)))
	await := func(what string) {
		t.Helper()
		f.await(what, func() bool { return len(enqueued) > 0 })
		for len(enqueued) > 0 {
			if got := <-enqueued; got != owner {
				t.Errorf("enqueued %v, want %v", got, owner)
			}
		}
	}
	wantFound(t, r, "before the kind is installed", false, missing)
	wantUnknown(t, r, corev1.ConditionFalse, "ShipwrightNotInstalled", "Shipwright is not installed (no BuildStrategy.shipwright.io); install Shipwright")
	definition := f.put(t, crd(strategyKind))
	await("the kind is listed")
	f.await("the kind is watched", func() bool {
		return slices.ContainsFunc(f.Actions(), func(action clientgotesting.Action) bool {
			return action.Matches("watch", resourceOf(strategyKind).Resource)
		})
	})
	wantFound(t, r, "while there is none", false, "")
	f.put(t, strategyNamed("another"))
	created := f.put(t, strategyNamed("mine"))
	await("it is created")
	live := wantFound(t, r, "once it is created", true, "")
	if live.GetLabels() != nil || live.Object["spec"].(map[string]any)["steps"] != nil {
		t.Errorf("kept %v", live.Object)
	}
	f.remove(t, created)
	await("it is deleted")
	wantFound(t, r, "once it is deleted", false, "")
	f.remove(t, definition)
	await("the kind is gone")
	wantFound(t, r, "once the kind is gone", false, missing)
}

// A kind that is watched before the first Track is known then.
func TestReferencesAreWatchedEarly(t *testing.T) {
	for name, early := range map[string]bool{"before the start": true, "after it": false} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), strategyNamed("mine")), configurations)
			r := NewReferences(f.ctx, &owners{}, func(types.NamespacedName) {}, strategies)
			if early {
				r.Watch(strategies)
			}
			f.start()
			if !early {
				r.Watch(strategies)
			}
			f.await("the kind is listed", func() bool { return r.watches.references[resourceOf(strategyKind)].synced() })
			wantFound(t, r, "at the first question", true, "")
		})
	}
}

// An owner is enqueued when its kind cannot be listed, and when it can be again.
func TestReferencesFail(t *testing.T) {
	for name, tt := range map[string]struct {
		err             error
		status          corev1.ConditionStatus
		reason, message string
	}{
		"forbidden": {
			apierrs.NewForbidden(resourceOf(strategyKind).GroupResource(), "", errors.New("no right")), corev1.ConditionFalse,
			v1beta2.ReasonForbidden, "watching BuildStrategy.shipwright.io was refused: failed to list shipwright.io/v1beta1, Resource=buildstrategies: " +
				`buildstrategies.shipwright.io is forbidden: no right`,
		},
		"another failure": {
			errors.New("conversion webhook failed"), corev1.ConditionUnknown,
			v1beta2.ReasonUnreadable, "watching BuildStrategy.shipwright.io fails: failed to list shipwright.io/v1beta1, Resource=buildstrategies: " +
				"conversion webhook failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, f, enqueued := newReferences(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), strategyNamed("mine")))
			answers := make(chan error, 1)
			f.PrependReactor("list", "buildstrategies", func(clientgotesting.Action) (bool, runtime.Object, error) {
				err := <-answers
				return err != nil, nil, err
			})
			wantFound(t, r, "while it is listed", false, listing)
			answers <- tt.err
			f.await("the failure is reported", func() bool { return len(enqueued) > 0 })
			<-enqueued
			wantFound(t, r, "once that failed", false, tt.reason)
			wantUnknown(t, r, tt.status, tt.reason, tt.message)
			close(answers)
			f.await("the end of the failure is reported", func() bool { return len(enqueued) > 0 })
			wantFound(t, r, "once it is listed", true, "")
		})
	}
}

func wantUnknown(t *testing.T, r *References, status corev1.ConditionStatus, reason, message string) {
	t.Helper()
	_, unknown := r.Track(owner, named)
	if diff := cmp.Diff(&apis.Condition{Status: status, Reason: reason, Message: message}, unknown); diff != "" {
		t.Error("Track() (-want, +got):", diff)
	}
}

// An owner that was deleted is no longer tracked. An owner that exists is enqueued at each
// change of what it refers to.
func TestReferencesOfDeletedOwners(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), strategyNamed("mine")), configurations)
	enqueued, informer := make(chan types.NamespacedName, 100), &owners{}
	r := NewReferences(f.ctx, informer, func(key types.NamespacedName) { enqueued <- key }, strategies)
	f.start()
	r.Watch(strategies)
	watch := r.watches.references[resourceOf(strategyKind)]
	f.await("the kind is listed", watch.synced)
	f.await("the kind is watched", func() bool {
		return slices.ContainsFunc(f.Actions(), func(action clientgotesting.Action) bool {
			return action.Matches("watch", resourceOf(strategyKind).Resource)
		})
	})
	deleted := types.NamespacedName{Namespace: namespace, Name: "deleted"}
	for _, key := range []types.NamespacedName{owner, deleted} {
		if live, unknown := r.Track(key, named); live == nil || unknown != nil {
			t.Fatalf("Track() = %v, %+v, want the strategy", live, unknown)
		}
	}
	fn := newOwner("uid")
	fn.Name = deleted.Name
	informer.handler.OnDelete(cache.DeletedFinalStateUnknown{Key: deleted.String(), Obj: fn})
	for len(enqueued) > 0 {
		<-enqueued
	}
	for range 2 {
		f.put(t, strategyNamed("mine"))
		f.await("the owner is enqueued", func() bool { return len(enqueued) > 0 })
		if got := <-enqueued; got != owner || len(enqueued) > 0 {
			t.Errorf("enqueued %v and %d more, want %v alone", got, len(enqueued), owner)
		}
	}
}

// No object has a name that is not valid, so there is nothing to wait for.
func TestReferencesToInvalidNames(t *testing.T) {
	r, _, _ := newReferences(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind)))
	live, unknown := r.Track(owner, child.Reference{Kind: strategies, NamespacedName: types.NamespacedName{Namespace: namespace, Name: "Not Valid"}})
	if live != nil || unknown != nil {
		t.Errorf("Track() = %v, %+v, want no object", live, unknown)
	}
}

// A kind that no owner refers to is not watched.
func TestReferencesAreLazy(t *testing.T) {
	r, f, enqueued := newReferences(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), strategyNamed("mine")))
	f.put(t, strategyNamed("another"))
	f.wantRequests()
	if r.watches.references[resourceOf(strategyKind)].running() {
		t.Error("the kind is watched before Track is called")
	}
	if live, unknown := r.Track(owner, named); live != nil && unknown != nil || live == nil && unknown.GetReason() != listing {
		t.Errorf("Track() = %v, %+v, want to wait for the list", live, unknown)
	}
	// The watch may deliver the object before the list is complete. Then the owner is
	// enqueued twice.
	f.await("the owner is enqueued with the object in the cache", func() bool {
		select {
		case <-enqueued:
			live, unknown := r.Track(owner, named)
			return live != nil && unknown == nil
		default:
			return false
		}
	})
}

func TestReferencesWithoutNamespace(t *testing.T) {
	shared := strategyNamed("shared")
	shared.SetNamespace("")
	r, f, enqueued := newReferences(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), shared))
	ref := child.Reference{Kind: strategies, NamespacedName: types.NamespacedName{Name: "shared"}}
	r.Track(owner, ref)
	f.await("the kind is listed", func() bool { return len(enqueued) > 0 })
	if live, unknown := r.Track(owner, ref); live == nil || unknown != nil {
		t.Errorf("Track() = %v, %+v, want it", live, unknown)
	}
}

func TestHeld(t *testing.T) {
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	cfg.Blocked = &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Queued"}
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	o := f.apply(owner, cfg)[0]
	f.wantRequests()
	wantCondition(t, o, corev1.ConditionUnknown, "Queued")
	if !o.Blocked || o.Live != nil {
		t.Errorf("Observation = %+v, want one of a child that is held", o)
	}
	released := cfg
	released.Blocked = nil
	f.apply(owner, released)
	f.wantRequests("create configurations")
	if o := f.apply(owner, cfg)[0]; o.Blocked || o.Live == nil {
		t.Errorf("Observation = %+v, want one of the child that exists", o)
	}
	f.wantRequests()
}

// What follows another is made once that is ready, and then stays whatever becomes
// of the other.
// A kind may read the readiness of its children in its own way.
func TestReadinessOfKind(t *testing.T) {
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	lenient := configurations
	lenient.Readiness = func(live *unstructured.Unstructured) *apis.Condition {
		if own := child.Readiness(live); own.GetReason() != "Harmless" {
			return own
		}
		return &apis.Condition{Status: corev1.ConditionTrue}
	}
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), lenient).start()
	f.apply(owner, cfg)
	for reason, want := range map[string]corev1.ConditionStatus{"Harmless": corev1.ConditionTrue, "Serious": corev1.ConditionFalse} {
		f.put(t, with(f.get(t, configurationKind, "c"), ready("False", reason)))
		f.awaitSeen(lenient)
		if got := f.apply(owner, cfg)[0].Condition; got == nil || got.Status != want {
			t.Errorf("the condition is %+v with reason %s, want one that is %s", got, reason, want)
		}
	}
}

// What is held has its reasons, which are not those of what comes after it.
func TestHeldIsInNobodysWay(t *testing.T) {
	owner, held, other := newOwner("fn-uid"), configuration("c", spec("x")), configuration("d", spec("x"))
	held.Blocked = &apis.Condition{Status: corev1.ConditionTrue, Reason: "Suspended"}
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	if o := f.apply(owner, held, other); len(o) != 2 || !o[0].Blocked || o[1].Live == nil {
		t.Errorf("Observations = %+v, want those of a child that is held and of one that is there", o)
	}
	f.wantRequests("create configurations")
}

func TestFollows(t *testing.T) {
	owner, first, second := newOwner("fn-uid"), configuration("c", spec("x")), configuration("d", spec("x"))
	second.After = true
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	o := f.apply(owner, first, second)
	f.wantRequests("create configurations")
	wantCondition(t, o[1], corev1.ConditionUnknown, v1beta2.ReasonPending)
	if !o[1].Blocked || o[1].Live != nil {
		t.Errorf("Observation = %+v, want one of a child that waits", o[1])
	}
	f.put(t, with(f.get(t, configurationKind, "c"), ready("True", "")))
	f.awaitSeen(configurations)
	f.apply(owner, first, second)
	f.wantRequests("create configurations")
	f.put(t, with(f.get(t, configurationKind, "c"), ready("False", "Failed")))
	f.awaitSeen(configurations)
	if o := f.apply(owner, first, second); o[1].Blocked || o[1].Live == nil {
		t.Errorf("Observation = %+v, want one of the child that exists", o[1])
	}
	f.wantRequests()
}

// Of an object that is only referred to, its names and the fields of its kind are cached.
func TestKeepFields(t *testing.T) {
	component := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "example.com/v1", "kind": "Component",
		"metadata": map[string]any{"name": "orders", "namespace": "team", "labels": map[string]any{"a": "b"}},
		"spec":     map[string]any{"type": "queue", "size": "large"},
		"scopes":   []any{"hello"},
		"status":   map[string]any{"phase": "Ready"},
	}}
	got, err := keepFields([][]string{{"spec", "type"}, {"scopes"}, {"absent"}})(component)
	if err != nil {
		t.Fatal("keepFields() =", err)
	}
	want := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "example.com/v1", "kind": "Component",
		"metadata": map[string]any{"name": "orders", "namespace": "team"},
		"spec":     map[string]any{"type": "queue"},
		"scopes":   []any{"hello"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("keepFields() (-want, +got):", diff)
	}
}
