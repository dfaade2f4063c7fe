/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgotesting "k8s.io/client-go/testing"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	. "openfunction.dev/openfunction/pkg/testing"
)

// What kubectl delete --cascade=orphan leaves belongs to the next Function of that name if
// that wants the same.
func TestAdoption(t *testing.T) {
	plain := fn(servingOnly)
	good := servingOf(plain, imageA, nil, isTrue())
	without := func(changes ...func(*v1beta2.Serving)) *v1beta2.Serving {
		s := good.DeepCopy()
		s.OwnerReferences = nil
		for _, change := range changes {
			change(s)
		}
		return s
	}
	adopted := []clientgotesting.PatchActionImpl{{
		ActionImpl: clientgotesting.ActionImpl{Namespace: plain.Namespace}, Name: good.Name, PatchType: types.MergePatchType,
		Patch: []byte(`{"metadata":{"ownerReferences":[{"apiVersion":"core.openfunction.io/v1beta2","kind":"Function","name":"hello","uid":"hello-uid",` +
			`"controller":true,"blockOwnerDeletion":true}],"resourceVersion":"","uid":"` + string(good.UID) + `"}}`),
	}}
	notOwned := updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuildNotRequired()
		fs.MarkServingNotOwned(good.Name)
		fs.MarkRouteWaitingForServing()
	}))

	testRows(t, rtesting.TableTest{{
		Name:          "a Serving is adopted, and its revision serves",
		Key:           key,
		Objects:       []runtime.Object{plain, without()},
		OtherTestData: Observe(answers(isTrue())),
		WantPatches:   adopted,
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, good, "")
			routed(fs, isTrue(), good)
		})),
	}, {
		Name:              "a failure to adopt a Serving is retried",
		Key:               key,
		Objects:           []runtime.Object{plain, without()},
		WithReactors:      failing("patch", "servings"),
		WantErr:           true,
		WantPatches:       adopted,
		WantEvents:        internalError("adopting Serving %q: inducing failure for patch servings", good.Name),
		WantStatusUpdates: updates(expect(plain, func(fs *v1beta2.FunctionStatus) { fs.MarkBuildNotRequired() })),
	}, {
		Name:              "a Serving that runs something else is not adopted",
		Key:               key,
		Objects:           []runtime.Object{plain, without(func(s *v1beta2.Serving) { s.Spec.Image = "registry.example.com/other:v1" })},
		WantErr:           true, // the planned retry
		WantStatusUpdates: notOwned,
	}, {
		Name:              "a Serving of another Function is not adopted",
		Key:               key,
		Objects:           []runtime.Object{plain, without(func(s *v1beta2.Serving) { s.Labels[functions.FunctionLabelKey] = "other" })},
		WantErr:           true, // the planned retry
		WantStatusUpdates: notOwned,
	}}, newReconciler)
}

// A Builder is adopted with its image, so nothing is built.
func TestBuilderAdoption(t *testing.T) {
	without := func(changes ...func(*v1beta2.Builder)) *v1beta2.Builder {
		b := builderOf(fn(), built(digestA))
		b.OwnerReferences = nil
		for _, change := range changes {
			change(b)
		}
		return b
	}
	owned := builderOf(fn(), built(digestA))
	notOwned := updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
		fs.MarkBuilderNotOwned(owned.Name)
		fs.MarkWaitingForImage()
		fs.MarkRouteWaitingForServing()
	}))

	testRows(t, rtesting.TableTest{{
		Name:        "a Builder is adopted, and its image is served",
		Key:         key,
		Objects:     []runtime.Object{fn(), without(func(b *v1beta2.Builder) { b.Annotations[functions.GenerationAnnotationKey] = "7" })},
		WantUpdates: []clientgotesting.UpdateActionImpl{{Object: owned}},
		WantCreates: []runtime.Object{wantServing(fn(), imageA, fn())},
		WantStatusUpdates: updates(expect(fn(), func(fs *v1beta2.FunctionStatus) {
			fs.PropagateBuilder(owned, "")
			serves(fs, wantServing(fn(), imageA, fn()), "")
			fs.MarkRouteWaitingForServing()
		})),
	}, {
		Name:         "a failure to adopt a Builder is retried",
		Key:          key,
		Objects:      []runtime.Object{fn(), without()},
		WithReactors: failing("update", "builders"),
		WantErr:      true,
		WantUpdates:  []clientgotesting.UpdateActionImpl{{Object: owned}},
		WantEvents:   internalError("adopting Builder %q: inducing failure for update builders", owned.Name),
		WantStatusUpdates: updates(expect(fn(), func(*v1beta2.FunctionStatus) {
		})),
	}, {
		Name:              "a Builder of other inputs is not adopted",
		Key:               key,
		Objects:           []runtime.Object{fn(), without(func(b *v1beta2.Builder) { b.Spec.Image = "registry.example.com/other:v1" })},
		WantErr:           true, // the planned retry
		WantStatusUpdates: notOwned,
	}, {
		Name:              "a Builder that a user made is not adopted",
		Key:               key,
		Objects:           []runtime.Object{fn(), without(func(b *v1beta2.Builder) { b.Annotations = nil })},
		WantErr:           true, // the planned retry
		WantStatusUpdates: notOwned,
	}}, newReconciler)
}
