/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"encoding/json"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// canary is what must be nowhere in what we make.
const canary = "canary-4711"

// source is the trigger shop of a Serving, with a component of one type.
func source(kind string, settings ...v1beta2.DaprMetadata) Source {
	trigger := v1beta2.EventTrigger{Key: "shop-orders", Component: "shop"}
	if strings.HasPrefix(kind, "pubsub.") {
		trigger.Topic = "orders"
	}
	return Source{
		Serving:   &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Name: "fn-abcde", Namespace: "team"}},
		Trigger:   trigger,
		Component: v1beta2.DaprComponent{Type: kind, Version: "v1", Metadata: settings},
		Service:   "fn-abcde-events", Identity: "fn-team",
	}
}

func (s Source) with(change func(*Source)) Source {
	change(&s)
	return s
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
