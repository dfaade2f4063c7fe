/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// identified returns a Serving of a Function of that name.
func identified(namespace, function, identity string) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: function + "-0123456789",
		OwnerReferences: []metav1.OwnerReference{{Name: function, Controller: new(true)}},
	}}
	if identity != "" {
		s.Annotations = map[string]string{functions.IdentityAnnotationKey: identity}
	}
	return s
}

// RabbitMQ's component and durables of NATS append a topic to the identity.
func TestIdentitiesAreUnique(t *testing.T) {
	owners := map[string]string{}
	for _, tt := range []struct{ namespace, function, topic string }{
		{"shop-eu", "orders", ""},
		{"eu", "orders-shop", ""},
		{"fn", "orders-shop-eu", ""},
		{"orders", "shop-eu", ""},
		{"shop", "orders", "eu-x"},
		{"shop-eu", "orders", "x"},
		{"shop", "orders-eu", "x"},
		{"shop", "orders", "fn-x"},
		{"shop", "orders.eu", "x"},
		{"shop", "orders", "a.b"},
		{"shop", "orders", "a-b"},
		{"shop", "orders", "_fn-x"},
	} {
		s := identified(tt.namespace, tt.function, functions.IdentityUnique)
		owner := tt.namespace + "/" + tt.function + "/" + tt.topic
		for _, name := range []string{Identity(s) + "-" + tt.topic, durableFor(Identity(s), tt.topic)} {
			if other := owners[name]; other != "" && other != owner {
				t.Errorf("%q is a name of %s and of %s", name, other, owner)
			}
			owners[name] = owner
		}
	}
	for _, identity := range []string{"", functions.IdentityCompatible} {
		if got := Identity(identified("shop", "orders", identity)); got != "orders-shop" {
			t.Errorf("with the annotation %q the identity is %q, want orders-shop", identity, got)
		}
	}
	if got := Identity(identified("shop", "orders", functions.IdentityUnique)); got != "orders_shop_fn" {
		t.Errorf("the unique identity is %q, want orders_shop_fn", got)
	}
}

// The scopes of a component in the namespace contain the app-id of the old project.
func TestScopesPermitAFunctionWithAUniqueIdentity(t *testing.T) {
	s := serving(t, `{triggers: {dapr: [{name: c, topic: t}]}}`)
	s.Annotations = map[string]string{functions.IdentityAnnotationKey: functions.IdentityUnique}
	m := NewModel(s, foreign(t, `{c: {type: pubsub.redis, scopes: [orders-shop]}}`), false)
	if len(m.Problems) > 0 {
		t.Errorf("problems %v, want none", m.Problems)
	}
}
