//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"strings"
	"testing"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// The interceptor prefers the route with the longest path, whatever its namespace. So
// only the controller may create one.
func TestNobodyElseRoutesRequestsOfAFunction(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello")))
	intruder := c.Namespace(t)
	hijack := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "http.keda.sh/v1beta1", "kind": "InterceptorRoute",
		"metadata": map[string]any{"name": "hijack"},
		"spec": map[string]any{
			"target":        map[string]any{"service": "mine", "port": int64(80)},
			"rules":         []any{map[string]any{"hosts": []any{fn.Status.URL.Host}, "paths": []any{map[string]any{"value": "/private"}}}},
			"scalingMetric": map[string]any{"concurrency": map[string]any{"targetValue": int64(1)}},
		},
	}}
	_, err := c.Dynamic.Resource(cluster.InterceptorRoutes).Namespace(intruder).Create(t.Context(), hijack, metav1.CreateOptions{})
	if !apierrs.IsForbidden(err) || !strings.Contains(err.Error(), "OpenFunction") {
		t.Errorf("creating an InterceptorRoute for the host of a function: %v, want that it is forbidden", err)
	}
	if got, err := c.Get(t.Context(), fn.Status.URL.String()+"/private/a"); err != nil || got != "hello" {
		t.Errorf("the reply is %q, %v", got, err)
	}
}

// A client cannot select a revision by the header that the route writes.
func TestAClientCannotSelectARevision(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", param("GREETING", "A"))))
	old := fn.Status.Serving.LastSuccessfulResourceRef
	fn = c.AwaitReady(t, c.Edit(t, fn, param("GREETING", "B")))
	got, _ := do(t, c, fn.Status.URL.String(), "X-Openfunction-Serving", fn.Namespace+"/"+old)
	if got != "B" {
		t.Errorf("with a forged header the reply is %q, want that of the current revision", got)
	}
}

// Two functions claim a host name, and a function claims that of another by default.
func TestHostnames(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	host := namespace + ".example.com"
	first := c.AwaitReady(t, c.Create(t, echo(t, namespace, "first", param("GREETING", "first"), route(v1beta2.RouteSpec{Hostnames: []string{host}}))))
	second := c.Create(t, echo(t, c.Namespace(t), "second", route(v1beta2.RouteSpec{Hostnames: []string{host, first.Status.URL.Host}})))
	c.AwaitFunction(t, second, "report the host names", func(f *v1beta2.Function) bool {
		reason := f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason()
		return f.Status.Route != nil && (reason == v1beta2.ReasonHostnameTaken || reason == v1beta2.ReasonHostnameNotPermitted)
	})
	for _, url := range []string{"http://" + host, first.Status.URL.String()} {
		if got, err := c.Get(t.Context(), url); err != nil || got != "first" {
			t.Errorf("%s replies %q, %v, want the first function", url, got, err)
		}
	}
}
