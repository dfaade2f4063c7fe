/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

import (
	"context"
	"fmt"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmeta"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/system"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/apis/networking"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/child/apply"
	gatewayreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/networking/v1alpha1/gateway"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/reconciler/gateway/resources"
)

var resource = schema.GroupVersion(gatewayv1.GroupVersion).WithResource("gateways")

// Reconciler applies the listeners of a Gateway to the one of the Gateway API that it
// names, or creates that.
type Reconciler struct {
	kind       child.Kind
	references child.Tracker
	client     dynamic.NamespaceableResourceInterface
}

var (
	_ gatewayreconciler.Interface    = (*Reconciler)(nil)
	_ reconciler.OnDeletionInterface = (*Reconciler)(nil)
)

// ReconcileKind implements the generated Interface.
func (r *Reconciler) ReconcileKind(ctx context.Context, g *v1alpha1.Gateway) reconciler.Event {
	target, permitted := gateways.Target(g)
	if !permitted {
		if err := r.releaseOthers(ctx, g, types.NamespacedName{}); err != nil {
			return err
		}
		g.Status.MarkNotResolved(v1alpha1.ReasonRefNotPermitted, fmt.Sprintf(
			"the namespace of the Gateway must be %s: only objects of namespace %s may use Gateways of other namespaces", g.Namespace, system.Namespace()))
		return nil
	}
	tracked, unknown := r.references.Track(resources.KeyOf(g), child.Reference{Kind: r.kind, NamespacedName: target})
	switch {
	case unknown.IsFalse():
		g.Status.MarkNotResolved(unknown.Reason, unknown.Message)
		return nil
	case unknown != nil:
		g.Status.MarkWaiting(v1alpha1.GatewayConditionResolved, unknown.Message)
		return nil
	case tracked == nil && g.Spec.GatewayRef != nil:
		g.Status.MarkNotResolved(v1alpha1.ReasonNotFound, fmt.Sprintf("the Gateway %s of spec.gatewayRef does not exist; create it, or set gatewayDef", target))
		return nil
	}
	live, err := r.apply(ctx, g, target)
	if err != nil || live == nil {
		return err
	}
	if err := r.releaseOthers(ctx, g, target); err != nil {
		return err
	}
	g.Status.MarkResolved()
	propagate(&g.Status, live)
	return nil
}

// releaseOthers removes what an earlier spec has applied to another Gateway, once for each
// generation.
func (r *Reconciler) releaseOthers(ctx context.Context, g *v1alpha1.Gateway, target types.NamespacedName) error {
	resolved := g.Status.GetCondition(v1alpha1.GatewayConditionResolved)
	if g.Status.ObservedGeneration == g.Generation && (resolved.IsTrue() || resolved.GetReason() == v1alpha1.ReasonRefNotPermitted) {
		return nil
	}
	if err := r.release(ctx, resources.KeyOf(g), target); err != nil {
		g.Status.MarkWaiting(v1alpha1.GatewayConditionResolved, "waiting to remove the listeners from the Gateway before")
		return err
	}
	return nil
}

// apply applies g to its Gateway, and returns that; nil if g reports why it cannot.
func (r *Reconciler) apply(ctx context.Context, g *v1alpha1.Gateway, target types.NamespacedName) (*unstructured.Unstructured, error) {
	live, err := r.client.Namespace(target.Namespace).Get(ctx, target.Name, metav1.GetOptions{})
	switch {
	case apierrs.IsNotFound(err):
		live = nil
	case err != nil:
		return nil, fmt.Errorf("reading the Gateway %s: %w", target, err)
	}
	if problem := claim(g, target, live); problem != "" {
		g.Status.MarkNotResolved(v1alpha1.ReasonConflict, problem)
		return nil, nil
	}
	want, err := resources.Gateway(g, target, live)
	if err != nil {
		g.Status.MarkNotResolved(v1alpha1.ReasonRejected, err.Error())
		return nil, nil
	}
	manager := managerOf(resources.KeyOf(g))
	if live != nil {
		if name := resources.Foreign(live, want, manager); name != "" {
			g.Status.MarkNotResolved(v1alpha1.ReasonConflict, fmt.Sprintf(
				"the Gateway %s has a listener %s of another writer; use another name in spec.gatewaySpec.listeners", target, name))
			return nil, nil
		}
		if resources.IsApplied(live, want) {
			return live, nil
		}
	}
	live, err = r.write(ctx, live, want, manager)
	switch {
	case apierrs.IsConflict(err):
		g.Status.MarkNotResolved(v1alpha1.ReasonConflict, child.Quote(fmt.Sprintf("another writer has changed the Gateway %s: %v", target, err)))
		return nil, nil
	case apierrs.IsInvalid(err), apierrs.IsForbidden(err), apierrs.IsNotFound(err):
		g.Status.MarkNotResolved(v1alpha1.ReasonRejected, child.Quote(fmt.Sprintf("the Gateway %s cannot be written: %v", target, err)))
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("applying the Gateway %s: %w", target, err)
	}
	return live, nil
}

