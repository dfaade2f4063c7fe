/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

var serviceAccounts = child.Kind{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("ServiceAccount")}

// hold keeps a version from being made while its ServiceAccount does not exist,
// as no pod of it could, which a runtime says late or not at all; and while it is
// not known what the components are that it names, unknown being why. What runs
// already stays as it is.
func (r *Reconciler) hold(s *v1beta2.Serving, parts []part, unknown *apis.Condition) {
	if len(s.Status.ResourceRef) > 0 {
		return
	}
	held := r.withoutAccount(s)
	if held == nil {
		held = unknown
	}
	if held == nil {
		// A runtime may have reasons of its own.
		return
	}
	for _, p := range parts {
		for i := range p.objects {
			p.objects[i].Blocked = held
		}
	}
}

func awaited() *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting to get ready"}
}

// isAwaited tells whether a condition says no more than awaited does.
func isAwaited(cond *apis.Condition) bool {
	return cond != nil && cond.IsUnknown() && cond.Reason == v1beta2.ReasonPending
}

// withoutAccount is why no pod of s could be made for want of its ServiceAccount,
// nil where nothing is in the way.
func (r *Reconciler) withoutAccount(s *v1beta2.Serving) *apis.Condition {
	if s.Spec.Template == nil {
		return nil
	}
	account := s.Spec.Template.ServiceAccountName
	if account == "" {
		account = s.Spec.Template.DeprecatedServiceAccount
	}
	if account == "" {
		return nil
	}
	live, unlisted := r.references.Track(types.NamespacedName{Namespace: s.Namespace, Name: s.Name}, child.Reference{
		Kind: serviceAccounts, NamespacedName: types.NamespacedName{Namespace: s.Namespace, Name: account},
	})
	switch {
	case isAwaited(unlisted):
		return awaited()
	case unlisted == nil && live == nil:
		return &apis.Condition{
			Status: corev1.ConditionFalse, Reason: v1beta2.ReasonServiceAccountNotFound,
			Message: fmt.Sprintf("the ServiceAccount %q that spec.serving.template.serviceAccountName names does not exist; "+
				"create it: kubectl create serviceaccount %s -n %s", account, account, s.Namespace),
		}
	}
	return nil
}
