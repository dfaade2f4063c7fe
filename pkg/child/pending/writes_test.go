/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pending

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"
)

var key = types.NamespacedName{Namespace: "ns", Name: "c"}

func object(version string, changes ...func(*corev1.ConfigMap)) *corev1.ConfigMap {
	c := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: "ns", Name: "c", UID: "uid", ResourceVersion: version,
		OwnerReferences: []metav1.OwnerReference{{UID: "owner", Controller: new(true)}},
	}}
	for _, change := range changes {
		change(c)
	}
	return c
}

func cached(c *corev1.ConfigMap) func() *corev1.ConfigMap {
	return func() *corev1.ConfigMap { return c }
}

func recreated(c *corev1.ConfigMap) { c.UID = "other" }
func renamed(c *corev1.ConfigMap)   { c.Name = "d" }

func TestEvents(t *testing.T) {
	for name, test := range map[string]struct {
		changed, deleted any
		want             bool
	}{
		"an older form":                     {changed: object("99"), want: true},
		"the same form":                     {changed: object("100")},
		"a newer form":                      {changed: object("1000")},
		"a form that cannot be compared":    {changed: object("x")},
		"an older object of the same name":  {changed: object("99", recreated), want: true},
		"a newer object of the same name":   {changed: object("101", recreated)},
		"an object of another name":         {changed: object("1000", renamed), want: true},
		"no object":                         {changed: 42, want: true},
		"its deletion":                      {deleted: object("101")},
		"its deletion, with an older form":  {deleted: object("99")},
		"its deletion, missed":              {deleted: cache.DeletedFinalStateUnknown{Key: "ns/c", Obj: object("99")}},
		"its deletion, without an object":   {deleted: cache.DeletedFinalStateUnknown{Key: "ns/c"}},
		"the deletion of an older object":   {deleted: object("99", recreated), want: true},
		"the deletion of a newer object":    {deleted: object("101", recreated)},
		"the deletion of an unknown object": {deleted: 42, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clocktesting.NewFakeClock(time.Unix(1000, 0))
			w := NewWrites(clock, func(*corev1.ConfigMap) { t.Error("the write timed out") })
			w.Add(object("100"), cached(nil))
			if test.changed != nil {
				w.Observe(test.changed)
			} else {
				w.ObserveDeletion(test.deleted)
			}
			if got := w.Len() > 0; got != test.want || clock.HasWaiters() != test.want {
				t.Errorf("the write is pending: %t, a timer runs: %t, want %t", got, clock.HasWaiters(), test.want)
			}
			if got := len(w.byOwner) > 0; got != test.want {
				t.Errorf("the owner is known: %t, want %t", got, test.want)
			}
		})
	}
}

func TestReads(t *testing.T) {
	w := NewWrites(clocktesting.NewFakeClock(time.Unix(1000, 0)), func(*corev1.ConfigMap) {})
	expect := func(when string, cached *corev1.ConfigMap, version string) {
		t.Helper()
		if got := w.Newest(key, cached); got == nil && version != "" || got != nil && got.ResourceVersion != version {
			t.Errorf("%s: Newest() = %v, want version %q", when, got, version)
		}
		var list []*corev1.ConfigMap
		if cached != nil {
			list = append(list, cached)
		}
		if got := w.MergeControlled("owner", list); len(got) == 0 && version != "" || len(got) > 0 && got[0].ResourceVersion != version || len(got) > 1 {
			t.Errorf("%s: MergeControlled() = %v, want version %q", when, got, version)
		}
	}
	expect("nothing was written", nil, "")
	expect("the cache has it", object("7"), "7")
	w.Add(object("9"), cached(nil))
	expect("it was created", nil, "9")
	expect("the cache is behind", object("8"), "9")
	expect("the cache is ahead", object("10"), "10")
	w.Add(object("11"), cached(object("10")))
	expect("it was updated", object("10"), "11")
	w.Add(object("10"), cached(nil))
	expect("a response came late", object("9"), "11")
	w.Add(object("12"), cached(object("13")))
	expect("the cache had it before the response", object("13"), "13")
	if got := w.MergeControlled("another", nil); len(got) != 0 {
		t.Errorf("MergeControlled() of another owner = %v", got)
	}
	w.Clear()
	expect("all is cleared", nil, "")
}

func TestDeletionDuringWrite(t *testing.T) {
	w := NewWrites(clocktesting.NewFakeClock(time.Unix(1000, 0)), func(*corev1.ConfigMap) {})
	end := w.Begin(key)
	w.ObserveDeletion(object("101"))
	w.Add(object("100"), cached(nil))
	if w.Len() != 0 {
		t.Error("an object that was deleted is pending")
	}
	w.Add(object("102", recreated), cached(nil))
	if w.Len() != 1 {
		t.Error("the object that was created since is not pending")
	}
	end()
	if len(w.inProgress) != 0 {
		t.Error("the write is in progress after its end")
	}
}

// An event that came between the two would not remove the write, which is not there yet.
func TestAddReadsTheCacheUnderTheLock(t *testing.T) {
	w := NewWrites(clocktesting.NewFakeClock(time.Unix(1000, 0)), func(*corev1.ConfigMap) {})
	w.Add(object("9"), func() *corev1.ConfigMap {
		if w.mu.TryLock() {
			w.mu.Unlock()
			t.Error("an event can come between the look at the cache and the record")
		}
		return object("8")
	})
	w.Observe(object("9"))
	if w.Len() != 0 {
		t.Error("a write that the watch delivered is pending")
	}
}

func TestTimeout(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Unix(1000, 0))
	var timedOut []string
	w := NewWrites(clock, func(c *corev1.ConfigMap) { timedOut = append(timedOut, c.ResourceVersion) })
	w.Add(object("1"), cached(nil))
	clock.Step(Timeout - 1)
	w.Add(object("2"), cached(nil))
	clock.Step(Timeout - 1)
	if len(timedOut) != 0 || w.Len() != 1 {
		t.Errorf("timed out: %v", timedOut)
	}
	clock.Step(1)
	if len(timedOut) != 1 || timedOut[0] != "2" || w.Len() != 0 {
		t.Errorf("timed out: %v, want the newest form alone", timedOut)
	}
}
