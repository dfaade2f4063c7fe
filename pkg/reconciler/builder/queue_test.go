/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

const queuedMessage = "this namespace runs 1 builds at a time (max-concurrent-builds of config-build); " +
	"this one starts when earlier ones have ended, see kubectl get builders -n team"

// oneAtATime returns a context with a limit of one build.
func oneAtATime() context.Context {
	cfg := config.FromContext(context.Background())
	cfg.Build.MaxConcurrentBuilds = 1
	return config.ToContext(context.Background(), cfg)
}

// another returns a Builder in the same namespace, created age after ours.
func another(name string, age time.Duration, options ...BuilderOption) *v1beta2.Builder {
	b := builder(append([]BuilderOption{WithCreationTime(created.Add(age))}, options...)...)
	b.Name, b.UID = name, types.UID(name+"-uid")
	return b
}

func TestQueue(t *testing.T) {
	waits := func(name string, others ...runtime.Object) row {
		return row{
			TableRow: rtesting.TableRow{
				Name: name, Key: key, Ctx: oneAtATime(), Objects: append([]runtime.Object{builder()}, others...),
				WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonQueued, queuedMessage))),
			},
			applied: held(allObjects(), v1beta2.ReasonQueued, queuedMessage),
		}
	}
	begins := func(name string, others ...runtime.Object) row {
		return row{
			TableRow: rtesting.TableRow{
				Name: name, Key: key, Ctx: oneAtATime(), Objects: append([]runtime.Object{builder()}, others...),
				WantStatusUpdates: updates(builder(WithBuilder(started))),
			},
			applied:  allObjects(),
			requeued: 50 * time.Minute,
		}
	}
	elsewhere := another("x", -time.Minute, WithBuilder(started))
	elsewhere.Namespace = "other"
	run(t, []row{
		waits("another runs", another("x", time.Hour, WithBuilder(started))),
		waits("an older one is to begin", another("x", -time.Minute)),
		waits("an older one waits, too", another("x", -time.Minute, waiting(v1beta2.ReasonQueued, queuedMessage))),
		waits("one as old with a name before ours", another("a", 0)),
		begins("no other build runs"),
		begins("earlier ones have ended", another("x", -time.Minute, WithBuilder(started), WithBuilder(succeeded))),
		begins("a younger one waits", another("x", time.Minute, waiting(v1beta2.ReasonQueued, queuedMessage))),
		begins("one as old with a name after ours", another("z", 0)),
		begins("an older one was cancelled", another("x", -time.Minute, cancel(""))),
		begins("an older one waits for its strategy", another("x", -time.Minute, waiting(v1beta2.ReasonStrategyNotFound, "no"))),
		begins("an older one is being deleted", another("x", -time.Minute, WithDeletionTime(now))),
		begins("another namespace is busy", elsewhere),
		{
			TableRow: rtesting.TableRow{
				Name: "a running build is not affected by others", Key: key, Ctx: oneAtATime(),
				Objects:           []runtime.Object{builder(), another("x", -time.Minute, WithBuilder(started))},
				OtherTestData:     Observe(buildRun(map[string]any{}, nil)),
				WantStatusUpdates: updates(builder(WithBuilder(started))),
			},
			applied:  held(allObjects(), v1beta2.ReasonQueued, queuedMessage),
			requeued: 50 * time.Minute,
		},
		{
			TableRow: rtesting.TableRow{
				Name: "a waiting build writes nothing", Key: key, Ctx: oneAtATime(),
				Objects: []runtime.Object{
					builder(waiting(v1beta2.ReasonQueued, queuedMessage)), another("x", -time.Minute, WithBuilder(started)),
				},
			},
			applied: held(allObjects(), v1beta2.ReasonQueued, queuedMessage),
		},
	})
}

// Only a build that leaves the queue requeues waiting builds, and only the first of
// them.
func TestEventsOfTheQueue(t *testing.T) {
	const limit = 2
	runs := another("runs", 0, WithBuilder(started))
	queued := waiting(v1beta2.ReasonQueued, "x")
	blocked := another("w1", time.Second, waiting(v1beta2.ReasonStrategyNotFound, "no"))
	for name, tt := range map[string]struct {
		event func(*buildQueue)
		want  []string
	}{
		"a build ends": {func(q *buildQueue) {
			q.OnUpdate(runs, another("runs", 0, WithBuilder(started), WithBuilder(succeeded)))
		}, []string{"runs", "w1", "w2"}},
		"a build is deleted":              {func(q *buildQueue) { q.OnDelete(runs) }, []string{"runs", "w1", "w2"}},
		"a missed deletion":               {func(q *buildQueue) { q.OnDelete(cache.DeletedFinalStateUnknown{Key: "team/runs", Obj: runs}) }, []string{"runs", "w1", "w2"}},
		"a build is being deleted":        {func(q *buildQueue) { q.OnUpdate(runs, another("runs", 0, WithBuilder(started), WithDeletionTime(now))) }, []string{"runs", "w1", "w2"}},
		"a waiting build is cancelled":    {func(q *buildQueue) { q.OnUpdate(nil, another("w1", time.Second, queued, cancel(""))) }, []string{"w1", "w2", "w3"}},
		"a waiting build is blocked":      {func(q *buildQueue) { q.OnUpdate(nil, blocked) }, []string{"w1", "w2", "w3"}},
		"a waiting build starts":          {func(q *buildQueue) { q.OnUpdate(nil, another("w1", time.Second, WithBuilder(started))) }, []string{"w1"}},
		"a running build does not change": {func(q *buildQueue) { q.OnUpdate(runs, runs) }, []string{"runs"}},
		"a new build":                     {func(q *buildQueue) { q.OnAdd(another("w5", time.Hour), false) }, []string{"w5"}},
		"an unknown object":               {func(q *buildQueue) { q.OnAdd(42, false); q.OnDelete(42) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			q := queueOf([]runtime.Object{
				another("w3", 3*time.Second, queued), another("w1", time.Second, queued), another("w2", 2*time.Second), runs,
				another("w4", 4*time.Second, queued), another("done", 0, WithBuilder(succeeded)),
			})
			q.begin(another("w4", 4*time.Second), limit)
			var enqueued []string
			q.enqueue = func(key types.NamespacedName) { enqueued = append(enqueued, key.Name) }
			tt.event(q)
			slices.Sort(enqueued)
			if diff := cmp.Diff(tt.want, slices.Compact(enqueued)); diff != "" {
				t.Errorf("enqueued (-want +got):\n%s", diff)
			}
		})
	}
}

