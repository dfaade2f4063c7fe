/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

var kedaEngine = spec(func(s *v1beta2.FunctionSpec) {
	s.Serving.Triggers.HTTP.Engine = ptr.To(v1beta2.HTTPEngineKeda)
})

func TestServingPhase(t *testing.T) {
	plain := fn(servingOnly)
	waiting := servingOf(plain, imageA, nil, nil)
	good := servingOf(plain, imageA, nil, isTrue())

	testRows(t, rtesting.TableTest{{
		Name:        "a new function gets a Serving",
		Key:         key,
		Objects:     []runtime.Object{plain},
		WantCreates: []runtime.Object{wantServing(plain, imageA, nil)},
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, wantServing(plain, imageA, nil), "")
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "a starting Serving writes nothing",
		Key:  key,
		Objects: []runtime.Object{expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, waiting, "")
			fs.MarkRouteWaitingForServing()
		}), waiting},
	}, {
		Name:              "a failure to create the Serving is retried",
		Key:               key,
		Objects:           []runtime.Object{plain},
		WithReactors:      failing("create", "servings"),
		WantErr:           true,
		WantCreates:       []runtime.Object{wantServing(plain, imageA, nil)},
		WantEvents:        internalError("creating Serving %q: inducing failure for create servings", good.Name),
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) { fs.MarkBuildNotRequired() })),
	}, {
		Name:         "a namespace that is being deleted is no error",
		Key:          key,
		Objects:      []runtime.Object{plain},
		WithReactors: refusing(namespaceTerminating()),
		WantCreates:  []runtime.Object{wantServing(plain, imageA, nil)},
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, wantServing(plain, imageA, nil), "")
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "a Serving of another owner is not used",
		Key:  key,
		Objects: []runtime.Object{plain, func() *v1beta2.Serving {
			s := good.DeepCopy()
			foreign(s)
			return s
		}()},
		WantErr: true, // the planned retry
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			fs.MarkServingNotOwned(good.Name)
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name: "the Serving of a deleted Function of that name ends first",
		Key:  key,
		Objects: []runtime.Object{plain, func() *v1beta2.Serving {
			s := good.DeepCopy()
			foreign(s)
			WithDeletionTime(s.CreationTimestamp.Time)(s)
			return s
		}()},
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			fs.MarkServingTerminating(good.Name)
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:    "a failure of the first revision is reported",
		Key:     key,
		Objects: []runtime.Object{plain, servingOf(plain, imageA, nil, isFalse("RevisionFailed", "it crashes"))},
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, servingOf(plain, imageA, nil, isFalse("RevisionFailed", "it crashes")), "")
			fs.MarkRouteWaitingForServing()
		})),
	}}, newReconciler)
}

func TestServingEditsDuringBuilds(t *testing.T) {
	builderA := builderOf(fn(), built(digestA))
	good := servingOf(fn(), imageA, fn(), isTrue())
	first := readyOn(fn(), builderA, good)
	second := edited(first, devBranch)
	broken := builderOf(second, buildFailed("BuildFailed", "no such file"))
	third := edited(second, withParam)
	both := edited(first, devBranch, withParam)

	testRows(t, rtesting.TableTest{{
		Name:          "an edit of spec.serving rolls out with the last image",
		Key:           key,
		Objects:       []runtime.Object{third, builderA, broken, good},
		OtherTestData: Observe(answers(isTrue())),
		WantCreates:   []runtime.Object{wantServing(third, imageA, fn())},
		WantStatusUpdates: updates(expect(third, func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(broken, good.Name)
			serves(fs, wantServing(third, imageA, fn()), good.Name)
		})),
	}, {
		Name:          "an edit of build and serving waits for the image",
		Key:           key,
		Objects:       []runtime.Object{both, builderA, builderOf(both, building()), good},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(both, func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(both, building()), good.Name)
			fs.MarkWaitingForImage()
		})),
	}, {
		Name:          "a rollback builds nothing",
		Key:           key,
		Objects:       []runtime.Object{edited(second, spec(func(s *v1beta2.FunctionSpec) { s.Build.SrcRepo.Revision = nil })), builderA, broken, good},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(readyOn(edited(second, spec(func(s *v1beta2.FunctionSpec) { s.Build.SrcRepo.Revision = nil }),
			status(func(fs *v1beta2.FunctionStatus) { fs.PropagateRevisions(nil) })), builderA, good)),
	}}, newReconciler)
}

