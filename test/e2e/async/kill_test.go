//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

// Every event is handled although a process is killed in the middle.
func TestNothingIsLostWhenSomebodyDies(t *testing.T) {
	for _, victim := range []struct {
		name      string
		broker    string
		namespace string // empty for the namespace of the function
		labels    map[string]string
		// asleep means that the process is killed while the function is at zero.
		asleep bool
	}{
		{name: "the controller", broker: "nats", namespace: "openfunction", labels: map[string]string{"app.kubernetes.io/component": "controller"}},
		{name: "the operator of KEDA", broker: "rabbitmq", namespace: "keda", labels: map[string]string{"app": "keda-operator"}},
		{name: "the operator of KEDA at zero", broker: "redis", namespace: "keda", labels: map[string]string{"app": "keda-operator"}, asleep: true},
		{name: "the scaler for MQTT at zero", broker: "mosquitto", namespace: "openfunction", labels: map[string]string{"app.kubernetes.io/component": "mqtt-scaler"}, asleep: true}, //nolint:misspell // the name of the product
		{name: "a pod that handles NATS", broker: "nats"},
		{name: "a pod that handles Redis", broker: "redis"},
		{name: "a pod that handles RabbitMQ", broker: "rabbitmq"},
		{name: "a pod that handles MQTT", broker: "mosquitto"}, //nolint:misspell // the name of the product
		{name: "a pod that handles Kafka", broker: "kafka"},
	} {
		t.Run(victim.name, func(t *testing.T) {
			s := play(t, eventing.BrokerOf(t, victim.broker), eventing.Handling(handlingTime))
			namespace, selector := victim.namespace, labels.SelectorFromSet(victim.labels).String()
			if namespace == "" {
				namespace, selector = s.Namespace, s.pods().Labels
			}
			// Enough events for the work to continue when the victim is back.
			total := messages(t) / 5
			if victim.asleep {
				s.kill(t, namespace, selector)
			}
			r := &result{timeline: s.observe(t), name: victim.broker + ", killed " + victim.name}
			sending := s.Start(t, 1, total, 0)
			s.Collector.Await(t, s.Patience, "a fifth of the events", collector.Reached(total/5, total))
			if !victim.asleep {
				s.kill(t, namespace, selector)
			}
			r.sender.Add(t, <-sending, total)
			s.finish(t, r, total)
			r.tell(t, "kills")
			r.check(t)
			if victim.namespace != "" {
				s.awaitRevived(t, namespace, selector)
			}
		})
	}
}

// kill ends one running pod of the selector with SIGKILL.
func (s *scene) kill(t *testing.T, namespace, selector string) {
	t.Helper()
	pods, err := s.Kube.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		t.Fatal(err)
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if pod.DeletionTimestamp != nil || pod.Status.Phase != corev1.PodRunning {
			continue
		}
		err := s.Kube.CoreV1().Pods(namespace).Delete(t.Context(), pod.Name, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
		if err != nil {
			t.Fatalf("killing pod %s: %v", pod.Name, err)
		}
		t.Logf("killed pod %s/%s", namespace, pod.Name)
		return
	}
	t.Fatalf("no pod of %s with %s runs", namespace, selector)
}

// awaitRevived waits until the killed program is ready again, because the next test
// needs it.
func (s *scene) awaitRevived(t *testing.T, namespace, selector string) {
	t.Helper()
	query := cluster.Query{GroupVersionResource: cluster.Pods, Namespace: namespace, Labels: selector}
	cluster.Await(t, s.Cluster, query, "be ready again", func(pods []corev1.Pod) bool {
		for i := range pods {
			if pods[i].DeletionTimestamp == nil && isReady(&pods[i]) {
				return true
			}
		}
		return false
	})
}
