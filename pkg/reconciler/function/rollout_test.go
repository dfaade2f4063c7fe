/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/function/rollout"
	ofruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/results"
	. "openfunction.dev/openfunction/pkg/testing"
)

// meterKey is the key of the fake Meter in the context of a row.
type meterKey struct{}

// fakeMeter has counted these results of revisions.
type fakeMeter map[string]results.Totals

func (m fakeMeter) Measure(types.NamespacedName, string, map[string][]results.Source, []results.Query) results.Measurement {
	return results.Measurement{Results: m}
}

func (fakeMeter) CloseWindow(types.NamespacedName) {}

func meterIn(ctx context.Context) Meter {
	meter, _ := ctx.Value(meterKey{}).(fakeMeter)
	return meter
}

func counting(totals fakeMeter) context.Context {
	return context.WithValue(context.Background(), meterKey{}, totals)
}

var inSteps = spec(func(s *v1beta2.FunctionSpec) {
	s.Serving.Rollout = &v1beta2.Rollout{
		Gate:         &v1beta2.RolloutGate{SuccessRate: "99%", MinRequests: new(int32(10))},
		FailureLimit: new(int32(1)),
	}
})

// withRollout returns f with that state of its rollout.
func withRollout(f *v1beta2.Function, state v1beta2.RolloutStatus) *v1beta2.Function {
	f = f.DeepCopy()
	f.Status.Rollout = &state
	return f
}

// stepped returns f with its status while the rollout is unfinished and the stable
// revision has the rest of the traffic.
func stepped(f *v1beta2.Function, cond *apis.Condition, newest, stable *v1beta2.Serving, percent int64, next v1beta2.RolloutStatus) *v1beta2.Function {
	f = sharing(f, isTrue(), newest, "", revisionOf(newest, percent), revisionOf(stable, 100-percent))
	return expect(f, func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuildNotRequired()
		fs.PropagateServing(newest, "")
		fs.PropagateRoute(cond)
		fs.MarkRouted(stable, fs.Serving.Runtime)
		fs.Rollout = &next
	})
}

