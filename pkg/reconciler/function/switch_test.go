/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	ofruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async"
	. "openfunction.dev/openfunction/pkg/testing"
)

var (
	onEvents = spec(func(s *v1beta2.FunctionSpec) {
		s.Build, s.Image = nil, imageA
		s.Serving.Triggers = &v1beta2.Triggers{Cron: []*v1beta2.CronTrigger{{Name: "nightly", Schedule: "0 3 * * *"}}}
	})
	suspended = spec(func(s *v1beta2.FunctionSpec) { s.Serving.ScaleOptions = &v1beta2.ScaleOptions{Suspend: true} })
)

func inState(s *v1beta2.Serving, state string) *v1beta2.Serving {
	s = s.DeepCopy()
	s.Labels[functions.RoutingStateLabelKey] = state
	return s
}

func switchTo(s *v1beta2.Serving, state string) clientgotesting.PatchActionImpl {
	action := clientgotesting.PatchActionImpl{
		Name:  s.Name,
		Patch: fmt.Appendf(nil, `{"metadata":{"labels":{"openfunction.io/routing-state":%s},"uid":"%s"}}`, state, s.UID),
	}
	action.Namespace = namespace
	return action
}

// onEventsReady returns f with its status if s receives all events.
func onEventsReady(f *v1beta2.Function, s *v1beta2.Serving, others ...*v1beta2.Serving) *v1beta2.Function {
	return expect(f, func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuildNotRequired()
		serves(fs, s, "")
		fs.PropagateTriggers(s)
		fs.MarkRouteNotRequired()
		fs.MarkRouted(s, ofruntime.Async)
		fs.Serving.Service = fnName
		fs.Image = "sha256:aaaaaaaaaaaa"
		revisions := []v1beta2.RevisionStatus{revisionOf(s, 100)}
		for _, other := range others {
			revisions = append(revisions, revisionOf(other, 0))
		}
		fs.PropagateRevisions(revisions)
	})
}

func TestSwitchRevisions(t *testing.T) {
	first := fn(onEvents)
	old := inState(servingOf(first, imageA, nil, isTrue()), functions.RoutingStateActive)
	before := onEventsReady(first, old)
	second := edited(before, withParam)
	starting := servingOf(second, imageA, nil, nil)
	good := servingOf(second, imageA, nil, isTrue())
	reserve, active := inState(old, functions.RoutingStateReserve), inState(good, functions.RoutingStateActive)
	asleep := edited(before, suspended)

	testRows(t, rtesting.TableTest{{
		Name:              "the first ready revision is activated",
		Key:               key,
		Objects:           []runtime.Object{first, servingOf(first, imageA, nil, isTrue())},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"active"`)},
		WantStatusUpdates: updates(before),
	}, {
		Name:    "an active revision is not written again",
		Key:     key,
		Objects: []runtime.Object{before, old},
	}, {
		Name:    "a starting revision is a candidate, and the old one stays active",
		Key:     key,
		Objects: []runtime.Object{second, old, starting},
		WantStatusUpdates: updates(expect(second, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, starting, old.Name)
			fs.PropagateTriggers(starting)
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name:              "a ready revision is activated before the old one is deactivated",
		Key:               key,
		Objects:           []runtime.Object{second, old, good},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(good, `"active"`), switchTo(old, `"reserve"`)},
		WantStatusUpdates: updates(onEventsReady(second, good, old)),
	}, {
		Name:         "the old revision stays active if the new one cannot be activated",
		Key:          key,
		Objects:      []runtime.Object{second, old, good},
		WithReactors: failing("patch", "servings"),
		WantErr:      true,
		WantPatches:  []clientgotesting.PatchActionImpl{switchTo(good, `"active"`)},
		WantEvents:   internalError("switching Serving %q: inducing failure for patch servings", good.Name),
		WantStatusUpdates: updates(expect(second, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, good, "")
			fs.Serving.Revisions = before.Status.Serving.Revisions
			fs.PropagateTriggers(good)
		})),
	}, {
		Name:              "a rollback activates the earlier revision at once",
		Key:               key,
		Objects:           []runtime.Object{edited(onEventsReady(second, good, old), onEvents, spec(func(s *v1beta2.FunctionSpec) { s.Serving.Params = nil })), reserve, active},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"active"`), switchTo(good, `"reserve"`)},
		WantStatusUpdates: updates(backTo(second, good, old)),
	}, {
		Name:              "a suspended function has no active revision",
		Key:               key,
		Objects:           []runtime.Object{asleep, old},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"reserve"`)},
		WantStatusUpdates: updates(onEventsReady(asleep, old)),
	}, {
		Name:              "resuming activates the revision again",
		Key:               key,
		Objects:           []runtime.Object{edited(onEventsReady(asleep, old), awake), reserve},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"active"`)},
		WantStatusUpdates: updates(onEventsReady(edited(onEventsReady(asleep, old), awake), old)),
	}}, func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return reconcilerWith(ctx, listers, children, async.New())
	})
}

var awake = spec(func(s *v1beta2.FunctionSpec) { s.Serving.ScaleOptions = nil })

// backTo returns the function after a change from old to good and a rollback to old.
func backTo(second *v1beta2.Function, good, old *v1beta2.Serving) *v1beta2.Function {
	third := edited(onEventsReady(second, good, old), spec(func(s *v1beta2.FunctionSpec) { s.Serving.Params = nil }))
	back := onEventsReady(third, old)
	back.Status.PropagateRevisions([]v1beta2.RevisionStatus{revisionOf(good, 0), revisionOf(old, 100)})
	return back
}
