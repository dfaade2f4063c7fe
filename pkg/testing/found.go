/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Found is a child.Tracker for tests. It contains objects by kind, namespace and name,
// such as "Component ns/cron". An object whose entry is nil does not exist. In an empty
// Found, no kind is installed.
type Found map[string]*unstructured.Unstructured

var _ child.Tracker = Found(nil)

// Track implements child.Tracker.
func (f Found) Track(_ types.NamespacedName, ref child.Reference) (*unstructured.Unstructured, *apis.Condition) {
	if _, awaited := f[Awaited]; awaited {
		return nil, &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting until it is listed"}
	}
	if len(f) == 0 {
		return nil, child.Failed(ref.Product+v1beta2.ReasonNotInstalled, ref.Product+" is not installed")
	}
	return f[ref.Kind.Kind+" "+ref.NamespacedName.String()], nil
}

// Awaited is a key of Found. It means that all kinds are still being listed.
const Awaited = "awaited"

// Unlisted is a child.Tracker that reports this condition for every object.
type Unlisted apis.Condition

var _ child.Tracker = (*Unlisted)(nil)

// Track implements child.Tracker.
func (u *Unlisted) Track(types.NamespacedName, child.Reference) (*unstructured.Unstructured, *apis.Condition) {
	return nil, (*apis.Condition)(u).DeepCopy()
}
