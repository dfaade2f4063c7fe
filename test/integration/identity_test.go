//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

// Functions of two tenants must not be one consumer at a broker, and a function that
// exists must stay the consumer that it is.
func TestNewFunctionsAreConsumersOfTheirOwn(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	long := e.Namespace(t) // e2e-<random>
	short := strings.TrimPrefix(long, "e2e-")
	if _, err := e.Kube.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: short}}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	consumers := map[string]string{}
	for namespace, name := range map[string]string{long: "orders", short: "orders-e2e"} {
		p := &platform{Environment: e, namespace: namespace}
		p.simulateEvents(t, simulator.Latency)
		p.startController(t)
		fn := p.AwaitReady(t, p.Create(t, handling(namespace, name)))
		consumer := p.consumer(t)
		if other := consumers[consumer]; other != "" {
			t.Errorf("%s/%s and %s are one consumer, %q", namespace, name, other, consumer)
		}
		consumers[consumer] = namespace + "/" + name
		replaced := handling(namespace, name)
		replaced.ResourceVersion = fn.ResourceVersion
		updated, err := p.Functions(namespace).Update(t.Context(), replaced, metav1.UpdateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := updated.Annotations["openfunction.io/identity"]; got != "Unique" {
			t.Errorf("a replacement changes the identity to %q", got)
		}
	}
}

// As a function of an earlier release, which no webhook has given the annotation.
func TestFunctionsThatExistStayTheSameConsumer(t *testing.T) {
	p := startWithEvents(t)
	fn := p.AwaitReady(t, p.Create(t, handling(p.namespace, "hello")))
	if got, want := p.consumer(t), "hello-"+p.namespace; got != want {
		t.Errorf("the consumer is %q, want %q", got, want)
	}
	first := fn.Status.Serving.ResourceRef
	move := []byte(`{"metadata":{"annotations":{"openfunction.io/identity":"Unique"}}}`)
	if _, err := p.Functions(p.namespace).Patch(t.Context(), fn.Name, types.MergePatchType, move, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	p.AwaitFunction(t, fn, "have a revision with the unique identity", func(f *v1beta2.Function) bool {
		return f.IsReady() && f.Status.Serving.ResourceRef != first
	})
}

// consumer returns the consumer of the only component in the namespace.
func (p *platform) consumer(t *testing.T) string {
	t.Helper()
	components, err := p.Dynamic.Resource(cluster.Components).Namespace(p.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(components.Items) != 1 {
		t.Fatalf("%d components, want 1", len(components.Items))
	}
	settings, _, err := unstructured.NestedSlice(components.Items[0].Object, "spec", "metadata")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range settings {
		if s, ok := setting.(map[string]any); ok && s["name"] == "consumerID" {
			consumer, _ := s["value"].(string)
			return consumer
		}
	}
	t.Fatal("the component has no consumer")
	return ""
}
