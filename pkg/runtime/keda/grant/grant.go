/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package grant

import (
	"context"
	"fmt"
	"time"

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
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
)

// selector selects the grants that Reconciler makes.
const selector = functions.ManagedLabelKey + "=" + functions.ManagedLabelValue

var resource = schema.GroupVersion(gatewayv1beta1.GroupVersion).WithResource("referencegrants")

// Reconciler creates a ReferenceGrant for each namespace with a Function that needs one,
// and deletes the others.
type Reconciler struct {
	reconciler.LeaderAwareFuncs

	client dynamic.ResourceInterface
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
	live, err := r.client.Get(ctx, nameOf(namespace), metav1.GetOptions{})
	isGone := apierrs.IsNotFound(err)
	if err == nil || isGone {
		r.users.setGranted(namespace, !isGone)
	}
	switch most := r.users.most(namespace); {
	case err != nil && !isGone:
		return fmt.Errorf("reading the ReferenceGrant of namespace %q: %w", namespace, err)
	case most == requires && isGone:
		return r.create(ctx, namespace)
	case most == none && !isGone && isOurs(live):
		return r.release(ctx, namespace, live)
	}
	return nil
}

// release deletes the grant of a namespace once no Function has needed it for some time.
// Gateways learn in any order that the grant and the routes are gone.
func (r *Reconciler) release(ctx context.Context, namespace string, live *unstructured.Unstructured) error {
	if left := r.users.unusedSince(namespace, r.clock.Now()).Add(linger).Sub(r.clock.Now()); left > 0 {
		return controller.NewRequeueAfter(left)
	}
	if err := r.delete(ctx, live); err != nil {
		return err
	}
	r.users.setGranted(namespace, false)
	return nil
}

func (r *Reconciler) create(ctx context.Context, namespace string) error {
	_, err := r.client.Create(ctx, grantFor(namespace), metav1.CreateOptions{})
	if err == nil || apierrs.IsAlreadyExists(err) {
		r.users.setGranted(namespace, true)
		return nil
	}
	if apierrs.IsNotFound(err) {
		// Without the CRD or the namespace of the interceptor there is nothing to permit.
		return nil
	}
	return fmt.Errorf("creating the ReferenceGrant of namespace %q: %w", namespace, err)
}

func (r *Reconciler) delete(ctx context.Context, live *unstructured.Unstructured) error {
	err := r.client.Delete(ctx, live.GetName(), metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(live.GetUID()))})
	if err == nil || apierrs.IsNotFound(err) || apierrs.IsConflict(err) {
		return nil
	}
	return fmt.Errorf("deleting ReferenceGrant %q: %w", live.GetName(), err)
}

// granted returns the namespaces that have a grant.
func (r *Reconciler) granted(ctx context.Context) ([]string, error) {
	list, err := r.client.List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, err
	}
	var namespaces []string
	for i := range list.Items {
		from, _, _ := unstructured.NestedSlice(list.Items[i].Object, "spec", "from")
		for _, item := range from {
			source, _ := item.(map[string]any)
			if namespace, ok := source["namespace"].(string); ok {
				namespaces = append(namespaces, namespace)
			}
		}
	}
	return namespaces, nil
}

func isOurs(live *unstructured.Unstructured) bool {
	return live.GetLabels()[functions.ManagedLabelKey] == functions.ManagedLabelValue
}

func nameOf(namespace string) string {
	return kmeta.ChildName("openfunction-", namespace)
}

func grantFor(namespace string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": gatewayv1beta1.GroupVersion.String(),
		"kind":       "ReferenceGrant",
		"metadata": map[string]any{
			"name":   nameOf(namespace),
			"labels": map[string]any{functions.ManagedLabelKey: functions.ManagedLabelValue},
		},
		"spec": map[string]any{
			"from": []any{map[string]any{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": namespace}},
			"to": []any{
				map[string]any{"group": "", "kind": "Service", "name": interceptor.Service},
				map[string]any{"group": "", "kind": "Service", "name": interceptor.ServiceH2C},
			},
		},
	}}
}
