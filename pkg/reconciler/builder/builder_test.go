/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgotesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection/clients/dynamicclient"
	"knative.dev/pkg/logging"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	builderreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/builder"
	"openfunction.dev/openfunction/pkg/strategy"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
	. "openfunction.dev/openfunction/pkg/testing"
)

const (
	ns     = "team"
	name   = "hello-5fca1b20d9"
	key    = ns + "/" + name
	kind   = "BuildRun"
	digest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

	showLog = "; show the log: kubectl logs -n team -l buildrun.shipwright.io/name=hello-5fca1b20d9 --all-containers --tail=-1"
	running = "the build runs" + showLog
	failLog = showLog + "; after a correction, set another spec.build.rebuildToken to build again"
)

var (
	created = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	now     = created.Add(10 * time.Minute)
	ended   = created.Add(time.Minute)

	// fraction is the part of a time that the API drops.
	fraction = 7 * time.Millisecond

	errAPI = errors.New("the API server is away")
)

// row is a row of Knative's table with additional expectations.
type row struct {
	rtesting.TableRow
	// applied are the objects that have to be applied; none means no call.
	applied []child.Object
	// pruned is set if all children have to be deleted.
	pruned bool
	// requeued is the delay after which the Builder has to be reconciled again; zero means
	// never.
	requeued time.Duration
}

// queueOf returns a queue with the Builders among the objects.
func queueOf(objects []runtime.Object) *buildQueue {
	q := newBuildQueue(func(types.NamespacedName) {}, nil)
	q.hasSynced = func() bool { return true }
	for _, object := range objects {
		q.OnAdd(object, true)
	}
	return q
}

func run(t *testing.T, rows []row) {
	t.Helper()
	runWith(t, nil, rows)
}

func runWith(t *testing.T, strategies Found, rows []row, options ...func(*Reconciler)) {
	t.Helper()
	var requeued []time.Duration
	factory := MakeFactory(func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		requeued = nil
		r := &Reconciler{
			strategy:     shipwright.New(),
			children:     children,
			references:   strategies,
			builders:     listers.BuilderLister(),
			builds:       queueOf(listers.Objects()),
			dynamic:      dynamicclient.Get(ctx),
			clock:        clocktesting.NewFakePassiveClock(now.Add(fraction)),
			enqueueAfter: func(_ any, after time.Duration) { requeued = append(requeued, after) },
		}
		for _, option := range options {
			option(r)
		}
		return builderreconciler.NewReconciler(ctx, logging.FromContext(ctx), functionsclient.Get(ctx),
			listers.BuilderLister(), controller.GetEventRecorder(ctx), r)
	}, shipwright.AddToScheme)

	table := make(rtesting.TableTest, 0, len(rows))
	for _, r := range rows {
		prune := WantNotPruned
		if r.pruned {
			prune = WantPruned()
		}
		r.PostConditions = append(r.PostConditions, WantApplied(r.applied...), prune, func(t *testing.T, _ *rtesting.TableRow) {
			t.Helper()
			var want []time.Duration
			if r.requeued != 0 {
				want = []time.Duration{r.requeued}
				if r.requeued != child.TakenNameRetry && r.requeued != cancelGrace {
					want[0] -= fraction
				}
			}
			if diff := cmp.Diff(want, requeued); diff != "" {
				t.Errorf("requeued (-want +got):\n%s", diff)
			}
		})
		table = append(table, r.TableRow)
	}
	table.Test(t, factory)
}

// builder returns a Builder as the Function's controller creates it.
func builder(options ...BuilderOption) *v1beta2.Builder {
	return Builder(ns, name, append([]BuilderOption{
		WithCreationTime(created),
		WithBuilder(func(b *v1beta2.Builder) {
			b.Spec.Image = "registry.example.com/team/hello"
			b.Spec.Builder = new("registry.example.com/builder")
			b.Spec.SrcRepo = &v1beta2.GitRepo{URL: "https://git.example.com/team/hello.git"}
			b.Spec.Timeout = &metav1.Duration{Duration: time.Hour}
		}),
	}, options...)...)
}

// started sets the status after the run was first read.
func started(b *v1beta2.Builder) {
	b.Status.ObservedGeneration = b.Generation
	b.Status.StartTime = &metav1.Time{Time: created}
	b.Status.ResourceRef = map[string]string{"shipwright.io/buildRun": name}
	b.Status.MarkBuilding(v1beta2.ReasonBuilding, running)
}

func status(mark func(*v1beta2.BuilderStatus)) WithBuilder {
	return func(b *v1beta2.Builder) {
		b.Status.ObservedGeneration = b.Generation
		mark(&b.Status)
	}
}

func waiting(reason, message string) WithBuilder {
	return status(func(s *v1beta2.BuilderStatus) { s.MarkBuilding(reason, message) })
}

