/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestRollout(t *testing.T) {
	const url = "http://prometheus.monitoring:9090"
	for name, tt := range map[string]struct {
		url, queries, want string
	}{
		"nothing":              {},
		"queries":              {url: url, queries: "queue: sum(up)\nerrors: sum(down)"},
		"no server":            {queries: "queue: sum(up)", want: "prometheus-url: required by queries"},
		"a server without URL": {url: "prometheus:9090", want: `prometheus-url: "prometheus:9090" is not an http or https URL`},
		"a bad name":           {url: url, queries: "Queue_1: sum(up)", want: `queries: the name "Queue_1" is invalid`},
		"an empty query":       {url: url, queries: "queue: ' '", want: "queries: queue is empty"},
		"a list":               {url: url, queries: "- queue", want: "queries: "},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := NewRolloutFromConfigMap(&corev1.ConfigMap{Data: map[string]string{"prometheus-url": tt.url, "queries": tt.queries}})
			switch {
			case tt.want == "" && err != nil:
				t.Fatal(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Fatalf("error %v, want %q", err, tt.want)
			case err == nil && len(got.Queries) > 0:
				if _, problem := got.Query("other"); problem != `the ConfigMap config-rollout has no query "other"; use one of: errors, queue` {
					t.Errorf("Query() = %q", problem)
				}
				if query, problem := got.Query("queue"); query != "sum(up)" || problem != "" {
					t.Errorf("Query() = %q, %q", query, problem)
				}
			}
		})
	}
}
