//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	functions "openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
)

const (
	examplesFolder = "../../../docs/examples/events"
	exampleImage   = "registry.example.com/examples/orders:v1"
	// orders is the key of the trigger of every example with a broker.
	orders = "orders"
)

// broker is one that functions get events from.
type broker struct {
	// name is that of its Service and, where it has one, its Secret.
	name string
	// example is the file of the Function, without its ending.
	example string
	// open means that it asks nobody who he is.
	open bool
	// sender are settings for those who send alone.
	sender map[string]string
}

// brokers are all that functions get events from, by the names of their examples.
func brokers() []broker {
	return []broker{
		{name: "nats", example: "nats", open: true},
		{name: "redis", example: "redis"},
		// Without the first nobody knows whether the broker has it, without the
		// second it is gone when the broker starts again. The exchange has to be
		// declared as the function declares it, or the broker refuses it.
		{name: "rabbitmq", example: "rabbitmq", sender: map[string]string{
			"publisherConfirm": "true", "deliveryMode": "2", "durable": "true", "deletedWhenUnused": "false",
		}},
		{name: "mosquitto", example: "mqtt", sender: map[string]string{"consumerID": "{podName}"}}, //nolint:misspell // the name of the product
		{name: "kafka", example: "kafka"},
	}
}

func brokerOf(t *testing.T, name string) broker {
	t.Helper()
	for _, b := range brokers() {
		if b.name == name {
			return b
		}
	}
	t.Fatalf("there is no broker %s", name)
	return broker{}
}

// scene is a function that events call, with a broker, and somebody who sends.
type scene struct {
	*cluster.Cluster

	namespace string
	collector *collector.Collector
	// fn is the Function, as it was seen last.
	fn *v1beta2.Function
	// sender is the pod that sends.
	sender string
}

// play applies the example of b in a namespace of its own, after change, and waits
// until the function is Ready and at zero.
func play(t *testing.T, b broker, change ...func(*v1beta2.Function)) *scene {
	t.Helper()
	s := prepare(t, b)
	s.apply(t, s.example(t, b.example, change...))
	s.awaitZero(t)
	return s
}

// prepare makes a namespace, and what functions need of b there.
func prepare(t *testing.T, b broker) *scene {
	t.Helper()
	c := cluster.Connect(t)
	c.Patience = 6 * time.Minute // pods start on two busy cores
	s := &scene{Cluster: c, namespace: c.Namespace(t), collector: collector.New(t)}
	if b.name == "" {
		return s
	}
	if !b.open {
		copySecret(t, c, b.name, s.namespace)
	}
	if b.name == "nats" {
		createStream(t, c, s.namespace)
	}
	s.startSender(t, b)
	return s
}

// example reads an example and fits it into the namespace, with topics that nobody
// else has.
func (s *scene) example(t *testing.T, name string, change ...func(*v1beta2.Function)) *v1beta2.Function {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examplesFolder, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	fitted := strings.NewReplacer(exampleImage, receiverImage(t), "new-orders", s.namespace, "failed-orders", s.failedTopic(),
		"value: orders\n", "value: "+s.namespace+"\n").Replace(string(text))
	fn := &v1beta2.Function{}
	if err := yaml.UnmarshalStrict([]byte(fitted), fn); err != nil {
		t.Fatalf("reading the example %s: %v", name, err)
	}
	fn.Namespace = s.namespace
	setParam(fn, "COLLECTOR", s.collector.URL)
	quick(fn)
	for _, change := range change {
		change(fn)
	}
	return fn
}

func (s *scene) failedTopic() string {
	return "failed-" + s.namespace
}

func setParam(fn *v1beta2.Function, name, value string) {
	if fn.Spec.Serving.Params == nil {
		fn.Spec.Serving.Params = map[string]string{}
	}
	fn.Spec.Serving.Params[name] = value
}

