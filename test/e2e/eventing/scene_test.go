//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// The kinds of Knative Eventing.
var (
	brokers       = schema.GroupVersionResource{Group: "eventing.knative.dev", Version: "v1", Resource: "brokers"}
	triggers      = schema.GroupVersionResource{Group: "eventing.knative.dev", Version: "v1", Resource: "triggers"}
	channels      = schema.GroupVersionResource{Group: "messaging.knative.dev", Version: "v1", Resource: "channels"}
	subscriptions = schema.GroupVersionResource{Group: "messaging.knative.dev", Version: "v1", Resource: "subscriptions"}
	pingSources   = schema.GroupVersionResource{Group: "sources.knative.dev", Version: "v1", Resource: "pingsources"}
)

// create creates an object from its manifest.
func create(t *testing.T, c *cluster.Cluster, resource schema.GroupVersionResource, namespace, manifest string) {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(manifest), &object.Object); err != nil {
		t.Fatal(err)
	}
	createObject(t, c, resource, namespace, object)
}

func createObject(t *testing.T, c *cluster.Cluster, resource schema.GroupVersionResource, namespace string, object *unstructured.Unstructured) {
	t.Helper()
	if _, err := c.Dynamic.Resource(resource).Namespace(namespace).Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
		t.Fatalf("creating %s: %v", resource.Resource, err)
	}
}

// broker creates the Broker default.
func broker(t *testing.T, c *cluster.Cluster, namespace string) {
	t.Helper()
	create(t, c, brokers, namespace, `{apiVersion: eventing.knative.dev/v1, kind: Broker, metadata: {name: default}}`)
}

// function is a function that records events, with the triggers of a Broker.
func function(t *testing.T, namespace, name, eventing string, options ...func(*v1beta2.FunctionSpec)) *v1beta2.Function {
	t.Helper()
	fn := &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1beta2.FunctionSpec{
			Image: cluster.EchoImage(t),
			Serving: &v1beta2.WorkloadSpec{
				Triggers:     &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}},
				ScaleOptions: &v1beta2.ScaleOptions{Knative: &map[string]string{"autoscaling.knative.dev/window": "6s"}},
			},
		},
	}
	if err := yaml.UnmarshalStrict([]byte(eventing), &fn.Spec.Serving.Triggers.Eventing); err != nil {
		t.Fatal(err)
	}
	for _, option := range options {
		option(&fn.Spec)
	}
	return fn
}

// recording keeps one pod, so that it lists all events.
func recording(spec *v1beta2.FunctionSpec) {
	spec.Serving.ScaleOptions.MinReplicas, spec.Serving.ScaleOptions.MaxReplicas = ptr.To[int32](1), ptr.To[int32](1)
}

func param(name, value string) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) { spec.Serving.Params = map[string]string{name: value} }
}

// pods selects the pods of a function.
func pods(fn *v1beta2.Function) cluster.Query {
	return cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: fn.Namespace, Labels: functions.FunctionLabelKey + "=" + fn.Name,
	}
}

// send sends an event in binary mode to a Service of Knative Eventing.
func send(t *testing.T, c *cluster.Cluster, service, host, path, kind, id string) int {
	t.Helper()
	found, err := c.Kube.CoreV1().Services("knative-eventing").Get(t.Context(), service, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+found.Spec.ClusterIP+path, strings.NewReader(`{"number":7}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	for name, value := range map[string]string{
		"Ce-Specversion": "1.0", "Ce-Id": id, "Ce-Type": kind, "Ce-Source": "/test", "Content-Type": "application/json",
	} {
		request.Header.Set(name, value)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	_, _ = io.Copy(io.Discard, reply.Body)
	return reply.StatusCode
}

// publish sends an event to the Broker default.
func publish(t *testing.T, c *cluster.Cluster, namespace, kind, id string) {
	t.Helper()
	if status := send(t, c, "broker-ingress", "", "/"+namespace+"/default", kind, id); status != http.StatusAccepted {
		t.Fatalf("the Broker replied %d to event %s", status, id)
	}
}

// awaitReceived waits until a function that records has received what done requires, and
// returns its events as "type id".
func awaitReceived(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function, what string, done func(events []string) bool) []string {
	t.Helper()
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(c.Timeout)
	for {
		text, err := c.Get(t.Context(), fn.Status.URL.String()+"/received")
		events := strings.Split(text, "\n")
		if err == nil && done(events) {
			return events
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("Function %s did not receive %s: %q, %v", fn.Name, what, text, err)
		}
	}
}
