//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/test/cluster"
)

// awaitKnative waits until an object of Knative is ready.
func awaitKnative(t *testing.T, c *cluster.Cluster, resource schema.GroupVersionResource, namespace, name string) {
	t.Helper()
	query := cluster.Query{GroupVersionResource: resource, Namespace: namespace, Name: name}
	cluster.AwaitOne(t, c, query, "to be ready", func(object *map[string]any) bool {
		return child.Readiness(&unstructured.Unstructured{Object: *object}).IsTrue()
	})
}

// hasReason reports whether the condition of the trigger orders has a status and reason.
func hasReason(fn *v1beta2.Function, status corev1.ConditionStatus, reason string) bool {
	cond := fn.Status.GetCondition(v1beta2.TriggerCondition("orders"))
	return cond != nil && cond.Status == status && cond.Reason == reason
}

// A Broker that does not exist is reported with what to do, and events arrive once it is
// created. A change of the trigger makes no revision; a trigger that is removed goes.
func TestTheConditionOfATriggerFollowsItsBroker(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	fn := c.Create(t, function(t, namespace, "orders", `[{name: orders, filters: [{exact: {type: order.created}}]}]`, recording))

	missing := c.AwaitFunction(t, fn, "to report the missing Broker", func(fn *v1beta2.Function) bool {
		return hasReason(fn, corev1.ConditionFalse, v1beta2.ReasonBrokerNotFound)
	})
	const want = `spec.serving.triggers.eventing[0].broker: Broker "default" does not exist`
	if message := missing.Status.GetCondition(v1beta2.TriggerCondition("orders")).Message; !strings.HasPrefix(message, want) {
		t.Errorf("the message is %q, want it to begin with %q", message, want)
	}
	if route := missing.Status.GetCondition(v1beta2.FunctionConditionRouteReady); !route.IsFalse() || !strings.Contains(route.Message, want) {
		t.Errorf("RouteReady is %v, want the message of the trigger", route)
	}
	if missing.Status.URL == nil {
		t.Error("a function whose trigger fails has no address")
	}

	broker(t, c, namespace)
	ready := c.AwaitReady(t, fn)
	if !hasReason(ready, corev1.ConditionTrue, v1beta2.ReasonBrokerInMemory) {
		t.Errorf("the conditions do not report that the Broker is for development: %v", ready.Status.Conditions)
	}
	publish(t, c, namespace, "order.created", "1")
	awaitReceived(t, c, ready, "the first event", func(events []string) bool { return strings.Join(events, ",") == "order.created 1" })

	changed := c.AwaitReady(t, c.Edit(t, ready, func(spec *v1beta2.FunctionSpec) {
		spec.Serving.Triggers.Eventing[0].Filters[0].Exact["type"] = "order.paid"
	}))
	if before, after := ready.Status.Serving.ResourceRef, changed.Status.Serving.ResourceRef; before != after {
		t.Errorf("another filter made Serving %s after %s", after, before)
	}
	publish(t, c, namespace, "order.created", "2")
	publish(t, c, namespace, "order.paid", "3")
	awaitReceived(t, c, changed, "the event of the new filter alone", func(events []string) bool {
		return strings.Join(events, ",") == "order.created 1,order.paid 3"
	})

	c.Edit(t, changed, func(spec *v1beta2.FunctionSpec) { spec.Serving.Triggers.Eventing = nil })
	cluster.Await(t, c, cluster.Query{GroupVersionResource: triggers, Namespace: namespace}, "to be gone", func(all []eventingv1.Trigger) bool {
		return len(all) == 0
	})
	removed := c.AwaitReady(t, changed)
	if cond := removed.Status.GetCondition(v1beta2.TriggerCondition("orders")); cond != nil {
		t.Errorf("the condition of a trigger that was removed stays: %v", cond)
	}
}