// handling makes the function take that long for one event.
func handling(duration time.Duration) func(*v1beta2.Function) {
	return func(fn *v1beta2.Function) { setParam(fn, "HANDLING", duration.String()) }
}

// quick makes KEDA look often and go to zero soon, so that tests are short.
func quick(fn *v1beta2.Function) {
	serving := fn.Spec.Serving
	if serving.ScaleOptions == nil {
		serving.ScaleOptions = &v1beta2.ScaleOptions{}
	}
	serving.ScaleOptions.Keda = &v1beta2.KedaScaleOptions{}
	if strings.EqualFold(serving.WorkloadType, "Job") {
		serving.ScaleOptions.Keda.ScaledJob = &v1beta2.KedaScaledJob{PollingInterval: new(int32(2))}
		return
	}
	serving.ScaleOptions.Keda.ScaledObject = &v1beta2.KedaScaledObject{PollingInterval: new(int32(2)), CooldownPeriod: new(int32(10))}
}

// apply creates the Function and waits until it is Ready.
func (s *scene) apply(t *testing.T, fn *v1beta2.Function) {
	t.Helper()
	s.fn = s.AwaitReady(t, s.Create(t, fn))
}

// edit changes the Function as its author does, and waits until it is Ready.
func (s *scene) edit(t *testing.T, change func(*v1beta2.FunctionSpec)) {
	t.Helper()
	s.fn = s.AwaitReady(t, s.Edit(t, s.fn, change))
}

// serving is the name of the Serving that runs the latest version.
func (s *scene) serving() string {
	return s.fn.Status.Serving.LastSuccessfulResourceRef
}

// pods chooses the pods of the function, whatever their version.
func (s *scene) pods() cluster.Query {
	return cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: s.namespace, Labels: functions.FunctionLabelKey + "=" + s.fn.Name,
		Patience: s.Patience,
	}
}

// podsOf chooses the pods of one version.
func (s *scene) podsOf(serving string) cluster.Query {
	q := s.pods()
	q.Labels = functions.ServingLabelKey + "=" + serving
	return q
}

// awaitZero waits until no pod of the function is left: one on its way out still
// handles what it is given.
func (s *scene) awaitZero(t *testing.T) {
	t.Helper()
	cluster.AwaitNone(t, s.Cluster, s.pods())
}

// awaitPods waits until the function has at least one pod that is ready with its
// sidecar, and returns those.
func (s *scene) awaitPods(t *testing.T) []corev1.Pod {
	t.Helper()
	var ready []corev1.Pod
	cluster.Await(t, s.Cluster, s.pods(), "be ready", func(pods []corev1.Pod) bool {
		ready = nil
		for i := range pods {
			if pods[i].DeletionTimestamp == nil && isReady(&pods[i]) {
				ready = append(ready, pods[i])
			}
		}
		return len(ready) > 0
	})
	return ready
}

func isReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// startSender starts a pod that sends to the broker, through a component like that
// of the example of b.
func (s *scene) startSender(t *testing.T, b broker) {
	t.Helper()
	source := s.example(t, b.example).Spec.Serving.Pubsub[orders].DeepCopy()
	source.Version = "v1"
	spec, err := k8sruntime.DefaultUnstructuredConverter.ToUnstructured(source)
	if err != nil {
		t.Fatal(err)
	}
	metadata, _, err := unstructured.NestedSlice(spec, "metadata")
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range b.sender {
		metadata = append(metadata, map[string]any{"name": name, "value": value})
	}
	spec["metadata"] = metadata
	component := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "dapr.io/v1alpha1", "kind": "Component",
		"metadata": map[string]any{"name": "events"}, "spec": spec, "scopes": []any{"sender"},
	}}
	_, err = s.Dynamic.Resource(cluster.Components).Namespace(s.namespace).Create(t.Context(), component, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("creating the component of the sender: %v", err)
	}
	create(t, s.Cluster, s.namespace, "sender.yaml")
	s.sender = awaitPod(t, s.Cluster, s.namespace, "sender")
}
