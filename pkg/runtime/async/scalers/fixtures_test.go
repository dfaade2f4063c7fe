/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// canary is what must be nowhere in what we make.
const canary = "canary-4711"

// source is the trigger shop-orders of version fn-abcde of function fn. Its component has
// one type.
func source(kind string, settings ...v1beta2.DaprMetadata) Source {
	s := serving(&v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{shopOrders(kind)}})
	component := map[string]*v1beta2.DaprComponent{"shop-orders": {Type: kind, Metadata: settings}}
	if strings.HasPrefix(kind, "pubsub.") {
		s.Spec.Pubsub = component
	} else {
		s.Spec.Bindings = component
	}
	return sourceOf(s, nil)
}

// foreignSource is the same trigger, with a component that its namespace has.
func foreignSource(component dapr.Component) Source {
	s := serving(&v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{shopOrders(component.Type)}})
	return sourceOf(s, dapr.Components{"shop-orders": component})
}

func shopOrders(kind string) *v1beta2.DaprTrigger {
	trigger := &v1beta2.DaprTrigger{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "shop-orders"}}
	if strings.HasPrefix(kind, "pubsub.") {
		trigger.Topic = "orders"
	}
	return trigger
}

func serving(triggers *v1beta2.Triggers) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{
		Name: "fn-abcde", Namespace: "team",
		OwnerReferences: []metav1.OwnerReference{{Kind: "Function", Name: "fn", Controller: new(true)}},
	}}
	s.Spec.Triggers = triggers
	return s
}

// sourceOf is the only trigger of a Serving.
func sourceOf(s *v1beta2.Serving, components dapr.Components) Source {
	model := dapr.NewModel(s, components, false)
	if len(model.Triggers) != 1 {
		panic(fmt.Sprintf("the model has %d triggers and the problems %v", len(model.Triggers), model.Problems))
	}
	return Source{Serving: s, Trigger: model.Triggers[0], Service: "fn-abcde-events"}
}

// set is a setting with its value in the component.
func set(name string, value any) v1beta2.DaprMetadata {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return v1beta2.DaprMetadata{Name: name, Value: &apiextensionsv1.JSON{Raw: raw}}
}

// ref is a setting with its value in the Secret broker.
func ref(name, key string) v1beta2.DaprMetadata {
	return v1beta2.DaprMetadata{Name: name, SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "broker", Key: key}}
}

func mustDerive(t *testing.T, src Source) *Scaler {
	t.Helper()
	scaler, err := Derive(src)
	if err != nil {
		t.Fatal(err)
	}
	return scaler
}
