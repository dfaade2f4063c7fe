//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package simulator

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/test/cluster"
)

// StartGateway starts a stand-in for the controller of a Gateway: it accepts every
// HTTPRoute of a namespace after latency.
func StartGateway(t *testing.T, c *cluster.Cluster, namespace string, latency time.Duration) {
	t.Helper()
	simulate(t, c, namespace, latency, func(s *simulation) error {
		routes, err := list[gatewayv1.HTTPRoute](s, cluster.HTTPRoutes)
		if err != nil {
			return err
		}
		for _, before := range routes {
			o := before.DeepCopy()
			accept(o)
			if err := s.update(cluster.HTTPRoutes, before, o); err != nil {
				return err
			}
		}
		return nil
	}, cluster.HTTPRoutes)
}

func accept(route *gatewayv1.HTTPRoute) {
	var since metav1.Time
	for _, parent := range route.Status.Parents {
		for _, cond := range parent.Conditions {
			since = cond.LastTransitionTime
		}
	}
	if since.IsZero() {
		since = metav1.Now().Rfc3339Copy()
	}
	cond := func(kind gatewayv1.RouteConditionType) metav1.Condition {
		return metav1.Condition{
			Type: string(kind), Status: metav1.ConditionTrue, Reason: string(kind),
			ObservedGeneration: route.Generation, LastTransitionTime: since,
		}
	}
	route.Status.Parents = []gatewayv1.RouteParentStatus{{
		ParentRef:      route.Spec.ParentRefs[0],
		ControllerName: "example.com/simulator",
		Conditions:     []metav1.Condition{cond(gatewayv1.RouteConditionAccepted), cond(gatewayv1.RouteConditionResolvedRefs)},
	}}
}
