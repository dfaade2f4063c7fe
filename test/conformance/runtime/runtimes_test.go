//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"net/url"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// runtime is a runtime and the features that it claims.
type runtime struct {
	name   string
	claims []feature
	// begin creates a function that it runs.
	begin func(*testing.T) *subject
}

func runtimes(t *testing.T) []runtime {
	t.Helper()
	all := []runtime{{name: "knative", claims: []feature{start, environment, requests, end}, begin: onKnative}}
	if cluster.Connect(t).HasDapr(t) {
		all = append(all, runtime{name: "async", claims: []feature{start, environment, events, end}, begin: onAsync})
	}
	if cluster.Connect(t).HasHTTPAddOn(t) {
		all = append(all, runtime{name: "keda", claims: []feature{start, environment, requests, end}, begin: onKeda})
	}
	return all
}

func TestRuntimes(t *testing.T) {
	for _, r := range runtimes(t) {
		t.Run(r.name, func(t *testing.T) { verify(t, &r) })
	}
}

// onKnative creates a function with an HTTP trigger on another port.
func onKnative(t *testing.T) *subject {
	t.Helper()
	s := newSubject(t)
	s.fn.Spec.Serving.ScaleOptions.Knative = &map[string]string{"autoscaling.knative.dev/window": "6s"}
	s.answer(t, v1beta2.HTTPEngineKnative)
	return s
}

// onKeda makes a function that requests call without Knative.
func onKeda(t *testing.T) *subject {
	t.Helper()
	s := newSubject(t)
	s.fn.Spec.Serving.ScaleOptions.Keda = &v1beta2.KedaScaleOptions{
		HTTPScaledObject: &v1beta2.KedaHTTPScaledObject{CooldownPeriod: new(int32(6))},
	}
	s.answer(t, v1beta2.HTTPEngineKeda)
	return s
}

// answer makes the function answer requests by an engine, on a port of its own.
func (s *subject) answer(t *testing.T, engine v1beta2.HTTPEngine) {
	t.Helper()
	s.port = "3000"
	s.fn.Spec.Serving.Triggers.HTTP = &v1beta2.HTTPTrigger{Port: new(int32(3000)), Engine: &engine}
	s.apply(t)
	s.call = func(t *testing.T, wish string) error {
		t.Helper()
		_, err := s.Get(t.Context(), s.fn.Status.URL.String()+"/?wish="+url.QueryEscape(wish))
		return err
	}
}

// onAsync creates a function with a trigger for events of Redis.
func onAsync(t *testing.T) *subject {
	t.Helper()
	s := newSubject(t)
	broker := connectRedis(t, s.Cluster, s.fn.Namespace)
	serving := s.fn.Spec.Serving
	serving.Triggers.Dapr = []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "calls", Topic: s.fn.Namespace}}}
	serving.Pubsub = map[string]*v1beta2.DaprComponent{"calls": {Type: "pubsub.redis", Metadata: []v1beta2.DaprMetadata{
		{Name: "redisHost", Value: &apiextensionsv1.JSON{Raw: []byte(`"redis.brokers:6379"`)}},
		{Name: "redisPassword", SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: redis, Key: "password"}},
	}}}
	serving.ScaleOptions.Keda = &v1beta2.KedaScaleOptions{
		ScaledObject: &v1beta2.KedaScaledObject{PollingInterval: new(int32(2)), CooldownPeriod: new(int32(10))},
	}
	serving.Annotations = map[string]string{"dapr.io/app-protocol": "http", "dapr.io/app-max-concurrency": "2"}
	s.port, s.protocol, s.path, s.secret = "8080", "http", "/calls", broker.password
	s.apply(t)
	s.call = func(t *testing.T, wish string) error {
		t.Helper()
		return broker.add(s.fn.Namespace, wish)
	}
	return s
}
