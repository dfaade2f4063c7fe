/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	dto "github.com/prometheus/client_model/go"
	"knative.dev/serving/pkg/apis/serving"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

const (
	// metricsPort is the port of the metrics of Knative's queue-proxy.
	metricsPort = 9091
	// invocations is the histogram of the requests by the status of their answer, in
	// seconds.
	invocations = "kn_serving_invocation_duration_seconds"
	statusLabel = "http_response_status_code"
)

// resultsOf returns where the requests to s are counted: in the queue-proxy of its pods.
func resultsOf(s *v1beta2.Serving) results.Source {
	return results.Source{
		Namespace: s.Namespace, Selector: serving.ConfigurationLabelKey + "=" + s.Name, Port: metricsPort,
		Read: countInvocations,
		Hint: "an administrator sets request-metrics-protocol to prometheus in the ConfigMap config-observability of Knative Serving; " +
			"it takes effect on revisions that are created later",
	}
}

func countInvocations(metrics map[string]*dto.MetricFamily) results.Totals {
	var totals results.Totals
	for _, metric := range metrics[invocations].GetMetric() {
		totals.AddRequests(metric.GetHistogram(), results.Label(metric, statusLabel))
	}
	return totals
}