func TestRoutePhase(t *testing.T) {
	plain := fn(servingOnly)
	good := servingOf(plain, imageA, nil, isTrue())
	ready := readyOn(plain, nil, good)
	pending := expect(plain, func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuildNotRequired()
		serves(fs, good, "")
		routed(fs, nil, good)
		fs.URL, fs.Address, fs.Addresses, fs.Route = nil, nil, nil, nil
	})
	next := edited(ready, spec(func(s *v1beta2.FunctionSpec) { s.Image = imageB }))
	starting, better := servingOf(next, imageB, nil, nil), servingOf(next, imageB, nil, isTrue())
	failed := servingOf(next, imageB, nil, isFalse("RevisionFailed", "it crashes"))
	gone := edited(ready, spec(func(s *v1beta2.FunctionSpec) { s.Serving = nil; s.Build = fn().Spec.Build }))
	clean := status(func(fs *v1beta2.FunctionStatus) { fs.PropagateRevisions(nil) })
	moved := readyOn(edited(next, clean, WithFunction(func(f *v1beta2.Function) { f.Generation = next.Generation })), nil, better, good)
	errAway := errors.New("the API server is away")

	testRows(t, rtesting.TableTest{{
		Name:              "the address is created after the revision is ready",
		Key:               key,
		Objects:           []runtime.Object{plain, good},
		WantStatusUpdates: updates(pending),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(good)), WantNotPruned},
	}, {
		Name:          "an address that is not ready is not written in parts",
		Key:           key,
		Objects:       []runtime.Object{pending, good},
		OtherTestData: Observe(answers(&apis.Condition{Status: corev1.ConditionUnknown, Reason: "IngressNotConfigured"})),
	}, {
		Name:              "a ready address makes the function ready, and other children are pruned",
		Key:               key,
		Objects:           []runtime.Object{plain, good},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(ready),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantPruned(to(good))},
	}, {
		Name:          "a resync writes nothing",
		Key:           key,
		Objects:       []runtime.Object{ready, good},
		OtherTestData: Observe(answers(isTrue())),
	}, {
		Name:          "traffic does not go back if the active revision fails",
		Key:           key,
		Objects:       []runtime.Object{moved, good, failed},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(moved, func(fs *v1beta2.FunctionStatus) {
			serves(fs, failed, "")
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(better, good))},
	}, {
		Name:          "a starting revision gets no traffic",
		Key:           key,
		Objects:       []runtime.Object{next, good, starting},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(next, func(fs *v1beta2.FunctionStatus) {
			serves(fs, starting, good.Name)
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(good))},
	}, {
		Name:          "a failed revision gets no traffic, and the status names the active one",
		Key:           key,
		Objects:       []runtime.Object{next, good, failed},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(next, func(fs *v1beta2.FunctionStatus) {
			serves(fs, failed, good.Name)
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(good))},
	}, {
		Name:              "a ready revision gets the traffic",
		Key:               key,
		Objects:           []runtime.Object{next, good, better},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(moved),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(better, good))},
	}, {
		Name:              "a failure to apply the address is retried",
		Key:               key,
		Objects:           []runtime.Object{ready, good},
		OtherTestData:     Observe(answers(isTrue()), ApplyFails(errAway)),
		WantErr:           true,
		WantEvents:        internalError("%s", errAway),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantNotPruned},
		WantStatusUpdates: nil,
	}, {
		Name:          "removing spec.serving deletes the address",
		Key:           key,
		Objects:       []runtime.Object{gone, good, builderOf(gone, built(digestB))},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(expect(gone, func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(builderOf(gone, built(digestB)), "")
			fs.MarkServingNotRequired()
			fs.MarkRouteNotRequired()
		})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantPruned()},
	}, {
		Name:    "an unknown runtime is reported",
		Key:     key,
		Objects: []runtime.Object{fn(servingOnly, kedaEngine), servingOf(fn(servingOnly, kedaEngine), imageA, nil, isTrue())},
		WantStatusUpdates: updates(expect(fn(servingOnly, kedaEngine), func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			fs.PropagateServing(servingOf(fn(servingOnly, kedaEngine), imageA, nil, isTrue()), "")
			fs.MarkRouteRuntimeUnknown("keda")
		})),
	}}, newReconciler)
}

// After a rollback, the active revision is older than the one that it replaced.
func TestRevisionsAreNewestFirst(t *testing.T) {
	plain := fn(servingOnly)
	old := servingOf(plain, imageA, nil, isTrue())
	newer := servingOf(edited(plain, withParam), imageA, nil, isTrue())
	next := servingOf(edited(edited(plain)), imageB, nil, nil)
	own := &children{servings: []*v1beta2.Serving{newer, old}, current: next}
	got := own.revisions(map[string]share{old.Name: {percent: 100}, newer.Name: {}})
	want := []v1beta2.RevisionStatus{revisionOf(next, 0), revisionOf(newer, 0), revisionOf(old, 100)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got[0].Ready != corev1.ConditionUnknown || got[1].Ready != corev1.ConditionTrue {
		t.Errorf("ready = %s, %s, want Unknown, True", got[0].Ready, got[1].Ready)
	}
}
