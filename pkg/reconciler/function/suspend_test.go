/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/async"
	. "openfunction.dev/openfunction/pkg/testing"
)

// triesOnEvents returns f with its status while s is not ready and keeps is active.
func triesOnEvents(f *v1beta2.Function, s *v1beta2.Serving, keeps string) *v1beta2.Function {
	return expect(f, func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuildNotRequired()
		serves(fs, s, keeps)
		fs.PropagateTriggers(s)
		if keeps == "" {
			fs.MarkRouteWaitingForServing()
			return
		}
		fs.MarkRouteNotRequired()
	})
}

// A function that is suspended before it was ever ready consumes no events.
func TestSuspended(t *testing.T) {
	reserve, active := functions.RoutingStateReserve, functions.RoutingStateActive
	first := fn(onEvents)
	tried, asleep := servingOf(first, imageA, nil, nil), fn(onEvents, suspended)
	made := inState(wantServing(asleep, imageA, nil), reserve)
	good := servingOf(first, imageA, nil, isTrue())
	older := servingOf(fn(onEvents, withParam), imageA, nil, nil)
	older.CreationTimestamp = metav1.NewTime(epoch)

	before := onEventsReady(asleep, inState(good, reserve))
	second := edited(before, withParam)
	next := inState(wantServing(second, imageA, nil), reserve)
	awoken := edited(before, awake)

	testRows(t, rtesting.TableTest{{
		Name:              "the first revision of a suspended function is created inactive",
		Key:               key,
		Objects:           []runtime.Object{asleep},
		WantCreates:       []runtime.Object{made},
		WantStatusUpdates: updates(triesOnEvents(asleep, made, "")),
	}, {
		Name:    "nothing is written until the revision is inactive",
		Key:     key,
		Objects: []runtime.Object{triesOnEvents(asleep, inState(tried, reserve), ""), inState(tried, reserve)},
	}, {
		Name:              "the revision of a suspended function stays inactive",
		Key:               key,
		Objects:           []runtime.Object{asleep, inState(good, reserve)},
		WantStatusUpdates: updates(before),
	}, {
		Name:              "a new revision of a suspended function is inactive",
		Key:               key,
		Objects:           []runtime.Object{second, inState(good, reserve)},
		WantCreates:       []runtime.Object{next},
		WantStatusUpdates: updates(triesOnEvents(second, next, good.Name)),
	}, {
		Name:              "resuming activates the revision",
		Key:               key,
		Objects:           []runtime.Object{awoken, inState(good, reserve)},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(good, `"active"`)},
		WantStatusUpdates: updates(onEventsReady(awoken, inState(good, active))),
	}, {
		Name:              "suspending deactivates the candidates",
		Key:               key,
		Objects:           []runtime.Object{asleep, older, tried},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(tried, `"reserve"`), switchTo(older, `"reserve"`)},
		WantStatusUpdates: updates(triesOnEvents(asleep, tried, "")),
	}, {
		Name:              "resuming without a ready revision makes only the current one a candidate",
		Key:               key,
		Objects:           []runtime.Object{first, inState(older, reserve), inState(tried, reserve)},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(tried, `null`)},
		WantStatusUpdates: updates(triesOnEvents(first, tried, "")),
	}, {
		Name:              "a failure to deactivate a revision is retried",
		Key:               key,
		Objects:           []runtime.Object{asleep, tried},
		WithReactors:      failing("patch", "servings"),
		WantErr:           true,
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(tried, `"reserve"`)},
		WantEvents:        internalError("switching Serving %q: inducing failure for patch servings", tried.Name),
		WantStatusUpdates: updates(triesOnEvents(asleep, tried, "")),
	}}, func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return reconcilerWith(ctx, listers, children, async.New())
	})
}

// suspend does not affect functions with a route.
func TestSuspendedForRequests(t *testing.T) {
	asleep := fn(servingOnly, suspended)
	made := wantServing(asleep, imageA, nil)
	testRows(t, rtesting.TableTest{{
		Name:        "suspend does not change the revision of a function with requests",
		Key:         key,
		Objects:     []runtime.Object{asleep},
		WantCreates: []runtime.Object{made},
		WantStatusUpdates: updates(expect(asleep, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, made, "")
			fs.MarkRouteWaitingForServing()
		})),
	}}, newReconciler)
}
