/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// serving returns a version of function orders in namespace shop, whose spec is
// given in YAML.
func serving(t *testing.T, spec string) *v1beta2.Serving {
	t.Helper()
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop",
		Name:      "orders-0123456789",
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: v1beta2.SchemeGroupVersion.String(),
			Kind:       "Function",
			Name:       "orders",
			UID:        "a-function",
			Controller: new(true),
		}},
	}}
	decode(t, spec, &s.Spec)
	return s
}

// foreign returns components of the namespace, given in YAML.
func foreign(t *testing.T, components string) Components {
	t.Helper()
	found := Components{}
	decode(t, components, &found)
	return found
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(text), into); err != nil {
		t.Fatalf("Decoding %s: %v", text, err)
	}
}
