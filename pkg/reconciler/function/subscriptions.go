/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// subscriptions returns what sends the events of triggers to the address of fn.
func (r *Reconciler) subscriptions(fn *v1beta2.Function) []runtime.Subscription {
	all := make([]runtime.Subscription, 0, len(fn.Spec.Serving.EventingTriggers()))
	for _, subscriber := range r.plugins.Subscribers {
		all = append(all, subscriber.Subscribe(fn, r.resolve(fn, subscriber.References(fn)))...)
	}
	return all
}

// applySubscriptions applies what sends events to the address of fn, and returns the
// condition of all of them. Each is applied independently, so that one that fails does
// not affect the others. What sends events reads the address from the stored status of
// fn, so nothing is applied until hasAddress is set.
func (r *Reconciler) applySubscriptions(ctx context.Context, fn *v1beta2.Function, subscriptions []runtime.Subscription, hasAddress bool) (*apis.Condition, error) {
	if len(subscriptions) > 0 && !hasAddress {
		return &apis.Condition{
			Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonWaitingForTrigger, Message: "the triggers are being set up",
		}, nil
	}
	errs := make([]error, 0, len(subscriptions))
	statuses := make([]v1beta2.TriggerStatus, 0, len(subscriptions))
	for i := range subscriptions {
		observations, err := r.children.Apply(ctx, fn, []child.Object{subscriptions[i].Object})
		errs = append(errs, err)
		for _, o := range observations {
			statuses = append(statuses, subscriptions[i].Status(o))
		}
	}
	fn.Status.PropagateEventing(statuses)
	return summarizeTriggers(statuses), child.JoinErrors(errs...)
}

func objectsOf(subscriptions []runtime.Subscription) []child.Object {
	objects := make([]child.Object, 0, len(subscriptions))
	for i := range subscriptions {
		objects = append(objects, subscriptions[i].Object)
	}
	return objects
}

// summarizeTriggers returns the condition of the first trigger that is False, else of the
// first that is Unknown, else True.
func summarizeTriggers(statuses []v1beta2.TriggerStatus) *apis.Condition {
	summary := &apis.Condition{Status: corev1.ConditionTrue}
	for i := range statuses {
		status := &statuses[i]
		switch {
		case status.Status == corev1.ConditionFalse:
			return &apis.Condition{Status: status.Status, Reason: status.Reason, Message: fmt.Sprintf("trigger %s: %s", status.Key, status.Message)}
		case status.Status == corev1.ConditionUnknown && summary.IsTrue():
			summary = &apis.Condition{
				Status: status.Status, Reason: v1beta2.ReasonWaitingForTrigger,
				Message: fmt.Sprintf("trigger %s: %s", status.Key, status.Message),
			}
		}
	}
	return summary
}
