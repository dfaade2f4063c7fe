/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package grant

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/utils/clock"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"
	"knative.dev/pkg/reconciler"
	gatewayv1beta1 "sigs.k8s.io/gateway-api/apis/v1beta1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// selector selects the grants that Reconciler makes.
const selector = functions.ManagedLabelKey + "=" + functions.ManagedLabelValue

var resource = schema.GroupVersion(gatewayv1beta1.GroupVersion).WithResource("referencegrants")

// Reconciler creates a ReferenceGrant for each namespace with a Function that needs one,
// and deletes the others.
type Reconciler struct {
	reconciler.LeaderAwareFuncs

	routes gateway.Granted
	target func() gateway.Target
	client dynamic.NamespaceableResourceInterface
	users  *users
	clock  clock.PassiveClock
}

// linger is how long an unused grant stays.
const linger = 10 * time.Second

var (
	_ controller.Reconciler  = (*Reconciler)(nil)
	_ reconciler.LeaderAware = (*Reconciler)(nil)
)

// Reconcile implements controller.Reconciler for the namespace of that name.
func (r *Reconciler) Reconcile(ctx context.Context, namespace string) error {
	if !r.IsLeaderFor(types.NamespacedName{Name: namespace}) {
		return controller.NewSkipKey(namespace)
	}
	target := r.target()
	for _, place := range r.users.places(namespace) {
		if place == target.Namespace {
			continue
		}
		live, err := r.get(ctx, namespace, place)
		if err == nil {
			err = r.delete(ctx, namespace, place, live)
		}
		if err != nil {
			return err
		}
	}
	if target.Namespace == "" {
		return nil
	}
	live, err := r.get(ctx, namespace, target.Namespace)
	switch {
	case err != nil:
		return err
	case live == nil:
		return r.grant(ctx, namespace, target)
	case !isOurs(live):
		return nil
	}
	return r.update(ctx, namespace, target, live)
}

// get returns the grant of a namespace in place; nil if there is none.
func (r *Reconciler) get(ctx context.Context, namespace, place string) (*unstructured.Unstructured, error) {
	live, err := r.client.Namespace(place).Get(ctx, r.nameOf(namespace), metav1.GetOptions{})
	switch {
	case apierrs.IsNotFound(err):
		return nil, nil //nolint:nilnil // absence is no error
	case err != nil:
		return nil, fmt.Errorf("reading the ReferenceGrant of namespace %q: %w", namespace, err)
	}
	return live, nil
}

// grant creates the grant of a namespace that requires one.
func (r *Reconciler) grant(ctx context.Context, namespace string, target gateway.Target) error {
	r.users.setGranted(namespace, target.Namespace, false)
	if r.users.most(namespace) != requires {
		return nil
	}
	return r.create(ctx, namespace, target)
}

// update replaces a grant for other Services, and deletes one that nothing needs.
func (r *Reconciler) update(ctx context.Context, namespace string, target gateway.Target, live *unstructured.Unstructured) error {
	r.users.setGranted(namespace, target.Namespace, true)
	switch most := r.users.most(namespace); {
	case most == none:
		return r.release(ctx, namespace, target.Namespace, live)
	case most == keeps, equality.Semantic.DeepEqual(live.Object["spec"], r.grantFor(namespace, target).Object["spec"]):
		return nil
	}
	if err := r.delete(ctx, namespace, target.Namespace, live); err != nil {
		return err
	}
	return r.create(ctx, namespace, target)
}

// release deletes the grant of a namespace once no Function has needed it for some time.
// Gateways learn in any order that the grant and the routes are gone.
func (r *Reconciler) release(ctx context.Context, namespace, place string, live *unstructured.Unstructured) error {
	if left := r.users.unusedSince(namespace, r.clock.Now()).Add(linger).Sub(r.clock.Now()); left > 0 {
		return controller.NewRequeueAfter(left)
	}
	return r.delete(ctx, namespace, place, live)
}

func (r *Reconciler) create(ctx context.Context, namespace string, target gateway.Target) error {
	_, err := r.client.Namespace(target.Namespace).Create(ctx, r.grantFor(namespace, target), metav1.CreateOptions{})
	if err == nil || apierrs.IsAlreadyExists(err) {
		r.users.setGranted(namespace, target.Namespace, true)
		return nil
	}
	if apierrs.IsNotFound(err) {
		// Without the CRD or the namespace of the target there is nothing to permit.
		return nil
	}
	return fmt.Errorf("creating the ReferenceGrant of namespace %q: %w", namespace, err)
}

// delete deletes the grant of a namespace in place, if there is one and it is ours.
func (r *Reconciler) delete(ctx context.Context, namespace, place string, live *unstructured.Unstructured) error {
	if live != nil && isOurs(live) {
		err := r.client.Namespace(place).Delete(ctx, live.GetName(), metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(live.GetUID()))})
		if err != nil && !apierrs.IsNotFound(err) && !apierrs.IsConflict(err) {
			return fmt.Errorf("deleting ReferenceGrant %q in namespace %q: %w", live.GetName(), place, err)
		}
	}
	r.users.setGranted(namespace, place, false)
	return nil
}

// restore records the grants that exist, in whatever namespace they are.
func (r *Reconciler) restore(ctx context.Context) error {
	list, err := r.client.List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return err
	}
	for i := range list.Items {
		from, _, _ := unstructured.NestedSlice(list.Items[i].Object, "spec", "from")
		for _, item := range from {
			source, _ := item.(map[string]any)
			namespace, _ := source["namespace"].(string)
			if list.Items[i].GetName() == r.nameOf(namespace) {
				r.users.setGranted(namespace, list.Items[i].GetNamespace(), true)
			}
		}
	}
	return nil
}

func isOurs(live *unstructured.Unstructured) bool {
	return live.GetLabels()[functions.ManagedLabelKey] == functions.ManagedLabelValue
}

// nameOf returns the name of the grant of a namespace.
func (r *Reconciler) nameOf(namespace string) string {
	return kmeta.ChildName(r.routes.Prefix, namespace)
}

func (r *Reconciler) grantFor(namespace string, target gateway.Target) *unstructured.Unstructured {
	to := make([]any, 0, len(target.Services))
	for _, name := range target.Services {
		to = append(to, map[string]any{"group": "", "kind": "Service", "name": name})
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": gatewayv1beta1.GroupVersion.String(),
		"kind":       "ReferenceGrant",
		"metadata": map[string]any{
			"name":   r.nameOf(namespace),
			"labels": map[string]any{functions.ManagedLabelKey: functions.ManagedLabelValue},
		},
		"spec": map[string]any{
			"from": []any{map[string]any{"group": gatewayv1beta1.GroupName, "kind": "HTTPRoute", "namespace": namespace}},
			"to":   to,
		},
	}}
}
