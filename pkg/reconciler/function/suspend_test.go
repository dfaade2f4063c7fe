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

// triesOnEvents is f as it is while s is not ready and keeps is.
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

// What is suspended before it was ever ready consumes nothing either.
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

	rtesting.TableTest{{
		Name:              "from the start: the first version is made so that it takes no event",
		Key:               key,
		Objects:           []runtime.Object{asleep},
		WantCreates:       []runtime.Object{made},
		WantStatusUpdates: updates(triesOnEvents(asleep, made, "")),
	}, {
		Name:    "from the start: nothing is written while that comes to be",
		Key:     key,
		Objects: []runtime.Object{triesOnEvents(asleep, inState(tried, reserve), ""), inState(tried, reserve)},
	}, {
		Name:              "from the start: once it is, it stays off",
		Key:               key,
		Objects:           []runtime.Object{asleep, inState(good, reserve)},
		WantStatusUpdates: updates(before),
	}, {
		Name:              "and then edited: so is the new version",
		Key:               key,
		Objects:           []runtime.Object{second, inState(good, reserve)},
		WantCreates:       []runtime.Object{next},
		WantStatusUpdates: updates(triesOnEvents(second, next, good.Name)),
	}, {
		Name:              "no longer: it is on",
		Key:               key,
		Objects:           []runtime.Object{awoken, inState(good, reserve)},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(good, `"active"`)},
		WantStatusUpdates: updates(onEventsReady(awoken, inState(good, active))),
	}, {
		Name:              "while the first version is tried: all are off",
		Key:               key,
		Objects:           []runtime.Object{asleep, older, tried},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(tried, `"reserve"`), switchTo(older, `"reserve"`)},
		WantStatusUpdates: updates(triesOnEvents(asleep, tried, "")),
	}, {
		Name:              "no longer, and none was ready: the current one alone is tried",
		Key:               key,
		Objects:           []runtime.Object{first, inState(older, reserve), inState(tried, reserve)},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(tried, `null`)},
		WantStatusUpdates: updates(triesOnEvents(first, tried, "")),
	}, {
		Name:              "it cannot be switched off: it is tried again",
		Key:               key,
		Objects:           []runtime.Object{asleep, tried},
		WithReactors:      failing("patch", "servings"),
		WantErr:           true,
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(tried, `"reserve"`)},
		WantEvents:        internalError("switching Serving %q: inducing failure for patch servings", tried.Name),
		WantStatusUpdates: updates(triesOnEvents(asleep, tried, "")),
	}}.Test(t, MakeFactory(func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return reconcilerWith(ctx, listers, children, async.New())
	}))
}

// To be suspended means nothing where a route decides.
func TestSuspendedForRequests(t *testing.T) {
	asleep := fn(servingOnly, suspended)
	made := wantServing(asleep, imageA, nil)
	rtesting.TableTest{{
		Name:        "the version is made like any other",
		Key:         key,
		Objects:     []runtime.Object{asleep},
		WantCreates: []runtime.Object{made},
		WantStatusUpdates: updates(expect(asleep, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, made, "")
			fs.MarkRouteWaitingForServing()
		})),
	}}.Test(t, MakeFactory(newReconciler))
}
