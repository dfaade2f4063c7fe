//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

// A component of the namespace may become one with a session for the function, and
// back. The Deployment follows each time, although each update strategy forbids
// settings of the other one.
func TestAComponentMayBecomeOneWithASession(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	p := &platform{Environment: e, namespace: e.NamespaceWithoutWebhook(t)}
	p.simulateEvents(t, 0)
	p.startController(t)
	namespace := p.namespace

	setting := func(name, value string) any { return map[string]any{"name": name, "value": value} }
	queue := map[string]any{"type": "pubsub.redis", "version": "v1", "metadata": []any{setting("redisHost", "redis:6379")}}
	session := map[string]any{"type": "pubsub.mqtt3", "version": "v1", "metadata": []any{
		setting("url", "mqtt://broker:1883"), setting("qos", "1"), setting("cleanSession", "false"), setting("consumerID", "orders"),
	}}
	component := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "dapr.io/v1alpha1", "kind": "Component", "spec": queue,
		"metadata": map[string]any{"namespace": namespace, "name": "orders"},
		"scopes":   []any{"orders-" + namespace},
	}}
	components := e.Dynamic.Resource(cluster.Components).Namespace(namespace)
	component, err := components.Create(t.Context(), component, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	fn := handling(namespace, "orders")
	fn.Spec.Serving.Pubsub = nil
	e.AwaitReady(t, e.Create(t, fn))

	query := cluster.Query{GroupVersionResource: cluster.Deployments, Namespace: namespace}
	for range 2 {
		for _, to := range []struct {
			spec map[string]any
			want appsv1.DeploymentStrategyType
		}{{session, appsv1.RecreateDeploymentStrategyType}, {queue, appsv1.RollingUpdateDeploymentStrategyType}} {
			component.Object["spec"] = to.spec
			if component, err = components.Update(t.Context(), component, metav1.UpdateOptions{}); err != nil {
				t.Fatal(err)
			}
			cluster.Await(t, e.Cluster, query, "have the strategy "+string(to.want), func(deployments []appsv1.Deployment) bool {
				return len(deployments) == 1 && deployments[0].Spec.Strategy.Type == to.want
			})
		}
	}
}
