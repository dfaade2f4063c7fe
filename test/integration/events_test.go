//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

// handling returns a Function with a trigger for events of Redis.
func handling(namespace, name string) *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1beta2.FunctionSpec{
			Image: "registry.example.com/team/orders@sha256:" + strings.Repeat("1", 64),
			Serving: &v1beta2.WorkloadSpec{
				Triggers: &v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{
					{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: "new-orders"}},
				}},
				Pubsub: map[string]*v1beta2.DaprComponent{"orders": {
					Type: "pubsub.redis",
					Metadata: []v1beta2.DaprMetadata{
						{Name: "redisHost", Value: &apiextensionsv1.JSON{Raw: []byte(`"redis:6379"`)}},
						{Name: "redisPassword", SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "redis", Key: "password"}},
					},
				}},
			},
		},
	}
}

// The products for events may be installed after the function was created.
func testMissingProductsForEvents(t *testing.T, p *platform) {
	t.Helper()
	p.Install(t, environment.KnativeServing)
	p.StartProgram(t)
	simulator.StartWorkloads(t, p.As(t, environment.Kubernetes), p.namespace, 0)
	simulator.StartKnative(t, p.As(t, environment.Knative), p.namespace, 0)
	fn := p.Create(t, handling(p.namespace, "orders"))
	p.awaitMissing(t, fn, "DaprNotInstalled", "https://docs.dapr.io")
	// A function with requests needs neither product.
	p.AwaitReady(t, p.Create(t, served(p.namespace, "hello")))

	p.Install(t, environment.Dapr)
	p.awaitMissing(t, fn, "KEDANotInstalled", "https://keda.sh")

	p.Install(t, environment.KEDA)
	simulator.StartKEDA(t, p.As(t, environment.Scaler), p.namespace, 0)
	fn = p.AwaitReady(t, fn)
	p.AwaitFunction(t, fn, "have a trigger that is ready", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.TriggerCondition("orders")).IsTrue()
	})
}

func testKEDARemoved(t *testing.T, p *platform) {
	t.Helper()
	p.Install(t, environment.Dapr, environment.KEDA)
	p.StartProgram(t)
	simulator.StartWorkloads(t, p.As(t, environment.Kubernetes), p.namespace, 0)
	t.Run("installed", func(t *testing.T) {
		simulator.StartKEDA(t, p.As(t, environment.Scaler), p.namespace, 0)
		p.AwaitReady(t, p.Create(t, handling(p.namespace, "first")))
	})
	p.Remove(t, environment.KEDA)
	second := p.Create(t, handling(p.namespace, "second"))
	p.awaitMissing(t, second, "KEDANotInstalled", "https://keda.sh")

	p.Install(t, environment.KEDA)
	simulator.StartKEDA(t, p.As(t, environment.Scaler), p.namespace, 0)
	p.AwaitReady(t, second)
	p.AwaitReady(t, handling(p.namespace, "first"))
	query := cluster.Query{GroupVersionResource: cluster.ScaledObjects, Namespace: p.namespace}
	cluster.Await(t, p.Cluster, query, "be there for both functions", func(scalers []metav1.PartialObjectMetadata) bool { return len(scalers) == 2 })
}

// awaitMissing waits until the Function reports which product is missing and how to
// install it.
func (p *platform) awaitMissing(t *testing.T, fn *v1beta2.Function, reason, hint string) {
	t.Helper()
	got := p.AwaitFunction(t, fn, "report "+reason, func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionServingReady).GetReason() == reason
	})
	ready := got.Status.GetCondition(v1beta2.FunctionConditionReady)
	if ready.IsTrue() || ready.GetReason() != reason || !strings.Contains(ready.GetMessage(), hint) {
		t.Errorf("Ready does not contain what is missing and how to install it: %v", ready)
	}
}