// untouched sets the status that the generated reconciler initialises for a new
// generation.
func untouched(b *v1beta2.Builder) {
	b.Status.ObservedGeneration = b.Generation
	b.Status.SetConditions(apis.Conditions{{
		Type: v1beta2.BuilderConditionSucceeded, Status: corev1.ConditionUnknown,
		Reason: "NewObservedGenFailure", Message: "unsuccessfully observed a new generation",
	}})
}

func failed(reason, message string, at time.Time) WithBuilder {
	return status(func(s *v1beta2.BuilderStatus) {
		s.MarkFailed(reason, message)
		s.MarkCompleted(metav1.NewTime(at))
	})
}

func timedOut(message string, at time.Time) WithBuilder {
	return status(func(s *v1beta2.BuilderStatus) {
		s.MarkTimeout(message)
		s.MarkCompleted(metav1.NewTime(at))
	})
}

func wasCancelled(reason, message string, at time.Time) WithBuilder {
	return status(func(s *v1beta2.BuilderStatus) {
		s.MarkCancelled(reason, message)
		s.MarkCompleted(metav1.NewTime(at))
	})
}

func succeeded(b *v1beta2.Builder) {
	status(func(s *v1beta2.BuilderStatus) {
		s.Output = &v1beta2.BuildOutput{Digest: digest, Size: 7}
		s.MarkSucceeded()
		s.MarkCompleted(metav1.NewTime(ended))
	})(b)
}

// cancel sets the fields by which the Function's controller cancels a build.
func cancel(reason string) WithBuilder {
	return func(b *v1beta2.Builder) {
		b.Generation++
		b.Spec.State, b.Spec.StateReason = v1beta2.BuildStateCancelled, reason
	}
}

func cancellingSince(at time.Time) WithBuilder {
	return func(b *v1beta2.Builder) {
		waiting(v1beta2.ReasonCancelling, "the build is being cancelled")(b)
		b.Status.Conditions[0].LastTransitionTime.Inner = metav1.NewTime(at)
	}
}

func timeout(d time.Duration) WithBuilder {
	return func(b *v1beta2.Builder) { b.Spec.Timeout = &metav1.Duration{Duration: d} }
}

// first, again and stop return the object that is applied to create a run, to read it,
// and to cancel it.
func first(options ...BuilderOption) child.Object {
	objects := allObjects(options...)
	return objects[len(objects)-1]
}

func again(options ...BuilderOption) child.Object {
	object := first(options...)
	object.MustExist = true
	return object
}

func stop(options ...BuilderOption) child.Object {
	return again(append(options, cancel(""))...)
}

// buildRun returns a run with that status and condition.
func buildRun(status map[string]any, cond *apis.Condition) ChildOption {
	return LiveChild(liveRun(status, cond), cond)
}

func liveRun(status map[string]any, cond *apis.Condition) *unstructured.Unstructured {
	if cond != nil {
		status["conditions"] = []any{map[string]any{
			"type": "Succeeded", "status": string(cond.Status), "reason": cond.Reason, "message": cond.Message,
		}}
	}
	live := &unstructured.Unstructured{Object: map[string]any{"status": status}}
	live.SetKind(kind)
	live.SetName(name)
	live.SetCreationTimestamp(metav1.NewTime(created))
	return live
}

func runSucceeded(digest string) ChildOption {
	return buildRun(map[string]any{
		"output":         map[string]any{"digest": digest, "size": int64(7)},
		"completionTime": ended.Format(time.RFC3339),
	}, &apis.Condition{Status: corev1.ConditionTrue, Reason: "Succeeded"})
}

func runFailed(reason, message string) ChildOption {
	return buildRun(map[string]any{"completionTime": ended.Format(time.RFC3339)},
		&apis.Condition{Status: corev1.ConditionFalse, Reason: reason, Message: message})
}

func runRuns() ChildOption {
	return buildRun(map[string]any{}, &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Running"})
}

func absent(reason, message string) ChildOption {
	return AbsentChild(kind, name, &apis.Condition{Status: corev1.ConditionFalse, Reason: reason, Message: message})
}

func objects(b *v1beta2.Builder) []runtime.Object {
	return []runtime.Object{b}
}

func updates(b *v1beta2.Builder) []clientgotesting.UpdateActionImpl {
	return []clientgotesting.UpdateActionImpl{{Object: b}}
}

func warning(reason, message string) []string {
	return []string{rtesting.Eventf(corev1.EventTypeWarning, reason, "%s", message)}
}

func normal(reason, message string) []string {
	return []string{rtesting.Eventf(corev1.EventTypeNormal, reason, "%s", message)}
}

// privateBuilder needs a ServiceAccount in addition to the run.
var privateBuilder = WithBuilder(func(b *v1beta2.Builder) {
	b.Spec.BuilderCredentials = &corev1.LocalObjectReference{Name: "pull"}
})

func allObjects(options ...BuilderOption) []child.Object {
	plan, err := shipwright.New().Plan(strategy.Input{Builder: builder(options...), Config: config.FromContext(context.Background())})
	if err != nil {
		panic(err)
	}
	return plan.Objects
}

func notOwned() *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionFalse, Reason: v1beta2.ReasonNotOwned, Message: "not yours"}
}