func TestRollout(t *testing.T) {
	first := fn(servingOnly, inSteps)
	old := servingOf(first, imageA, nil, isTrue())
	settled := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: old.Name}
	second := edited(withRollout(readyOn(first, nil, old), settled), withParam)
	candidate := servingOf(second, imageA, nil, isTrue())
	broken := servingOf(second, imageA, nil, isFalse("RevisionFailed", "it exits"))
	for i := range broken.Status.Conditions {
		broken.Status.Conditions[i].LastTransitionTime.Inner = metav1.NewTime(epoch.Add(-time.Minute))
	}

	ago := func(age time.Duration) *metav1.Time { at := metav1.NewTime(epoch.Add(-age)); return &at }
	step := func(number, percent int32, age time.Duration) v1beta2.RolloutStatus {
		return v1beta2.RolloutStatus{
			Phase: v1beta2.RolloutProgressing, Stable: old.Name, Candidate: candidate.Name,
			Step: number, Percent: percent, StepTime: ago(age),
		}
	}
	condition := func(state v1beta2.RolloutStatus) *apis.Condition {
		return rollout.Condition(second.Spec.Serving.Rollout, &state, rollout.Revisions{Newest: candidate})
	}
	begun := stepped(second, condition(settled), candidate, old, 0, step(1, 10, 0))
	atTen := stepped(begun, condition(step(1, 10, 0)), candidate, old, 10, step(1, 10, 0))
	over := v1beta2.RolloutStatus{
		Phase: v1beta2.RolloutRolledBack, Stable: old.Name, Candidate: candidate.Name, Step: 1, FailedChecks: 1,
		Message: "100 results: 50.00 % succeeded, and the gate requires 99%",
	}
	passed := step(2, 50, 0)
	passed.Message = "100 results: the gate is met"
	due := withRollout(atTen, step(1, 10, time.Minute))
	last := withRollout(atTen, step(2, 50, time.Minute))
	promoted := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: candidate.Name, Message: passed.Message}
	failedOver := withRollout(due, over)
	crashed := over
	crashed.FailedChecks, crashed.Message = 0, "it exits"
	byHandAgain := edited(due, byHand(shareOf(old, 100)))
	paused := step(1, 10, time.Minute)
	paused.Phase, paused.Message = v1beta2.RolloutPaused, "spec.serving.traffic splits the traffic"

	tests := rtesting.TableTest{{
		Name:              "a new revision that is ready begins with no share until the first step is stored",
		Objects:           []runtime.Object{second, old, candidate},
		WantStatusUpdates: updates(begun),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(old, candidate))},
	}, {
		Name:              "the route follows the stored step",
		Objects:           []runtime.Object{begun, old, candidate},
		WantStatusUpdates: updates(atTen),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(serviceFor(fnName, []ofruntime.Target{shareOf(old, 90), shareOf(candidate, 10)}))},
	}, {
		Name:    "a step in effect is not written again",
		Objects: []runtime.Object{atTen, old, candidate},
	}, {
		Name:              "a good revision goes on",
		Objects:           []runtime.Object{due, old, candidate},
		Ctx:               counting(fakeMeter{candidate.Name: {Requests: 100}}),
		WantStatusUpdates: updates(stepped(due, condition(step(1, 10, 0)), candidate, old, 10, passed)),
	}, {
		Name:              "a bad revision is rolled back",
		Objects:           []runtime.Object{due, old, candidate},
		Ctx:               counting(fakeMeter{candidate.Name: {Requests: 100, Failures: 50}}),
		WantStatusUpdates: updates(stepped(due, condition(step(1, 10, 0)), candidate, old, 10, over)),
	}, {
		Name:              "a revision that was rolled back receives nothing and its function is not ready",
		Objects:           []runtime.Object{failedOver, old, candidate},
		WantStatusUpdates: updates(stepped(failedOver, condition(over), candidate, old, 0, over)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(old, candidate))},
	}, {
		Name:              "a revision that crashes is rolled back",
		Objects:           []runtime.Object{due, old, broken},
		WantStatusUpdates: updates(crashedOn(due, broken, old, crashed)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "the last step promotes",
		Objects:           []runtime.Object{last, old, candidate},
		Ctx:               counting(fakeMeter{candidate.Name: {Requests: 100}}),
		WantStatusUpdates: updates(stepped(last, condition(step(2, 50, 0)), candidate, old, 50, promoted)),
	}, {
		Name:              "a promoted revision has all of the traffic",
		Objects:           []runtime.Object{withRollout(last, promoted), old, candidate},
		WantStatusUpdates: updates(withRollout(readyOn(last, nil, candidate, old), promoted)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(candidate, old))},
	}, {
		Name:              "traffic that is split by hand pauses the rollout",
		Objects:           []runtime.Object{byHandAgain, old, candidate},
		WantStatusUpdates: updates(withRollout(sharing(byHandAgain, isTrue(), candidate, "", revisionOf(candidate, 0), revisionOf(old, 100)), paused)),
	}}
	for i := range tests {
		tests[i].Key = key
		tests[i].OtherTestData = Observe(answers(isTrue()))
	}
	testRows(t, tests, newReconciler)
}

// crashedOn returns f with its status when the candidate stops to be ready.
func crashedOn(f *v1beta2.Function, broken, stable *v1beta2.Serving, next v1beta2.RolloutStatus) *v1beta2.Function {
	return expect(f, func(fs *v1beta2.FunctionStatus) {
		fs.PropagateServing(broken, "")
		fs.PropagateRevisions([]v1beta2.RevisionStatus{revisionOf(broken, 10), revisionOf(stable, 90)})
		fs.Rollout = &next
	})
}

