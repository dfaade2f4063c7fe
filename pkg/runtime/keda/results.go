/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	dto "github.com/prometheus/client_model/go"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/keda/interceptor"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

const (
	// requestDuration is the histogram of the requests by route and status, in seconds.
	requestDuration = "interceptor_request_duration_seconds"

	routeLabel          = "route_name"
	routeNamespaceLabel = "route_namespace"
	codeLabel           = "code"
)

// resultsOf returns where the requests to s are counted: in the interceptors, by the
// InterceptorRoute of s.
func resultsOf(s *v1beta2.Serving) results.Source {
	namespace, route := s.Namespace, nameOf(s.Name)
	return results.Source{
		Namespace: interceptor.Namespace, Selector: interceptor.PodSelector, Port: interceptor.MetricsPort,
		Read: func(metrics map[string]*dto.MetricFamily) results.Totals {
			return countRequests(metrics, namespace, route)
		},
		Hint: "an administrator checks the metrics of the interceptor of KEDA's http add-on",
	}
}

func countRequests(metrics map[string]*dto.MetricFamily, namespace, route string) results.Totals {
	var totals results.Totals
	for _, metric := range metrics[requestDuration].GetMetric() {
		if results.Label(metric, routeLabel) != route || results.Label(metric, routeNamespaceLabel) != namespace {
			continue
		}
		totals.AddRequests(metric.GetHistogram(), results.Label(metric, codeLabel))
	}
	return totals
}
