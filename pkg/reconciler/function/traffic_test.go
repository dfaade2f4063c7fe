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
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	ofruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async"
	. "openfunction.dev/openfunction/pkg/testing"
)

// byHand gives a share of the traffic to each Serving; nil is the latest.
func byHand(shares ...ofruntime.Target) WithFunction {
	return spec(func(s *v1beta2.FunctionSpec) {
		s.Serving.Traffic = nil
		for _, share := range shares {
			s.Serving.Traffic = append(s.Serving.Traffic, v1beta2.TrafficTarget{
				Revision: share.Serving, Latest: share.Serving == "", Percent: new(int32(share.Percent)), Tag: share.Tag,
			})
		}
	})
}

func shareOf(s *v1beta2.Serving, percent int64) ofruntime.Target {
	return ofruntime.Target{Serving: s.Name, Percent: percent}
}

func latest(percent int64) ofruntime.Target { return ofruntime.Target{Percent: percent} }

// cannotBe is the condition if an entry of the traffic cannot be in effect.
func cannotBe(reason, problem string) *apis.Condition {
	return child.Failed(reason, "spec.serving.traffic[0].revision: "+problem+
		"; the split before stays in effect; use another revision, see kubectl get fs -n ns -l openfunction.io/function=hello")
}

const unknownName = fnName + "-0000000000"

var (
	unknownTarget   = byHand(ofruntime.Target{Serving: unknownName, Percent: 100})
	unknownRevision = cannotBe(v1beta2.ReasonRevisionNotFound, `the function has no Serving "`+unknownName+`"`)
	withOtherParam  = spec(func(s *v1beta2.FunctionSpec) { s.Serving.Params = map[string]string{"A": "C"} })
)

// sharing returns f with its status if the revisions share the traffic. The condition is
// that of the route; nil if there is none.
func sharing(f *v1beta2.Function, route *apis.Condition, current *v1beta2.Serving, keeps string, revisions ...v1beta2.RevisionStatus) *v1beta2.Function {
	return expect(f, func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuildNotRequired()
		fs.PropagateServing(current, keeps)
		fs.PropagateTriggers(current)
		if route == nil {
			fs.MarkRouteNotRequired()
		} else {
			fs.PropagateRoute(route)
		}
		fs.PropagateRevisions(revisions)
		if current.IsReady() && !route.IsFalse() {
			fs.MarkRouted(current, fs.Serving.Runtime)
		}
	})
}

// ofOlderRelease returns f as a release before status.inUse wrote it.
func ofOlderRelease(f *v1beta2.Function) *v1beta2.Function {
	f = f.DeepCopy()
	f.Status.InUse = nil
	return f
}

func TestTraffic(t *testing.T) {
	first := fn(servingOnly)
	old := servingOf(first, imageA, nil, isTrue())
	second := edited(readyOn(first, nil, old), withParam)
	good := servingOf(second, imageA, nil, isTrue())
	before := readyOn(second, nil, good, old)
	broken := good.DeepCopy()
	broken.Status.PropagateRevision(isFalse("RevisionFailed", "it exits"))

	split := edited(before, byHand(shareOf(old, 90), latest(10)))
	isSplit := sharing(split, isTrue(), good, "", revisionOf(good, 10), revisionOf(old, 90))
	back := edited(before, byHand(shareOf(old, 100)))
	isBack := sharing(back, isTrue(), good, "", revisionOf(good, 0), revisionOf(old, 100))
	twice := edited(before, byHand(latest(30), shareOf(good, 70)))
	unknown := edited(isBack, unknownTarget)
	third := edited(isBack, withOtherParam)
	next := servingOf(third, imageA, nil, isTrue())
	failed := servingOf(third, imageA, nil, isFalse("RevisionFailed", "it exits"))
	failing := edited(isBack, byHand(shareOf(failed, 100)), withOtherParam)

	testRows(t, rtesting.TableTest{{
		Name:              "two revisions share the traffic",
		Key:               key,
		Objects:           []runtime.Object{split, old, good},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(isSplit),
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantPruned(serviceFor(fnName, []ofruntime.Target{shareOf(old, 90), shareOf(good, 10)})),
		},
	}, {
		Name:          "a split in effect is not written again",
		Key:           key,
		Objects:       []runtime.Object{isSplit, old, good},
		OtherTestData: Observe(answers(isTrue())),
	}, {
		Name:              "a rollback by traffic changes the route alone",
		Key:               key,
		Objects:           []runtime.Object{back, old, good},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(isBack),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantPruned(to(old, good))},
	}, {
		Name:              "the shares of one revision are added up in the status",
		Key:               key,
		Objects:           []runtime.Object{twice, old, good},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(sharing(twice, isTrue(), good, "", revisionOf(good, 100), revisionOf(old, 0))),
	}, {
		Name:              "an unknown revision leaves the split before",
		Key:               key,
		Objects:           []runtime.Object{unknown, old, good},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(sharing(unknown, unknownRevision, good, "", revisionOf(good, 0), revisionOf(old, 100))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "a split that an older release recorded stays",
		Key:               key,
		Objects:           []runtime.Object{ofOlderRelease(unknown), old, good},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(sharing(unknown, unknownRevision, good, "", revisionOf(good, 0), revisionOf(old, 100))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:          "the Serving that an older release recorded keeps the traffic although it is not ready",
		Key:           key,
		Objects:       []runtime.Object{ofOlderRelease(before), old, broken},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(before, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, broken, "")
			fs.PropagateRoute(isTrue())
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantPruned(to(broken, old))},
	}, {
		Name:          "a revision that is not ready leaves the split before",
		Key:           key,
		Objects:       []runtime.Object{failing, old, good, failed},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(sharing(failing, cannotBe(v1beta2.ReasonRevisionNotReady, fmt.Sprintf("the Serving %q is not ready (it exits)", failed.Name)),
			failed, old.Name, revisionOf(failed, 0), revisionOf(good, 0), revisionOf(old, 100))),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "a new revision gets ready and receives nothing while the traffic names another",
		Key:               key,
		Objects:           []runtime.Object{third, old, good, next},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(sharing(third, isTrue(), next, "", revisionOf(next, 0), revisionOf(good, 0), revisionOf(old, 100))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(old, good, next))},
	}, {
		Name:              "a new revision that fails names the one that receives the traffic",
		Key:               key,
		Objects:           []runtime.Object{third, old, good, failed},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(sharing(third, isTrue(), failed, old.Name, revisionOf(failed, 0), revisionOf(good, 0), revisionOf(old, 100))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(old, good))},
	}, {
		Name:              "a rollback does not need the latest revision, which fails",
		Key:               key,
		Objects:           []runtime.Object{back, old, broken},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(sharing(back, isTrue(), broken, "", revisionOf(broken, 0), revisionOf(old, 100))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(old))},
	}}, newReconciler)
}

