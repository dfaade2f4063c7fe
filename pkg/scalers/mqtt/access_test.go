/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"maps"
	"net/netip"
	"strings"
	"testing"

	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
)

// A pod calls the scaler with the values of another namespace.
func TestTriggersOfNoScaledObjectAreRefused(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 10)
	foreign := b.trigger()
	foreign.Namespace = "victim"
	_, err := r.keda.IsActive(t.Context(), foreign)
	if status.Code(err) != codes.NotFound {
		t.Errorf("IsActive returns %v, want NotFound", err)
	}
	stream, err := r.keda.StreamIsActive(t.Context(), foreign)
	if err == nil {
		_, err = stream.Recv()
	}
	if status.Code(err) != codes.NotFound {
		t.Errorf("StreamIsActive returns %v, want NotFound", err)
	}
	if len(r.watchers.watchers) > 0 {
		t.Error("the scaler watches the trigger")
	}
}

func TestHasTrigger(t *testing.T) {
	kinds := map[schema.GroupVersionResource]string{}
	for resource, kind := range map[string]string{"scaledobjects": "ScaledObjectList", "scaledjobs": "ScaledJobList"} {
		kinds[schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: resource}] = kind
	}
	metadata := map[string]any{"scalerAddress": "mqtt-scaler.openfunction:6000", "urlFromEnv": "URL", "topic": "things", "idleSeconds": "30"}
	object := func(kind, name string) runtime.Object {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "keda.sh/v1alpha1", "kind": kind, "metadata": map[string]any{"namespace": "team", "name": name},
			"spec": map[string]any{"triggers": []any{
				map[string]any{"type": "cpu", "metadata": map[string]any{"value": "80"}},
				map[string]any{"type": "external-push", "metadata": metadata},
			}},
		}}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	triggers, err := StartTriggers(ctx, dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds,
		object("ScaledObject", "fn"), object("ScaledJob", "job")))
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]string{"scalerAddress": "mqtt-scaler.openfunction:6000", "urlFromEnv": "tcp://broker", "topic": "things", "idleSeconds": "30"}
	for name, tt := range map[string]struct {
		namespace, object, key, value string
		want                          bool
	}{
		"a trigger of a ScaledObject":   {"team", "fn", "topic", "things", true},
		"a trigger of a ScaledJob":      {"team", "job", "topic", "things", true},
		"a variable that is not set":    {"team", "fn", "urlFromEnv", "", true},
		"another namespace":             {"victim", "fn", "topic", "things", false},
		"an unknown name":               {"team", "other", "topic", "things", false},
		"another idle time":             {"team", "fn", "idleSeconds", "86400", false},
		"a setting that is not its own": {"team", "fn", "username", "another", false},
		"a missing setting":             {"team", "fn", "topic", "", false},
		"the metadata of another type":  {"team", "fn", "value", "80", false},
	} {
		t.Run(name, func(t *testing.T) {
			values := maps.Clone(sent)
			if values[tt.key] = tt.value; tt.value == "" {
				delete(values, tt.key)
			}
			got := triggers.HasTrigger(ctx, &externalscaler.ScaledObjectRef{Namespace: tt.namespace, Name: tt.object, ScalerMetadata: values})
			if got != tt.want {
				t.Errorf("HasTrigger() = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestBrokerAddresses(t *testing.T) {
	addresses := BrokerAddresses{APIServer: netip.MustParseAddr("10.96.0.1")}
	for address, want := range map[string]bool{
		"10.0.0.7:1883": true, "192.0.2.1:8883": true, "[2001:db8::1]:1883": true,
		"127.0.0.1:6000": false, "[::1]:8080": false, "169.254.169.254:80": false, "[fe80::1%eth0]:80": false,
		"0.0.0.0:6000": false, "[::ffff:127.0.0.1]:80": false, "224.0.0.1:1883": false,
		"10.96.0.1:443": false, "[::ffff:10.96.0.1]:443": false,
	} {
		if err := addresses.Check(address); (err == nil) != want {
			t.Errorf("Check(%s) = %v, allowed: %t", address, err, want)
		}
	}
}

func TestForbiddenAddressesAreNotDialed(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	settings, err := parse(b.trigger())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := dial(t.Context(), BrokerAddresses{}, settings, "client", true); err == nil || !strings.Contains(err.Error(), errAddress.Error()) {
		t.Errorf("got %v, want %v", err, errAddress)
	}
}

func TestNamespacesHaveShares(t *testing.T) {
	b := startBroker(t, "127.0.0.1:0")
	r := startScaler(t, testIntervals, 10)
	r.watchers.limits.namespace = 1
	r.active(t, b.trigger(keyClientID, ""))
	_, err := r.keda.IsActive(t.Context(), b.trigger(keyClientID, "", keyTopic, "other"))
	if status.Code(err) != codes.ResourceExhausted || !strings.Contains(err.Error(), "of namespace team") {
		t.Errorf("got %v for a second trigger, want ResourceExhausted with the namespace", err)
	}
	other := b.trigger(keyClientID, "")
	other.Namespace = "other"
	r.active(t, other)
}

func TestUncheckedTextIsDropped(t *testing.T) {
	settings, err := parse(reference(map[string]string{keyURL: "tcp://broker", keyTopic: topic, keyCACert: "x", keyClientCert: "x", keyClientKey: "x"}))
	if err != nil || settings.credentials != (credentials{}) {
		t.Errorf("got %v, %v", settings.credentials, err)
	}
}
