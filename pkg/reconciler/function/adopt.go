/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
)

// isOrphanOf reports whether object was a child of a deleted Function of the same name.
// Only the controller sets the label: admission refuses it from users.
func isOrphanOf(fn *v1beta2.Function, object metav1.Object) bool {
	return len(object.GetOwnerReferences()) == 0 && object.GetDeletionTimestamp() == nil &&
		object.GetLabels()[functions.FunctionLabelKey] == fn.Name
}

// adoptBuilder makes fn the owner of a Builder that kubectl delete --cascade=orphan left,
// if it is what fn wants, and returns it. It returns other Builders as they are.
func (r *Reconciler) adoptBuilder(ctx context.Context, fn *v1beta2.Function, own *children, got, want *v1beta2.Builder) (*v1beta2.Builder, error) {
	_, made := got.Annotations[functions.GenerationAnnotationKey]
	if !made || !isOrphanOf(fn, got) || got.Spec.State == v1beta2.BuildStateCancelled {
		return got, nil
	}
	want = want.DeepCopy()
	want.SetDefaults(ctx)
	if same, err := resources.SameBuild(&got.Spec, &want.Spec); err != nil || !same {
		return got, err
	}
	adopted := got.DeepCopy()
	adopted.OwnerReferences = want.OwnerReferences
	adopted.Annotations[functions.GenerationAnnotationKey] = want.Annotations[functions.GenerationAnnotationKey]
	adopted, err := r.client.FunctionsV1beta2().Builders(fn.Namespace).Update(ctx, adopted, metav1.UpdateOptions{})
	if err != nil {
		return got, fmt.Errorf("adopting Builder %q: %w", got.Name, err)
	}
	own.builders = append([]*v1beta2.Builder{adopted}, own.builders...)
	return adopted, nil
}

// adoptServing is adoptBuilder for a Serving. Its pods go on.
func (r *Reconciler) adoptServing(ctx context.Context, fn *v1beta2.Function, own *children, got, want *v1beta2.Serving) (*v1beta2.Serving, error) {
	if !isOrphanOf(fn, got) {
		return got, nil
	}
	want = want.DeepCopy()
	want.Spec.ApplyClusterDefaults(ctx)
	want.SetDefaults(ctx)
	if same, err := resources.SameRevision(got, want); err != nil || !same {
		return got, err
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"uid": got.UID, "resourceVersion": got.ResourceVersion, "ownerReferences": want.OwnerReferences,
	}})
	if err != nil {
		return got, fmt.Errorf("encoding the owner of Serving %q: %w", got.Name, err)
	}
	adopted, err := r.client.FunctionsV1beta2().Servings(fn.Namespace).Patch(ctx, got.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil {
		return got, fmt.Errorf("adopting Serving %q: %w", got.Name, err)
	}
	own.servings = append([]*v1beta2.Serving{adopted}, own.servings...)
	own.lastGood = resources.LastGood(fn, own.servings)
	own.receives = resources.Receiving(fn, own.lastGood, own.servings)
	return adopted, nil
}