// write creates a Gateway, or applies want over live. A Gateway is not created by
// server-side apply, which would take over one of the same name.
func (r *Reconciler) write(ctx context.Context, live, want *unstructured.Unstructured, manager string) (*unstructured.Unstructured, error) {
	in := r.client.Namespace(want.GetNamespace())
	if live == nil {
		return in.Create(ctx, want, metav1.CreateOptions{FieldManager: manager})
	}
	if err := apply.CountAsApplied(ctx, in, live, manager); err != nil {
		return nil, err
	}
	return in.Apply(ctx, want.GetName(), want, metav1.ApplyOptions{FieldManager: manager})
}

// claim returns why g must not change a Gateway that exists; empty if it may.
func claim(g *v1alpha1.Gateway, target types.NamespacedName, live *unstructured.Unstructured) string {
	if live == nil {
		return ""
	}
	owner := live.GetAnnotations()[networking.GatewayAnnotationKey]
	switch {
	case owner != "" && owner != resources.KeyOf(g).String():
		return fmt.Sprintf("the Gateway %s has the listeners of the object %s; use another Gateway", target, owner)
	case owner == "" && g.Spec.GatewayDef != nil:
		return fmt.Sprintf("the Gateway %s exists and was not made by this object; name it in spec.gatewayRef in place of gatewayDef", target)
	}
	return ""
}

// ObserveDeletion implements reconciler.OnDeletionInterface. It removes what a deleted
// object has applied.
func (r *Reconciler) ObserveDeletion(ctx context.Context, key types.NamespacedName) error {
	return r.release(ctx, key, types.NamespacedName{})
}

// release removes what the object of that key has applied to other Gateways than target.
func (r *Reconciler) release(ctx context.Context, key, target types.NamespacedName) error {
	list, err := r.client.List(ctx, metav1.ListOptions{})
	if apierrs.IsNotFound(err) {
		return nil // the Gateway API is not installed
	}
	if err != nil {
		return fmt.Errorf("listing Gateways: %w", err)
	}
	for i := range list.Items {
		live := &list.Items[i]
		if live.GetAnnotations()[networking.GatewayAnnotationKey] != key.String() || live.GetNamespace() == target.Namespace && live.GetName() == target.Name {
			continue
		}
		if err := r.remove(ctx, key, live); err != nil && !apierrs.IsNotFound(err) && !apierrs.IsConflict(err) {
			return fmt.Errorf("removing the listeners from Gateway %q in namespace %q: %w", live.GetName(), live.GetNamespace(), err)
		}
	}
	return nil
}

// remove deletes a Gateway that was created, and takes the listeners from one that was not.
func (r *Reconciler) remove(ctx context.Context, key types.NamespacedName, live *unstructured.Unstructured) error {
	in := r.client.Namespace(live.GetNamespace())
	if live.GetLabels()[functions.ManagedLabelKey] == functions.ManagedLabelValue {
		return in.Delete(ctx, live.GetName(), metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(live.GetUID()))})
	}
	_, err := in.Apply(ctx, live.GetName(), resources.Released(live), metav1.ApplyOptions{FieldManager: managerOf(key)})
	return err
}

// managerOf returns the name under which the fields of an object are applied. Each has one
// of its own, so that two with the same listener do not overwrite each other.
func managerOf(key types.NamespacedName) string {
	return kmeta.ChildName("openfunction-gateway-", key.Namespace+"."+key.Name)
}

// propagate copies what the Gateway reports for its latest generation.
func propagate(status *v1alpha1.GatewayStatus, live *unstructured.Unstructured) {
	addresses, _, _ := unstructured.NestedSlice(live.Object, "status", "addresses")
	status.Addresses = nil
	for _, item := range addresses {
		address, _ := item.(map[string]any)
		kind, _ := address["type"].(string)
		value, _ := address["value"].(string)
		status.Addresses = append(status.Addresses, v1alpha1.GatewayAddress{Type: kind, Value: value})
	}
	conditions := child.Conditions(live)
	accepted := conditions[apis.ConditionType(gatewayv1.GatewayConditionAccepted)]
	programmed := conditions[apis.ConditionType(gatewayv1.GatewayConditionProgrammed)]
	failed := accepted
	if !accepted.IsFalse() {
		failed = programmed
	}
	switch {
	case failed.IsFalse():
		status.MarkNotProgrammed(failed.Reason, fmt.Sprintf("Gateway %s: %s", live.GetName(), failed.Message))
	case accepted.IsTrue() && programmed.IsTrue():
		status.MarkProgrammed()
	default:
		status.MarkWaiting(v1alpha1.GatewayConditionProgrammed, fmt.Sprintf("waiting for the Gateway %s to report that it serves", live.GetName()))
	}
}
