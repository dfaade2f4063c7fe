/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	dto "github.com/prometheus/client_model/go"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

// The metrics of Dapr's sidecar about events. Each delivery counts, so an event that is
// delivered again counts again.
const (
	messages       = "dapr_component_pubsub_ingress_count"
	messageLatency = "dapr_component_pubsub_ingress_latencies"
	bindings       = "dapr_component_input_binding_count"
	bindingLatency = "dapr_component_input_binding_latencies"
)

// resultsOf returns where the events of s are counted: in the sidecars of its pods.
func resultsOf(s *v1beta2.Serving) results.Source {
	return results.Source{
		Namespace: s.Namespace, Selector: functions.ServingLabelKey + "=" + s.Name, Port: dapr.MetricsPort(s.Spec.Annotations),
		Read: countEvents,
		Hint: "an administrator checks the metrics of Dapr's sidecars",
	}
}

func countEvents(metrics map[string]*dto.MetricFamily) results.Totals {
	var totals results.Totals
	count := func(family, label, success string) {
		for _, metric := range metrics[family].GetMetric() {
			// The sidecar counts in a counter or a gauge, depending on its exporter.
			events := metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + metric.GetUntyped().GetValue()
			totals.Requests += events
			if results.Label(metric, label) != success {
				totals.Failures += events
			}
		}
	}
	count(messages, "process_status", "success")
	count(bindings, "success", "true")
	for _, family := range []string{messageLatency, bindingLatency} {
		for _, metric := range metrics[family].GetMetric() {
			totals.AddHistogram(metric.GetHistogram(), results.Milliseconds)
		}
	}
	return totals
}
