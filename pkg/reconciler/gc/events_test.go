/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gc

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

// An event enqueues a Function only if it leaves something to delete.
func TestEvents(t *testing.T) {
	fn, good, current := settledFunction(), Serving("ns", "good", ofFunction()), Builder("ns", currentBuilder(), ofFunction(), succeeded())
	old, earlier := Serving("ns", "old", ofFunction()), Builder("ns", "earlier", ofFunction(), succeeded())
	starting := settledFunction()
	starting.Status.PropagateServing(good, "")
	deleted := settledFunction()
	deleted.DeletionTimestamp = &metav1.Time{Time: now}
	aging := settledFunction()
	aging.Spec.Build.BuilderMaxAge = &metav1.Duration{Duration: time.Hour}
	limit := int32(5)
	aging.Spec.Build.SuccessfulBuildsHistoryLimit = &limit
	young := earlier.DeepCopy()
	young.CreationTimestamp = metav1.NewTime(now.Add(-time.Minute))
	unowned := Serving("ns", "unowned")
	successor := settledFunction()
	successor.UID = "another"

	for name, tt := range map[string]struct {
		objects []runtime.Object
		event   any
		now     bool
		after   time.Duration
	}{
		"everything is in use":                  {objects: []runtime.Object{fn, good, current}, event: fn},
		"a child in use changes":                {objects: []runtime.Object{fn, good, current}, event: current},
		"an old Serving is not in use":          {objects: []runtime.Object{fn, good, current, old}, event: fn, now: true},
		"a Builder ends that is not in use":     {objects: []runtime.Object{fn, good, current, earlier}, event: earlier, now: true},
		"a new version starts":                  {objects: []runtime.Object{starting, good, current, old}, event: starting},
		"a Builder gets too old later":          {objects: []runtime.Object{aging, good, current, young}, event: aging, after: 59 * time.Minute},
		"the Function is being deleted":         {objects: []runtime.Object{deleted, old}, event: deleted},
		"a Serving is deleted":                  {objects: []runtime.Object{fn, good, current, earlier}, event: cache.DeletedFinalStateUnknown{Key: "ns/old", Obj: old}, now: true},
		"a Serving without owner":               {objects: []runtime.Object{fn, old}, event: unowned},
		"the Function of a child is gone":       {objects: []runtime.Object{old}, event: old},
		"the Function of a child was recreated": {objects: []runtime.Object{successor, old}, event: old},
		"a deletion that was missed":            {objects: []runtime.Object{fn}, event: cache.DeletedFinalStateUnknown{Key: "ns/old"}},
	} {
		t.Run(name, func(t *testing.T) {
			listers := NewListers(tt.objects)
			var enqueued bool
			var after time.Duration
			e := events{
				reconciler:   &Reconciler{builders: listers.Builders(), servings: listers.Servings(), clock: clocktesting.NewFakePassiveClock(now)},
				functions:    listers.Functions(),
				enqueue:      func(any) { enqueued = true },
				enqueueAfter: func(_ any, delay time.Duration) { after = delay },
			}
			handler := e.ofChildren()
			if _, ok := tt.event.(*v1beta2.Function); ok {
				handler = e.ofFunctions()
			}
			handler.OnAdd(tt.event, false)
			if enqueued != tt.now || after != tt.after {
				t.Errorf("enqueued: %t, after %v, want %t, after %v", enqueued, after, tt.now, tt.after)
			}
		})
	}
}