// Events reach the revisions that have a share.
func TestTrafficOfEvents(t *testing.T) {
	reserve, active := functions.RoutingStateReserve, functions.RoutingStateActive
	first := fn(onEvents)
	old := servingOf(first, imageA, nil, isTrue())
	second := edited(onEventsReady(first, old), withParam)
	good := servingOf(second, imageA, nil, isTrue())
	before := onEventsReady(second, good, old)

	split := edited(before, byHand(shareOf(old, 50), latest(50)))
	back := edited(before, byHand(shareOf(old, 100)))
	isBack := sharing(back, nil, good, "", revisionOf(good, 0), revisionOf(old, 100))
	unknown, asleep := edited(isBack, unknownTarget), edited(isBack, unknownTarget, suspended)
	third := edited(isBack, withOtherParam)
	next := inState(wantServing(third, imageA, nil), reserve)
	lost := edited(first, unknownTarget)

	testRows(t, rtesting.TableTest{{
		Name:              "two revisions with shares are active",
		Key:               key,
		Objects:           []runtime.Object{split, inState(old, reserve), inState(good, active)},
		WantPatches:       []clientgotesting.PatchActionImpl{shareTo(good, `"annotations":{"openfunction.io/traffic-percent":"50"}`), shareTo(old, `"annotations":{"openfunction.io/traffic-percent":"50"},"labels":{"openfunction.io/routing-state":"active"}`)},
		WantStatusUpdates: updates(sharing(split, nil, good, "", revisionOf(good, 50), revisionOf(old, 50))),
	}, {
		Name:              "a revision that has all of the events again has no share",
		Key:               key,
		Objects:           []runtime.Object{back, withShare(inState(old, active), "50"), inState(good, reserve)},
		WantPatches:       []clientgotesting.PatchActionImpl{shareTo(old, `"annotations":{"openfunction.io/traffic-percent":null}`)},
		WantStatusUpdates: updates(isBack),
	}, {
		Name:              "a rollback by traffic activates the old revision before it deactivates the latest",
		Key:               key,
		Objects:           []runtime.Object{back, inState(old, reserve), inState(good, active)},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"active"`), switchTo(good, `"reserve"`)},
		WantStatusUpdates: updates(isBack),
	}, {
		Name:              "a new revision without a share is created inactive",
		Key:               key,
		Objects:           []runtime.Object{third, inState(old, active), inState(good, reserve)},
		WantCreates:       []runtime.Object{next},
		WantStatusUpdates: updates(sharing(third, nil, next, old.Name, revisionOf(next, 0), revisionOf(good, 0), revisionOf(old, 100))),
	}, {
		Name:              "an unknown revision leaves the active one active",
		Key:               key,
		Objects:           []runtime.Object{unknown, inState(old, active), inState(good, reserve)},
		WantStatusUpdates: updates(sharing(unknown, unknownRevision, good, "", revisionOf(good, 0), revisionOf(old, 100))),
	}, {
		Name:              "a function with an unknown revision can be suspended",
		Key:               key,
		Objects:           []runtime.Object{asleep, inState(old, active), inState(good, reserve)},
		WantPatches:       []clientgotesting.PatchActionImpl{switchTo(old, `"reserve"`)},
		WantStatusUpdates: updates(sharing(asleep, unknownRevision, good, "", revisionOf(good, 0), revisionOf(old, 100))),
	}, {
		Name:              "an unknown revision changes nothing if the status was lost",
		Key:               key,
		Objects:           []runtime.Object{lost, inState(old, active)},
		WantStatusUpdates: updates(sharing(lost, unknownRevision, old, "", revisionOf(old, 0))),
	}}, func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		return reconcilerWith(ctx, listers, children, async.New())
	})
}

// shareTo is the patch that changes the metadata of s.
func shareTo(s *v1beta2.Serving, changes string) clientgotesting.PatchActionImpl {
	action := clientgotesting.PatchActionImpl{Name: s.Name, Patch: fmt.Appendf(nil, `{"metadata":{%s,"uid":"%s"}}`, changes, s.UID)}
	action.Namespace = namespace
	return action
}

// withShare returns s with a share of the events.
func withShare(s *v1beta2.Serving, percent string) *v1beta2.Serving {
	s = s.DeepCopy()
	s.Annotations = map[string]string{functions.TrafficPercentAnnotationKey: percent}
	return s
}
