/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

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
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

var (
	strategyKind = schema.GroupVersionKind{Group: "shipwright.io", Version: "v1beta1", Kind: "BuildStrategy"}
	strategies   = Kind{GroupVersionKind: strategyKind, Product: "Shipwright", InstallHint: "install Shipwright"}

	asker = types.NamespacedName{Namespace: namespace, Name: "asks"}
	named = Reference{Kind: strategies, NamespacedName: types.NamespacedName{Namespace: namespace, Name: "mine"}}
)

func newReferences(t *testing.T, cluster *fakeCluster) (*References, *fixture, chan types.NamespacedName) {
	t.Helper()
	f := newFixture(t, cluster, configurations)
	enqueued := make(chan types.NamespacedName, 100)
	r := NewReferences(f.ctx, func(key types.NamespacedName) { enqueued <- key }, strategies)
	return r, f.start(), enqueued
}

func strategyNamed(name string) *unstructured.Unstructured {
	u := object(strategyKind, name, map[string]any{"spec": map[string]any{
		"parameters": []any{map[string]any{"name": "a"}}, "steps": []any{"long"},
	}})
	u.SetLabels(map[string]string{"someone": "else"})
	return u
}

// wantFound fails where Find says something else of the object that is named.
func wantFound(t *testing.T, r *References, when string, found bool, want Knowledge) *unstructured.Unstructured {
	t.Helper()
	live, known := r.Find(asker, named)
	if known != want || (live != nil) != found {
		t.Fatalf("Find() = %v, %d %s, want found %t, %d", live, known, when, found, want)
	}
	return live
}

func TestReferencesHeal(t *testing.T) {
	r, f, enqueued := newReferences(t, newFakeCluster(t, crd(configurationKind)))
	await := func(what string) {
		t.Helper()
		f.await(what, func() bool { return len(enqueued) > 0 })
		for len(enqueued) > 0 {
			if got := <-enqueued; got != asker {
				t.Errorf("enqueued %v, want %v", got, asker)
			}
		}
	}
	wantFound(t, r, "before the kind is installed", false, Unknowable)
	wantObstacle(t, r, corev1.ConditionFalse, "ShipwrightNotInstalled", "Shipwright is not installed (no BuildStrategy.shipwright.io); install Shipwright")
	definition := f.put(t, crd(strategyKind))
	await("the kind is listed")
	f.await("the kind is watched", func() bool {
		return slices.ContainsFunc(f.Actions(), func(action clientgotesting.Action) bool {
			return action.Matches("watch", resourceOf(strategyKind).Resource)
		})
	})
	wantFound(t, r, "while there is none", false, Known)
	if cond := r.Obstacle(strategies); cond != nil {
		t.Errorf("Obstacle() = %+v of a kind that is listed", cond)
	}
	f.put(t, strategyNamed("another"))
	created := f.put(t, strategyNamed("mine"))
	await("it is created")
	live := wantFound(t, r, "once it is created", true, Known)
	if live.GetLabels() != nil || live.Object["spec"].(map[string]any)["steps"] != nil {
		t.Errorf("kept %v", live.Object)
	}
	f.remove(t, created)
	await("it is deleted")
	wantFound(t, r, "once it is deleted", false, Known)
	f.remove(t, definition)
	await("the kind is gone")
	wantFound(t, r, "once the kind is gone", false, Unknowable)
}

// What is followed before anybody asks is known to the first who does.
func TestReferencesFollow(t *testing.T) {
	for name, early := range map[string]bool{"before the start": true, "after it": false} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), strategyNamed("mine")), configurations)
			r := NewReferences(f.ctx, func(types.NamespacedName) {}, strategies)
			if early {
				r.Follow(strategies)
			}
			f.start()
			if !early {
				r.Follow(strategies)
			}
			f.await("the kind is listed", func() bool { return r.watches.referred[resourceOf(strategyKind)].synced() })
			wantFound(t, r, "at the first question", true, Known)
		})
	}
}

// Who asked hears of what is in the way, and of its end.
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
			wantFound(t, r, "while it is listed", false, Awaited)
			answers <- tt.err
			f.await("the failure is told", func() bool { return len(enqueued) > 0 })
			<-enqueued
			wantFound(t, r, "once that failed", false, Unknowable)
			wantObstacle(t, r, tt.status, tt.reason, tt.message)
			close(answers)
			f.await("the end of it is told", func() bool { return len(enqueued) > 0 })
			wantFound(t, r, "once it is listed", true, Known)
		})
	}
}

func wantObstacle(t *testing.T, r *References, status corev1.ConditionStatus, reason, message string) {
	t.Helper()
	if diff := cmp.Diff(&apis.Condition{Status: status, Reason: reason, Message: message}, r.Obstacle(strategies)); diff != "" {
		t.Error("Obstacle() (-want, +got):", diff)
	}
}

// Nobody pays for what nobody names.
func TestReferencesSleep(t *testing.T) {
	r, f, enqueued := newReferences(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), strategyNamed("mine")))
	f.put(t, strategyNamed("another"))
	f.wantRequests()
	if r.watches.referred[resourceOf(strategyKind)].running() {
		t.Error("the kind is followed before somebody asks")
	}
	if live, known := r.Find(asker, named); live != nil && known != Known || live == nil && known != Awaited {
		t.Errorf("Find() = %v, %d, want to wait for the list", live, known)
	}
	f.await("the kind is listed", func() bool { return len(enqueued) > 0 })
	if live, known := r.Find(asker, named); live == nil || known != Known {
		t.Errorf("Find() = %v, %d, want it", live, known)
	}
}