// A build that was blocked for another reason keeps its place in the queue.
func TestOldestBuildStartsFirst(t *testing.T) {
	old, young := another("old", 0, waiting(v1beta2.ReasonStrategyNotFound, "no")), another("young", time.Second)
	q := queueOf([]runtime.Object{old, young})
	if !q.begin(young, 1) {
		t.Error("the young one waits for one that is blocked")
	}
	q.OnUpdate(old, another("old", 0, waiting(v1beta2.ReasonQueued, "x")))
	if q.begin(old, 1) {
		t.Error("the older one starts beside the young one")
	}
	q.withdraw(young)
	if q.begin(young, 1) || !q.begin(old, 1) {
		t.Error("the older one is not first")
	}
}

// Two workers decide on builds of the same second before the informer shows a start:
// the younger one was seen first.
func TestQueueCountsABuildThatIsAboutToStart(t *testing.T) {
	first, second := another("a", 0), another("b", 0)
	q := queueOf([]runtime.Object{second})
	if !q.begin(second, 1) {
		t.Fatal("the only build does not start")
	}
	q.OnAdd(first, false)
	q.OnUpdate(second, second)
	if q.begin(first, 1) {
		t.Error("two builds start, want 1")
	}
	if !q.begin(second, 1) {
		t.Error("the second attempt of the same build has to wait")
	}
	q.OnUpdate(second, another("b", 0, WithBuilder(started)))
	if q.begin(first, 1) {
		t.Error("a build starts beside one that runs")
	}
}

// A build that may start and does not has no share of the limit, and only older builds
// are enqueued: two builds that fail do not enqueue each other for ever.
func TestWithdrawnBuilds(t *testing.T) {
	old, young := another("old", 0), another("young", time.Second)
	for name, tt := range map[string]struct {
		withdrawn *v1beta2.Builder
		want      []string
	}{
		"the younger one waits":      {young, []string{"old"}},
		"the younger one is blocked": {another("young", time.Second, waiting(v1beta2.ReasonStrategyNotFound, "no")), []string{"old"}},
		"the older one waits":        {old, nil},
		"the older one is blocked":   {another("old", 0, waiting(v1beta2.ReasonStrategyNotFound, "no")), []string{"young"}},
	} {
		t.Run(name, func(t *testing.T) {
			q := queueOf([]runtime.Object{tt.withdrawn})
			q.begin(tt.withdrawn, 1)
			q.OnAdd(old, false)
			q.OnAdd(young, false)
			var enqueued []string
			q.enqueue = func(key types.NamespacedName) { enqueued = append(enqueued, key.Name) }
			q.withdraw(tt.withdrawn)
			if diff := cmp.Diff(tt.want, enqueued); diff != "" {
				t.Errorf("enqueued (-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueueRemovesNamespaces(t *testing.T) {
	b := another("b", 0)
	q := queueOf([]runtime.Object{b, another("done", 0, WithBuilder(succeeded))})
	q.OnDelete(b)
	if len(q.namespaces)+len(q.states) != 0 {
		t.Errorf("the queue keeps %v, %v", q.namespaces, q.states)
	}
}

// No build starts before all Builders are listed.
func TestQueueWaitsForTheList(t *testing.T) {
	q := queueOf(nil)
	q.hasSynced = func() bool { return false }
	cond, err := (&Reconciler{builds: q}).queue(oneAtATime(), another("b", 0))
	if planned, _ := controller.IsRequeueKey(err); cond != nil || !planned {
		t.Errorf("queue() = %v, %v, want a planned retry", cond, err)
	}
}

// If the workers decide on a hundred builds before any of them starts, the oldest may
// start, and not more than the limit.
func TestQueueNeverExceedsItsLimit(t *testing.T) {
	const builds, limit = 100, 7
	var all []runtime.Object
	for i := range builds {
		all = append(all, another(fmt.Sprintf("b-%d", builds-i), time.Duration(i)*time.Second))
	}
	ctx := oneAtATime()
	config.FromContext(ctx).Build.MaxConcurrentBuilds = limit
	r := &Reconciler{builds: queueOf(all)}
	begun := 0
	for i, object := range all {
		cond, err := r.queue(ctx, object.(*v1beta2.Builder))
		if err != nil {
			t.Fatal(err)
		}
		if cond == nil {
			begun++
		}
		if (cond == nil) != (i < limit) {
			t.Errorf("build %d begins: %t", i, cond == nil)
		}
	}
	if begun != limit {
		t.Errorf("%d builds begin, want %d", begun, limit)
	}
}
