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

// onEventsReady is f as it is when s takes all events.
func onEventsReady(f *v1beta2.Function, s *v1beta2.Serving, others ...*v1beta2.Serving) *v1beta2.Function {
	return expect(f, func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuildNotRequired()
		serves(fs, s, "")
		fs.PropagateTriggers(s)
		fs.MarkRouteNotRequired()
		fs.Serving.Runtime, fs.Serving.Service = ofruntime.Async, fnName
		fs.Serving.LastSuccessfulResourceRef = s.Name
		fs.Image = "sha256:aaaaaaaaaaaa"
		fs.Serving.Revisions = []v1beta2.RevisionStatus{revisionOf(s, 100)}
		for _, other := range others {
			fs.Serving.Revisions = append(fs.Serving.Revisions, revisionOf(other, 0))
		}
	})
}

func TestSwitchVersions(t *testing.T) {
	first := fn(onEvents)
	old := inState(servingOf(first, imageA, nil, isTrue()), functions.RoutingStateActive)
	before := onEventsReady(first, old)
	second := edited(before, withParam)
	starting := servingOf(second, imageA, nil, nil)
	good := servingOf(second, imageA, nil, isTrue())
	reserve, active := inState(old, functions.RoutingStateReserve), inState(good, functions.RoutingStateActive)
	asleep := edited(before, suspended)

	rtesting.TableTest{{
		Name:              "the first version that is ready is switched on",
		Key:               key,
		Objects:           []runtime.Object{first, servingOf(first, imageA, nil, isTrue())},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"active"`)},
		WantStatusUpdates: updates(before),
	}, {
		Name:    "what is switched on is not written again",
		Key:     key,
		Objects: []runtime.Object{before, old},
	}, {
		Name:    "a new version that starts is tried, and the old one goes on",
		Key:     key,
		Objects: []runtime.Object{second, old, starting},
		WantStatusUpdates: updates(expect(second, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, starting, old.Name)
			fs.PropagateTriggers(starting)
			fs.MarkRouteNotRequired()
		})),
	}, {
		Name:              "once it is ready it is switched on, and only then the old one off",
		Key:               key,
		Objects:           []runtime.Object{second, old, good},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(good, `"active"`), switchTo(old, `"reserve"`)},
		WantStatusUpdates: updates(onEventsReady(second, good, old)),
	}, {
		Name:         "while it cannot be switched on the old one stays on",
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
		Name:              "back to what was: it is switched on at once",
		Key:               key,
		Objects:           []runtime.Object{edited(onEventsReady(second, good, old), onEvents, spec(func(s *v1beta2.FunctionSpec) { s.Serving.Params = nil })), reserve, active},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"active"`), switchTo(good, `"reserve"`)},
		WantStatusUpdates: updates(backTo(second, good, old)),
	}, {
		Name:              "suspended: nothing is on",
		Key:               key,
		Objects:           []runtime.Object{asleep, old},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"reserve"`)},
		WantStatusUpdates: updates(onEventsReady(asleep, old)),
	}, {
		Name:              "no longer suspended: it is on again",
		Key:               key,
		Objects:           []runtime.Object{edited(onEventsReady(asleep, old), awake), reserve},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"active"`)},
		WantStatusUpdates: updates(onEventsReady(edited(onEventsReady(asleep, old), awake), old)),
	}}.Test(t, MakeFactory(func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return reconcilerWith(ctx, listers, children, async.New())
	}))
}

var awake = spec(func(s *v1beta2.FunctionSpec) { s.Serving.ScaleOptions = nil })

// backTo is the function that was changed from old to good, back at old.
func backTo(second *v1beta2.Function, good, old *v1beta2.Serving) *v1beta2.Function {
	third := edited(onEventsReady(second, good, old), spec(func(s *v1beta2.FunctionSpec) { s.Serving.Params = nil }))
	back := onEventsReady(third, old)
	back.Status.Serving.Revisions = []v1beta2.RevisionStatus{revisionOf(good, 0), revisionOf(old, 100)}
	return back
}
