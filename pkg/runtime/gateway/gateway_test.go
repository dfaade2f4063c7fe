/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

func TestRouteReadiness(t *testing.T) {
	parent := func(name string, conditions ...metav1.Condition) gatewayv1.RouteParentStatus {
		return gatewayv1.RouteParentStatus{
			ParentRef:  gatewayv1.ParentReference{Namespace: ptr.To(gatewayv1.Namespace("gateways")), Name: gatewayv1.ObjectName(name)},
			Conditions: conditions,
		}
	}
	cond := func(kind, status string, generation int64) metav1.Condition {
		return metav1.Condition{Type: kind, Status: metav1.ConditionStatus(status), Reason: "R", Message: "m", ObservedGeneration: generation}
	}
	for name, tt := range map[string]struct {
		parents []gatewayv1.RouteParentStatus
		want    *apis.Condition
	}{
		"not reported":            {},
		"only accepted":           {parents: []gatewayv1.RouteParentStatus{parent("mine", cond("Accepted", "True", 2))}},
		"an earlier generation":   {parents: []gatewayv1.RouteParentStatus{parent("mine", cond("Accepted", "True", 1), cond("ResolvedRefs", "True", 1))}},
		"another Gateway":         {parents: []gatewayv1.RouteParentStatus{parent("other", cond("Accepted", "True", 2), cond("ResolvedRefs", "True", 2))}},
		"accepted and resolved":   {parents: []gatewayv1.RouteParentStatus{parent("mine", cond("Accepted", "True", 2), cond("ResolvedRefs", "True", 2))}, want: &apis.Condition{Status: "True"}},
		"a reference not allowed": {parents: []gatewayv1.RouteParentStatus{parent("mine", cond("Accepted", "True", 2), cond("ResolvedRefs", "False", 2))}, want: &apis.Condition{Status: "False", Reason: "R", Message: "Gateway mine: m"}},
	} {
		t.Run(name, func(t *testing.T) {
			route := &gatewayv1.HTTPRoute{ObjectMeta: metav1.ObjectMeta{Generation: 2}}
			route.Spec.ParentRefs = []gatewayv1.ParentReference{parent("mine").ParentRef}
			route.Status.Parents = tt.parents
			object, err := k8sruntime.DefaultUnstructuredConverter.ToUnstructured(route)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, routeReadiness(&unstructured.Unstructured{Object: object})); diff != "" {
				t.Error("routeReadiness() (-want, +got):", diff)
			}
		})
	}
}
