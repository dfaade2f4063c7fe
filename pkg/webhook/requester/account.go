/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package requester

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/apis/podspec"
)

// ValidateServiceAccount checks that the user may impersonate the service account in
// the pod template of object. Otherwise a user could run code with permissions that the
// user does not have. It checks whenever the spec changes, because another image would
// run with the same permissions. old is the stored object with its defaults, or nil. It
// sends at most one SubjectAccessReview.
func (r Requester) ValidateServiceAccount(ctx context.Context, object, old metav1.Object) field.ErrorList {
	template, path := changedTemplate(object, old)
	if template == nil || !r.isEndUser() || !config.FromContext(ctx).Features.Permits(config.ServiceAccountName) {
		return nil
	}
	account, name := podspec.ServiceAccount(template)
	if !fielderror.IsObjectName(account) {
		return nil // none, or rejected by the validation of the type
	}
	path = path.Child(name)
	allowed := false
	if r.Reviewer != nil {
		var err error
		if allowed, err = r.Reviewer.CanImpersonate(ctx, r.User, object.GetNamespace(), account); err != nil {
			return field.ErrorList{{
				Type: field.ErrorTypeInternal, Field: path.String(),
				Detail: "the permission of the user could not be checked: try again",
			}}
		}
	}
	if allowed {
		return nil
	}
	return field.ErrorList{field.Forbidden(path, fmt.Sprintf(
		"user %s may not use the service account %s: this needs the permission to impersonate it in the namespace of the function",
		fielderror.Quote(r.User.Username), fielderror.Quote(account)))}
}

// changedTemplate returns the pod template of a Function or Serving whose spec the
// request creates or changes, and its path; or nil.
func changedTemplate(object, old metav1.Object) (*corev1.PodSpec, *field.Path) {
	spec := field.NewPath("spec")
	switch o := object.(type) {
	case *v1beta2.Function:
		stored, isUpdate := old.(*v1beta2.Function)
		if o.Spec.Serving == nil || isUpdate && (o.DeletionTimestamp != nil || equality.Semantic.DeepEqual(o.Spec, stored.Spec)) {
			return nil, nil
		}
		return o.Spec.Serving.Template, spec.Child("serving", "template")
	case *v1beta2.Serving:
		if old != nil {
			return nil, nil // its spec cannot change
		}
		return o.Spec.Template, spec.Child("template")
	default:
		return nil, nil
	}
}
