/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	cm "knative.dev/pkg/configmap"
)

// RolloutConfigName is the name of the ConfigMap of rollouts.
const RolloutConfigName = "config-rollout"

// Rollout contains the queries that gates of rollouts may use. A namespace cannot override
// them, because a query can read the metrics of every namespace.
type Rollout struct {
	// PrometheusURL is the URL of the server that has the HTTP API of Prometheus.
	PrometheusURL string
	// Queries are the queries in PromQL, by name.
	Queries map[string]string
}

func defaultRollout() *Rollout {
	return &Rollout{}
}

// NewRolloutFromConfigMap parses a Rollout. A key that is not set has its default.
func NewRolloutFromConfigMap(configMap *corev1.ConfigMap) (*Rollout, error) {
	r := defaultRollout()
	return r, read(r, configMap.Data)
}

// Query returns the query with that name. If there is none, problem describes what to do.
func (r *Rollout) Query(name string) (query, problem string) {
	query, known := r.Queries[name]
	switch {
	case known:
		return query, ""
	case len(r.Queries) == 0:
		return "", "the ConfigMap config-rollout has no queries; ask the administrator to add one"
	}
	return "", fmt.Sprintf("the ConfigMap config-rollout has no query %q; use one of: %s", name,
		strings.Join(slices.Sorted(maps.Keys(r.Queries)), ", "))
}

func (r *Rollout) settings() []setting {
	return []setting{
		{key: "prometheus-url", parse: cm.AsString("prometheus-url", &r.PrometheusURL)},
		{key: "queries", parse: asYAML("queries", &r.Queries)},
	}
}

func (r *Rollout) check() error {
	for _, name := range slices.Sorted(maps.Keys(r.Queries)) {
		if problems := validation.IsDNS1123Label(name); len(problems) > 0 {
			return fmt.Errorf("queries: the name %q is invalid: %s", name, strings.Join(problems, ", "))
		}
		if strings.TrimSpace(r.Queries[name]) == "" {
			return fmt.Errorf("queries: %s is empty", name)
		}
	}
	if r.PrometheusURL == "" {
		if len(r.Queries) > 0 {
			return errors.New("prometheus-url: required by queries")
		}
		return nil
	}
	address, err := url.Parse(r.PrometheusURL)
	if err != nil || address.Host == "" || (address.Scheme != "http" && address.Scheme != "https") {
		return fmt.Errorf("prometheus-url: %q is not an http or https URL", r.PrometheusURL)
	}
	return nil
}
