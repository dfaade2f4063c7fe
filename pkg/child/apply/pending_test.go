/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
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

func (f *fixture) remembered() bool {
	w := f.watches.watch(configurations)
	w.mu.RLock()
	defer w.mu.RUnlock()
	_, ok := w.written[types.NamespacedName{Namespace: namespace, Name: "c"}]
	return ok
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
	if !f.remembered() {
		t.Error("The write was forgotten for an older event")
	}

	send.Modify(f.get(t, configurationKind, "c").DeepCopy())
	f.awaitOwner()
	f.await("the write is delivered", func() bool { return !f.remembered() })
	f.apply(owner, configuration("c", spec("y")))
	f.wantRequests()
}

// What somebody did after our write counts.
func TestNewerEventsAreBelieved(t *testing.T) {
	f, send := behind(t)
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	f.requests()
	send.Add(f.put(t, with(f.get(t, configurationKind, "c"), func(u *unstructured.Unstructured) {
		_ = unstructured.SetNestedField(u.Object, "drifted", "spec", "field")
	})))
	f.await("the event is delivered", func() bool { return !f.remembered() })
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
	f.await("the event is delivered", func() bool { return !f.remembered() })
	f.requests()
	f.apply(owner, cfg)
	f.wantRequests("create configurations")
}

// The watch may tell of the end of a child alone, and not of our last write.
func TestDeletionEndsWhatWasWritten(t *testing.T) {
	f, send := behind(t)
	owner := newOwner("fn-uid")
	f.apply(owner, configuration("c", spec("x")))
	send.Add(with(f.get(t, configurationKind, "c"), ready("True", "")))
	f.awaitOwner()
	f.await("the event is delivered", func() bool { return !f.remembered() })
	f.apply(owner, configuration("c", spec("y")))
	last := f.get(t, configurationKind, "c")
	f.remove(t, last)
	send.Delete(last)
	f.awaitOwner()
	f.await("the event is delivered", func() bool { return !f.remembered() })
	f.requests()
	f.apply(owner, configuration("c", spec("y")))
	f.wantRequests("create configurations")
}

// A child that came and went while nobody watched is made again all the same.
func TestWritesAreNotBelievedForEver(t *testing.T) {
	f, _ := behind(t)
	owner, cfg := newOwner("fn-uid"), configuration("c", spec("x"))
	f.apply(owner, cfg)
	f.remove(t, f.get(t, configurationKind, "c"))
	f.requests()

	f.clock.Step(rememberFor - 1)
	f.apply(owner, cfg)
	f.wantRequests()
	f.clock.Step(1)
	f.awaitOwner()
	f.apply(owner, cfg)
	f.wantRequests("create configurations")
}

func TestForget(t *testing.T) {
	base := with(object(configurationKind, "c", nil), func(u *unstructured.Unstructured) {
		u.SetUID("uid")
		u.SetResourceVersion("100")
	})
	versioned := func(version string) *unstructured.Unstructured {
		return with(base, func(u *unstructured.Unstructured) { u.SetResourceVersion(version) })
	}
	for name, test := range map[string]struct {
		event any
		want  bool
	}{
		"older":               {versioned("99"), true},
		"the same":            {base, false},
		"newer":               {versioned("1000"), false},
		"not comparable":      {versioned("x"), false},
		"another incarnation": {with(versioned("99"), func(u *unstructured.Unstructured) { u.SetUID("old") }), false},
		"another name":        {with(versioned("1000"), func(u *unstructured.Unstructured) { u.SetName("d") }), true},
		"missed deletion":     {cache.DeletedFinalStateUnknown{Key: "ns/c", Obj: versioned("99")}, false},
		"nonsense":            {42, true},
	} {
		t.Run(name, func(t *testing.T) {
			f, _ := behind(t)
			w := f.watches.watch(configurations)
			w.remember(base)
			w.forget(test.event)
			if got := f.remembered(); got != test.want {
				t.Errorf("The write is remembered: %t, want %t", got, test.want)
			}
			if f.clock.HasWaiters() != test.want {
				t.Errorf("A timer runs: %t, want %t", f.clock.HasWaiters(), test.want)
			}
		})
	}
}
