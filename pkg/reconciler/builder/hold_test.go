/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	. "openfunction.dev/openfunction/pkg/testing"
)

const queuedMessage = "this namespace runs 1 builds at a time (max-concurrent-builds of config-build); " +
	"this one begins when those before it have ended, see kubectl get builders -n team"

// oneAtATime is the context of an administrator who allows one build.
func oneAtATime() context.Context {
	cfg := config.FromContext(context.Background())
	cfg.Build.MaxConcurrentBuilds = 1
	return config.ToContext(context.Background(), cfg)
}

func held(object child.Object, reason, message string) child.Object {
	object.Blocked = &apis.Condition{Status: corev1.ConditionUnknown, Reason: reason, Message: message}
	return object
}

// another is a Builder of the same namespace, made after age of ours.
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
			applied: []child.Object{held(first(), v1beta2.ReasonQueued, queuedMessage)},
		}
	}
	begins := func(name string, others ...runtime.Object) row {
		return row{
			TableRow: rtesting.TableRow{
				Name: name, Key: key, Ctx: oneAtATime(), Objects: append([]runtime.Object{builder()}, others...),
				WantStatusUpdates: updates(builder(WithBuilder(started))),
			},
			applied: []child.Object{first()},
			woken:   50 * time.Minute,
		}
	}
	elsewhere := another("x", -time.Minute, WithBuilder(started))
	elsewhere.Namespace = "other"
	run(t, []row{
		waits("another runs", another("x", time.Hour, WithBuilder(started))),
		waits("an older one is to begin", another("x", -time.Minute)),
		waits("an older one waits, too", another("x", -time.Minute, waiting(v1beta2.ReasonQueued, queuedMessage))),
		waits("one as old with a name before ours", another("a", 0)),
		begins("nobody else is there"),
		begins("those before it have ended", another("x", -time.Minute, WithBuilder(started), WithBuilder(succeeded))),
		begins("a younger one waits", another("x", time.Minute, waiting(v1beta2.ReasonQueued, queuedMessage))),
		begins("one as old with a name after ours", another("z", 0)),
		begins("an older one was cancelled", another("x", -time.Minute, cancel(""))),
		begins("an older one waits for its strategy", another("x", -time.Minute, waiting(v1beta2.ReasonStrategyNotFound, "no"))),
		begins("an older one is being deleted", another("x", -time.Minute, WithDeletionTime(now))),
		begins("another namespace is busy", elsewhere),
		{
			TableRow: rtesting.TableRow{
				Name: "it runs already, whatever else does", Key: key, Ctx: oneAtATime(),
				Objects:           []runtime.Object{builder(), another("x", -time.Minute, WithBuilder(started))},
				OtherTestData:     Observe(buildRun(map[string]any{}, nil)),
				WantStatusUpdates: updates(builder(WithBuilder(started))),
			},
			applied: []child.Object{held(first(), v1beta2.ReasonQueued, queuedMessage)},
			woken:   50 * time.Minute,
		},
		{
			TableRow: rtesting.TableRow{
				Name: "it still waits: nothing to write", Key: key, Ctx: oneAtATime(),
				Objects: []runtime.Object{
					builder(waiting(v1beta2.ReasonQueued, queuedMessage)), another("x", -time.Minute, WithBuilder(started)),
				},
			},
			applied: []child.Object{held(first(), v1beta2.ReasonQueued, queuedMessage)},
		},
	})
}

func TestStrategyIsMissing(t *testing.T) {
	message := `ClusterBuildStrategy "openfunction" does not exist; create it, or name another in ` +
		"spec.build.shipwright.strategy; kubectl get clusterbuildstrategies,buildstrategies shows those that do"
	runWith(t, Found{"another": nil}, []row{{
		TableRow: rtesting.TableRow{
			Name: "the run waits for it", Key: key, Objects: objects(builder()),
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonStrategyNotFound, message))),
		},
		applied: []child.Object{held(first(), v1beta2.ReasonStrategyNotFound, message)},
	}, {
		TableRow: rtesting.TableRow{
			Name: "it went after the run was made", Key: key, Objects: objects(builder(WithBuilder(started))),
			OtherTestData: Observe(runRuns()),
		},
		applied: []child.Object{again()},
		woken:   50 * time.Minute,
	}})
	runWith(t, Found{Awaited: nil}, []row{{
		TableRow: rtesting.TableRow{
			Name: "strategies are being listed", Key: key, Objects: objects(builder()),
			WantStatusUpdates: updates(builder(waiting(v1beta2.ReasonPending, "waiting for the run to be made"))),
		},
		applied: []child.Object{held(first(), v1beta2.ReasonPending, "waiting for the run to be made")},
	}})
	declared := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"parameters": []any{
		map[string]any{"name": "builder-image"},
	}}}}
	runWith(t, Found{"ClusterBuildStrategy /openfunction": declared}, []row{{
		TableRow: rtesting.TableRow{
			Name: "it was created meanwhile", Key: key,
			Objects:           objects(builder(waiting(v1beta2.ReasonStrategyNotFound, message))),
			WantStatusUpdates: updates(builder(WithBuilder(started))),
		},
		applied: []child.Object{first()},
		woken:   50 * time.Minute,
	}})
}

func TestTheEndOfABuildWakesTheOthers(t *testing.T) {
	runs, ends := another("runs", 0, WithBuilder(started)), another("runs", 0, WithBuilder(started), WithBuilder(succeeded))
	listers := NewListers([]runtime.Object{
		ends, another("first", 0, waiting(v1beta2.ReasonQueued, "x")), another("unseen", 0),
		another("running", 0, WithBuilder(started)), another("done", 0, WithBuilder(succeeded)),
	})
	for name, test := range map[string]struct {
		event func(queued)
		want  []string
	}{
		"it ends":              {func(q queued) { q.OnUpdate(runs, ends) }, []string{"first", "unseen"}},
		"it is deleted":        {func(q queued) { q.OnDelete(runs) }, []string{"first", "unseen"}},
		"it was deleted once":  {func(q queued) { q.OnDelete(cache.DeletedFinalStateUnknown{Key: "team/runs", Obj: runs}) }, []string{"first", "unseen"}},
		"it is as it was":      {func(q queued) { q.OnUpdate(ends, ends) }, nil},
		"it begins":            {func(q queued) { q.OnUpdate(another("runs", 0), runs) }, nil},
		"it comes to be known": {func(q queued) { q.OnAdd(ends, true) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var woken []string
			test.event(queued{builders: listers.BuilderLister(), enqueue: func(key types.NamespacedName) {
				woken = append(woken, strings.TrimPrefix(key.String(), ns+"/"))
			}})
			slices.Sort(woken)
			if diff := cmp.Diff(test.want, woken); diff != "" {
				t.Errorf("woken (-want +got):\n%s", diff)
			}
		})
	}
}

// A hundred builds, of which the cache of each worker is as stale as can be:
// whoever begins, the oldest are those who do, and never more than may.
func TestQueueNeverExceedsByAge(t *testing.T) {
	const builds, limit = 100, 7
	var all []runtime.Object
	for i := range builds {
		all = append(all, another(fmt.Sprintf("b-%d", builds-i), time.Duration(i)*time.Second))
	}
	ctx := oneAtATime()
	config.FromContext(ctx).Build.MaxConcurrentBuilds = limit
	r := &Reconciler{builders: NewListers(all).BuilderLister()}
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
