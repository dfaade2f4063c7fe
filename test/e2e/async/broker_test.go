//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/eventing"
)

// A broker delivers the event that one pod sends through its sidecar to another
// function. If KEDA supports the broker, that function starts from zero.
func TestBrokers(t *testing.T) {
	t.Parallel()
	for _, broker := range []struct {
		name    string
		scales  bool
		secret  bool
		prepare func(*testing.T, *cluster.Cluster, string)
	}{
		{name: "kafka", scales: true, secret: true},
		{name: "mosquitto", secret: true}, //nolint:misspell // the name of the product
		{name: "nats", scales: true, prepare: eventing.CreateStream},
		{name: "rabbitmq", scales: true, secret: true},
		{name: "redis", scales: true, secret: true},
	} {
		t.Run(broker.name, func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			namespace := c.Namespace(t)
			if broker.secret {
				eventing.CopySecret(t, c, broker.name, namespace)
			}
			if broker.prepare != nil {
				broker.prepare(t, c, namespace)
			}
			create(t, c, namespace, broker.name+".yaml", "Component", "Subscription")
			create(t, c, namespace, "receiver.yaml")
			sender := eventing.StartSender(t, c, namespace)

			receiver := eventing.AwaitPod(t, c, namespace, "receiver")
			send(t, c, namespace, sender, "warm")
			awaitEvent(t, c, namespace, receiver, "warm")
			if !broker.scales {
				return
			}
			create(t, c, namespace, broker.name+".yaml", "ScaledObject", "TriggerAuthentication")
			awaitScaledObject(t, c, namespace)
			awaitZero(t, c, namespace)
			begin := time.Now()
			send(t, c, namespace, sender, "cold")
			receiver = eventing.AwaitPod(t, c, namespace, "receiver")
			ready := time.Since(begin)
			awaitEvent(t, c, namespace, receiver, "cold")
			t.Logf("from zero: pod ready after %v, event handled after %v",
				ready.Round(100*time.Millisecond), time.Since(begin).Round(100*time.Millisecond))
			awaitZero(t, c, namespace)
		})
	}
}

// A schedule calls the function with an event.
func TestCron(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	create(t, c, namespace, "cron.yaml")
	create(t, c, namespace, "receiver.yaml")
	receiver := eventing.AwaitPod(t, c, namespace, "receiver")
	awaitEvents(t, c, namespace, receiver, "at least two", func(events []string) bool { return len(events) > 1 })
}

// create creates the objects of a file in testdata, of the given kinds or all of them.
func create(t *testing.T, c *cluster.Cluster, namespace, file string, kinds ...string) {
	t.Helper()
	manifest, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	eventing.Create(t, c, namespace, string(manifest), kinds...)
}

func send(t *testing.T, c *cluster.Cluster, namespace, pod, body string) {
	t.Helper()
	answer, err := c.Kube.CoreV1().RESTClient().Post().Namespace(namespace).Resource("pods").Name(pod+":8080").
		SubResource("proxy").Suffix("send", namespace).Body([]byte(body)).DoRaw(t.Context())
	if err != nil {
		t.Fatalf("sending %q: %v: %s", body, err, answer)
	}
}

// awaitEvent waits for a CloudEvent with the data.
func awaitEvent(t *testing.T, c *cluster.Cluster, namespace, pod, data string) {
	t.Helper()
	field := fmt.Sprintf("%q:%q", "data", data)
	awaitEvents(t, c, namespace, pod, field, func(events []string) bool {
		return slices.ContainsFunc(events, func(event string) bool { return strings.Contains(event, field) })
	})
}

// awaitEvents reads the events of the receiver until they are enough. It polls, because
// no event is sent outside of the cluster.
func awaitEvents(t *testing.T, c *cluster.Cluster, namespace, pod, what string, enough func([]string) bool) {
	t.Helper()
	var events []string
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, c.Timeout, true, func(ctx context.Context) (bool, error) {
		body, err := c.Kube.CoreV1().Pods(namespace).ProxyGet("http", pod, "8080", "events", nil).DoRaw(ctx)
		if err != nil {
			return false, err
		}
		if err := json.Unmarshal(body, &events); err != nil {
			return false, err
		}
		return enough(events), nil
	})
	if err != nil {
		t.Fatalf("waiting for %s at %s: %v; it got %q", what, pod, err, events)
	}
}

// awaitScaledObject waits until the ScaledObject is Ready and KEDA has created its
// HorizontalPodAutoscaler.
func awaitScaledObject(t *testing.T, c *cluster.Cluster, namespace string) {
	t.Helper()
	type scaledObject struct {
		Status struct {
			Conditions []metav1.Condition `json:"conditions"`
			HpaName    string             `json:"hpaName"`
		} `json:"status"`
	}
	query := cluster.Query{GroupVersionResource: cluster.ScaledObjects, Namespace: namespace, Name: "receiver"}
	hpa := cluster.AwaitOne(t, c, query, "be ready", func(o *scaledObject) bool {
		return o.Status.HpaName != "" && slices.ContainsFunc(o.Status.Conditions, func(condition metav1.Condition) bool {
			return condition.Type == "Ready" && condition.Status == metav1.ConditionTrue
		})
	}).Status.HpaName
	query = cluster.Query{
		GroupVersionResource: schema.GroupVersionResource{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
		Namespace:            namespace, Name: hpa,
	}
	cluster.AwaitOne(t, c, query, "exist", func(*autoscalingv2.HorizontalPodAutoscaler) bool { return true })
}

// awaitZero waits until no pod of the receiver is left, because a terminating pod still
// handles events.
func awaitZero(t *testing.T, c *cluster.Cluster, namespace string) {
	t.Helper()
	query := cluster.Query{GroupVersionResource: cluster.Deployments, Namespace: namespace, Name: "receiver"}
	cluster.AwaitOne(t, c, query, "be scaled to zero", func(d *appsv1.Deployment) bool { return *d.Spec.Replicas == 0 })
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.Pods, Namespace: namespace, Labels: "app=receiver"})
}