func TestReferencesWithoutNamespace(t *testing.T) {
	shared := strategyNamed("shared")
	shared.SetNamespace("")
	r, f, enqueued := newReferences(t, newFakeCluster(t, crd(configurationKind), crd(strategyKind), shared))
	ref := Reference{Kind: strategies, NamespacedName: types.NamespacedName{Name: "shared"}}
	r.Find(asker, ref)
	f.await("the kind is listed", func() bool { return len(enqueued) > 0 })
	if live, known := r.Find(asker, ref); live == nil || known != Known {
		t.Errorf("Find() = %v, %d, want it", live, known)
	}
}

func TestHeld(t *testing.T) {
	owner, child := newOwner("fn-uid"), configuration("c", spec("x"))
	child.Held = &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Queued"}
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	o := f.apply(owner, child)[0]
	f.wantRequests()
	wantCondition(t, o, corev1.ConditionUnknown, "Queued")
	if !o.Held || o.Live != nil {
		t.Errorf("Observation = %+v, want one of a child that is held", o)
	}
	released := child
	released.Held = nil
	f.apply(owner, released)
	f.wantRequests("create configurations")
	if o := f.apply(owner, child)[0]; o.Held || o.Live == nil {
		t.Errorf("Observation = %+v, want one of the child that exists", o)
	}
	f.wantRequests()
}

// What follows another is made once that is ready, and then stays whatever becomes
// of the other.
// What a child says may mean something else to those who know its kind.
func TestJudge(t *testing.T) {
	owner, child := newOwner("fn-uid"), configuration("c", spec("x"))
	judged := configurations
	judged.Judge = func(own *apis.Condition) *apis.Condition {
		if own.GetReason() == "Harmless" {
			return &apis.Condition{Status: corev1.ConditionTrue}
		}
		return own
	}
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), judged).start()
	f.apply(owner, child)
	for reason, want := range map[string]corev1.ConditionStatus{"Harmless": corev1.ConditionTrue, "Serious": corev1.ConditionFalse} {
		f.put(t, with(f.get(t, configurationKind, "c"), ready("False", reason)))
		f.awaitSeen(judged)
		if got := f.apply(owner, child)[0].Condition; got == nil || got.Status != want {
			t.Errorf("the condition is %+v with reason %s, want one that is %s", got, reason, want)
		}
	}
}

// What is held has its reasons, which are not those of what comes after it.
func TestHeldIsInNobodysWay(t *testing.T) {
	owner, held, other := newOwner("fn-uid"), configuration("c", spec("x")), configuration("d", spec("x"))
	held.Held = &apis.Condition{Status: corev1.ConditionTrue, Reason: "Suspended"}
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	if o := f.apply(owner, held, other); len(o) != 2 || !o[0].Held || o[1].Live == nil {
		t.Errorf("Observations = %+v, want those of a child that is held and of one that is there", o)
	}
	f.wantRequests("create configurations")
}

func TestFollows(t *testing.T) {
	owner, first, second := newOwner("fn-uid"), configuration("c", spec("x")), configuration("d", spec("x"))
	second.Follows = true
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations).start()
	o := f.apply(owner, first, second)
	f.wantRequests("create configurations")
	wantCondition(t, o[1], corev1.ConditionUnknown, v1beta2.ReasonPending)
	if !o[1].Held || o[1].Live != nil {
		t.Errorf("Observation = %+v, want one of a child that waits", o[1])
	}
	f.put(t, with(f.get(t, configurationKind, "c"), ready("True", "")))
	f.awaitSeen(configurations)
	f.apply(owner, first, second)
	f.wantRequests("create configurations")
	f.put(t, with(f.get(t, configurationKind, "c"), ready("False", "Failed")))
	f.awaitSeen(configurations)
	if o := f.apply(owner, first, second); o[1].Held || o[1].Live == nil {
		t.Errorf("Observation = %+v, want one of the child that exists", o[1])
	}
	f.wantRequests()
}

// Of a Dapr component it is kept what it is and who may use it.
func TestDropContentOfComponent(t *testing.T) {
	component := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "dapr.io/v1alpha1", "kind": "Component",
		"metadata": map[string]any{"name": "orders", "namespace": "team", "labels": map[string]any{"a": "b"}},
		"spec":     map[string]any{"type": "pubsub.redis"},
		"scopes":   []any{"hello"},
		"auth":     map[string]any{"secretStore": "vault"},
	}}
	got, err := dropContent(component)
	if err != nil {
		t.Fatal("dropContent() =", err)
	}
	want := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "dapr.io/v1alpha1", "kind": "Component",
		"metadata": map[string]any{"name": "orders", "namespace": "team"},
		"spec":     map[string]any{"type": "pubsub.redis"},
		"scopes":   []any{"hello"},
		"auth":     map[string]any{"secretStore": "vault"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("dropContent() (-want, +got):", diff)
	}
}
