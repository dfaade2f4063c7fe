/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/child/pending"
)

// behind returns a fixture of which the watch delivers only what is sent by hand.
func behind(t *testing.T) (f *fixture, send *apiwatch.RaceFreeFakeWatcher) {
	t.Helper()
	f = newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations)
	send = apiwatch.NewRaceFreeFake()
	f.PrependWatchReactor("configurations", func(clientgotesting.Action) (bool, apiwatch.Interface, error) {
		return true, send, nil
	})
	return f.start(), send
}

func (f *fixture) isPending() bool {
	return f.watches.watch(configurations).written.Len() > 0
}

// An event from before our write does not make us write again.
func TestStaleEventsAreNotBelieved(t *testing.T) {
	f, send := behind(t)
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	first := f.get(t, configurationKind, "c")
	f.apply(owner, configuration("c", spec("y")))
	f.requests()

	send.Add(with(first, ready("True", "")))
	f.awaitOwner()
	f.apply(owner, configuration("c", spec("y")))
	f.wantRequests()
	if !f.isPending() {
		t.Error("An older event removed the pending write")
	}

	send.Modify(f.get(t, configurationKind, "c").DeepCopy())
	f.awaitOwner()
	f.await("the write is delivered", func() bool { return !f.isPending() })
	f.apply(owner, configuration("c", spec("y")))
	f.wantRequests()
}

// A later write of another client takes precedence.
func TestNewerEventsAreBelieved(t *testing.T) {
	f, send := behind(t)
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.requests()
	send.Add(f.put(t, with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) {
		_ = unstructured.SetNestedField(u.Object, "drifted", "spec", "field")
	})))
	f.await("the event is delivered", func() bool { return !f.isPending() })
	f.apply(owner, configuration("c", spec("x")))
	f.wantRequests("get configurations", "upgrade configurations", "apply configurations")
}

func TestDeletionIsBelieved(t *testing.T) {
	f, send := behind(t)
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.apply(owner, cfg)
	made := f.get(t, configurationKind, "c")
	send.Add(with(made, ready("True", "")))
	f.awaitOwner()
	f.remove(t, made)
	send.Delete(made.DeepCopy())
	f.awaitOwner()
	f.await("the event is delivered", func() bool { return !f.isPending() })
	f.requests()
	f.apply(owner, cfg)
	f.wantRequests("create configurations")
}

// The watch may deliver the deletion of a child alone, and not our last write.
func TestDeletionEndsWhatWasWritten(t *testing.T) {
	f, send := behind(t)
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	send.Add(with(f.get(t, configurationKind, "c"), ready("True", "")))
	f.awaitOwner()
	f.await("the event is delivered", func() bool { return !f.isPending() })
	f.apply(owner, configuration("c", spec("y")))
	last := f.get(t, configurationKind, "c")
	f.remove(t, last)
	send.Delete(last)
	f.awaitOwner()
	f.await("the event is delivered", func() bool { return !f.isPending() })
	f.requests()
	f.apply(owner, configuration("c", spec("y")))
	f.wantRequests("create configurations")
}

// A child that was created and deleted while the watch was interrupted is created again.
func TestWritesAreNotBelievedForEver(t *testing.T) {
	f, _ := behind(t)
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.apply(owner, cfg)
	f.remove(t, f.get(t, configurationKind, "c"))
	f.requests()

	f.clock.Step(pending.Timeout - 1)
	f.apply(owner, cfg)
	f.wantRequests()
	f.clock.Step(1)
	f.awaitOwner()
	f.apply(owner, cfg)
	f.wantRequests("create configurations")
}

// The watch can deliver the deletion of an object before the response to its
// creation is processed.
func TestDeletionDuringWrite(t *testing.T) {
	f := newFixture(t, newFakeCluster(t, crd(configurationKind)), configurations)
	deleted := make(chan struct{}, 1)
	w := f.watches.watch(configurations)
	w.handlers = append(w.handlers, cache.ResourceEventHandlerFuncs{DeleteFunc: func(any) { deleted <- struct{}{} }})
	send := apiwatch.NewRaceFreeFake()
	f.PrependWatchReactor("configurations", clientgotesting.DefaultWatchReactor(send, nil))
	f.start()
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.PrependReactor("create", "configurations", func(action clientgotesting.Action) (bool, runtime.Object, error) {
		created := action.(clientgotesting.CreateAction).GetObject().(*unstructured.Unstructured).DeepCopy()
		f.stamp(created)
		send.Add(with(created, ready("True", "")))
		send.Delete(created.DeepCopy())
		<-deleted
		return true, created, nil
	})
	f.apply(owner, cfg)
	if f.isPending() {
		t.Error("The object that was deleted is pending")
	}
	f.requests()
	f.apply(owner, cfg)
	f.wantRequests("create configurations")
}

// The cache is updated before a handler is called.
func TestNoReadIsOlderThanTheCache(t *testing.T) {
	f, _ := behind(t)
	w, key := f.watches.watch(configurations), types.NamespacedName{Namespace: namespace, Name: "c"}
	versioned := func(version, status string) *unstructured.Unstructured {
		return with(live(t, newOwner("fn-uid"), configuration("c", spec("x"))), func(u *unstructured.Unstructured) {
			u.SetResourceVersion(version)
			ready(status, "")(u)
		})
	}
	w.addPending(versioned("9", "Unknown"))
	if err := w.informer.GetIndexer().Add(versioned("10", "True")); err != nil {
		t.Fatal("Add() =", err)
	}
	if got := w.get(key).GetResourceVersion(); got != "10" {
		t.Errorf("get() has version %s, want the cached version 10", got)
	}
	w.addPending(versioned("11", "False"))
	if got := w.get(key).GetResourceVersion(); got != "11" {
		t.Errorf("get() has version %s, want the written version 11", got)
	}
	if owned := w.ownedBy("fn-uid"); len(owned) != 1 || owned[0].GetResourceVersion() != "11" {
		t.Errorf("ownedBy() = %v, want the written version alone", owned)
	}
	if owned := w.ownedBy("other"); len(owned) != 0 {
		t.Errorf("ownedBy() of another owner = %v", owned)
	}
}