// A new revision consumes the share of its step, and none once it was rolled back.
func TestRolloutOfEvents(t *testing.T) {
	reserve, active := functions.RoutingStateReserve, functions.RoutingStateActive
	first := fn(onEvents, inSteps)
	old := servingOf(first, imageA, nil, isTrue())
	second := edited(onEventsReady(first, old), withParam)
	candidate := servingOf(second, imageA, nil, isTrue())
	over := v1beta2.RolloutStatus{Phase: v1beta2.RolloutRolledBack, Stable: old.Name, Candidate: candidate.Name, Step: 1}
	rolledBack := withRollout(second, over)
	want := stepped(rolledBack, rollout.Condition(second.Spec.Serving.Rollout, &over, rollout.Revisions{Newest: candidate}), candidate, old, 0, over)
	want.Status.URL = nil
	created := wantServing(second, imageA, nil)
	created.Annotations = map[string]string{functions.TrafficPercentAnnotationKey: "10"}
	settled := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: old.Name}
	starting := withRollout(sharing(second, nil, created, old.Name, revisionOf(created, 0), revisionOf(old, 100)), settled)
	testRows(t, rtesting.TableTest{{
		Name:              "a new revision is created with the share of the first step",
		Key:               key,
		Objects:           []runtime.Object{second, inState(old, active)},
		WantCreates:       []runtime.Object{created},
		WantStatusUpdates: updates(starting),
	}, {
		Name:              "rolled back",
		Key:               key,
		Objects:           []runtime.Object{rolledBack, inState(old, active), inState(candidate, active)},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(candidate, `"`+reserve+`"`)},
		WantStatusUpdates: updates(want),
	}}, func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return reconcilerWith(ctx, listers, children, async.New())
	})
}

// undividedRuntime is a fake runtime whose route cannot split the traffic.
type undividedRuntime struct{ plainRuntime }

func undivided() *apis.Condition {
	return isFalse("TrafficSplitUnsupported", "the class lists nothing")
}

func (r undividedRuntime) Describe() ofruntime.Description {
	description := r.plainRuntime.Describe()
	description.CannotSplit = func(*ofruntime.RouteInput) *apis.Condition { return undivided() }
	return description
}

// The traffic stays as it is while the route cannot split it.
func TestRolloutWithoutSplit(t *testing.T) {
	first := fn(servingOnly, inSteps)
	old := servingOf(first, imageA, nil, isTrue())
	settled := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: old.Name}
	second := edited(withRollout(readyOn(first, nil, old), settled), withParam)
	candidate := servingOf(second, imageA, nil, isTrue())
	step := v1beta2.RolloutStatus{
		Phase: v1beta2.RolloutProgressing, Stable: old.Name, Candidate: candidate.Name, Step: 1, Percent: 10,
		StepTime: new(metav1.NewTime(epoch.Add(-time.Hour))),
	}
	running := withRollout(stepped(second, isTrue(), candidate, old, 10, step), step)
	byHandNow := edited(withRollout(stepped(second, isTrue(), candidate, old, 0, settled), settled), byHand(shareOf(old, 90), latest(10)))
	tests := rtesting.TableTest{{
		Name:              "a new revision waits and the stable one keeps the traffic",
		Objects:           []runtime.Object{second, old, candidate},
		WantStatusUpdates: updates(stepped(second, undivided(), candidate, old, 0, settled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(old, candidate))},
	}, {
		Name:              "a split in effect stays although the class no longer lists the feature",
		Objects:           []runtime.Object{running, old, candidate},
		WantStatusUpdates: updates(stepped(running, undivided(), candidate, old, 10, step)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "a split by hand does not take effect",
		Objects:           []runtime.Object{byHandNow, old, candidate},
		WantStatusUpdates: updates(stepped(byHandNow, undivided(), candidate, old, 0, settled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}}
	for i := range tests {
		tests[i].Key = key
		tests[i].OtherTestData = Observe(answers(isTrue()))
	}
	testRows(t, tests, func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return reconcilerWith(ctx, listers, children, undividedRuntime{})
	})
}
