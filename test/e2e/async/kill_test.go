//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	"k8s.io/apimachinery/pkg/labels"

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
				s.Kill(t, namespace, selector)
			}
			r := &result{timeline: s.observe(t), name: victim.broker + ", killed " + victim.name}
			sending := s.Start(t, 1, total, 0)
			s.Collector.Await(t, s.Timeout, "a fifth of the events", collector.Reached(total/5, total))
			if !victim.asleep {
				s.Kill(t, namespace, selector)
			}
			r.sender.Add(t, <-sending, total)
			s.finish(t, r, total)
			r.write(t, "kills")
			r.check(t)
			if victim.namespace != "" {
				s.AwaitPod(t, namespace, selector)
			}
		})
	}
}
