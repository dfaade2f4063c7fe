/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package eventing prepares what a test of event functions needs: a namespace with
// access to a broker, a pod that sends numbered events, a collector of the events that
// functions handled, and the examples of docs/examples/events, adapted to all that.
package eventing

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
)

// Orders is the name of the trigger of every example that uses a broker.
const Orders = "orders"

// Scene is a namespace for functions that events call.
type Scene struct {
	*cluster.Cluster

	// Namespace is also the name of the topic that the sender sends to.
	Namespace string
	// Collector keeps a record of each event that a function handled.
	Collector *collector.Collector
	// Sender is the name of the pod that sends; empty without a broker.
	Sender string
}

// Prepare creates a namespace, gives it access to b and starts a sender there. With
// the zero Broker it creates the namespace only.
func Prepare(t *testing.T, b Broker) *Scene {
	t.Helper()
	c := cluster.Connect(t)
	c.Timeout = 6 * time.Minute // pods start on two busy cores
	s := &Scene{Cluster: c, Namespace: c.Namespace(t), Collector: collector.New(t)}
	if b.Name == "" {
		return s
	}
	if !b.Open {
		CopySecret(t, c, b.Name, s.Namespace)
	}
	if b.Name == "nats" {
		CreateStream(t, c, s.Namespace)
	}
	s.createSenderComponent(t, b)
	s.Sender = StartSender(t, c, s.Namespace)
	return s
}

// createSenderComponent creates the component that the sender publishes through, like
// that of the example of b.
func (s *Scene) createSenderComponent(t *testing.T, b Broker) {
	t.Helper()
	source := s.Example(t, b.Example).Spec.Serving.Pubsub[Orders].DeepCopy()
	source.Version = "v1"
	spec, err := runtime.DefaultUnstructuredConverter.ToUnstructured(source)
	if err != nil {
		t.Fatal(err)
	}
	metadata, _, err := unstructured.NestedSlice(spec, "metadata")
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range b.Sender {
		metadata = append(metadata, map[string]any{"name": name, "value": value})
	}
	spec["metadata"] = metadata
	component := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "dapr.io/v1alpha1", "kind": "Component",
		"metadata": map[string]any{"name": "events"}, "spec": spec, "scopes": []any{"sender"},
	}}
	_, err = s.Dynamic.Resource(cluster.Components).Namespace(s.Namespace).Create(t.Context(), component, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("creating the component of the sender: %v", err)
	}
}
