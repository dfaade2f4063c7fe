/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/webhook/resourcesemantics"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// setIdentity gives a new object the unique identity. An update that does not contain the
// annotation, such as one that replaces the whole object, keeps the stored one: another
// identity would leave the events that wait for the function at the broker. Objects that
// were stored without the annotation stay so. A Serving has the identity of its Function.
func setIdentity(object, old resourcesemantics.GenericCRD) {
	now := withIdentity(object)
	if now == nil || now.GetAnnotations()[functions.IdentityAnnotationKey] != "" {
		return
	}
	identity := functions.IdentityUnique
	if old != nil {
		stored := withIdentity(old)
		if stored == nil || stored.GetAnnotations()[functions.IdentityAnnotationKey] == "" {
			return
		}
		identity = stored.GetAnnotations()[functions.IdentityAnnotationKey]
	}
	metav1.SetMetaDataAnnotation(now, functions.IdentityAnnotationKey, identity)
}

// withIdentity returns the metadata of a Function, or of a Serving that has no owner.
func withIdentity(object resourcesemantics.GenericCRD) *metav1.ObjectMeta {
	switch o := object.(type) {
	case *v1beta2.Function:
		return &o.ObjectMeta
	case *v1beta2.Serving:
		if metav1.GetControllerOf(o) == nil {
			return &o.ObjectMeta
		}
	}
	return nil
}
