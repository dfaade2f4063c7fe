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
	"openfunction.dev/openfunction/pkg/runtime"
)

var serviceAccounts = child.Kind{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("ServiceAccount")}

// block prevents the creation of a revision while its ServiceAccount does not exist,
// because the API server would reject its pods, which a runtime reports late or never;
// and while a reference of its plan is unresolved. Children that exist are not changed.
func (r *Reconciler) block(s *v1beta2.Serving, results []result, unresolved *apis.Condition) {
	if len(s.Status.ResourceRef) > 0 {
		return
	}
	blocked := r.missingAccount(s)
	if blocked == nil {
		blocked = unresolved
	}
	if blocked == nil {
		// A runtime may block an object for a reason of its own.
		return
	}
	for _, res := range results {
		for i := range res.plan.Objects {
			res.plan.Objects[i].Blocked = blocked
		}
	}
}

// missingAccount returns why no pod of s can be created for lack of its
// ServiceAccount; nil if nothing prevents it.
func (r *Reconciler) missingAccount(s *v1beta2.Serving) *apis.Condition {
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
	live, unknown := r.references.Track(types.NamespacedName{Namespace: s.Namespace, Name: s.Name}, child.Reference{
		Kind: serviceAccounts, NamespacedName: types.NamespacedName{Namespace: s.Namespace, Name: account},
	})
	switch {
	case runtime.IsPending(unknown):
		return runtime.Pending()
	case unknown == nil && live == nil:
		return child.Failed(v1beta2.ReasonServiceAccountNotFound, fmt.Sprintf(
			"the ServiceAccount %q in spec.serving.template.serviceAccountName does not exist; "+
				"create it: kubectl create serviceaccount %s -n %s", account, account, s.Namespace))
	}
	return nil
}
