//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/eventing"
)

// A policy closes the pods that handle events, and no Service of ours has their addresses.
// The network of this cluster enforces no policies, so a unit test covers
// what they admit.
func TestEventFunctionsAreClosed(t *testing.T) {
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.apply(t, s.Example(t, "redis", func(fn *v1beta2.Function) { fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1)) }))
	s.awaitPods(t)

	services, err := s.Kube.CoreV1().Services(s.Namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range services.Items {
		if owner := metav1.GetControllerOf(&services.Items[i]); owner != nil && owner.Kind == "Serving" {
			t.Errorf("the Service %s has the address of the pods", services.Items[i].Name)
		}
	}
	if _, err := s.Kube.NetworkingV1().NetworkPolicies(s.Namespace).Get(t.Context(), s.serving()+"-events", metav1.GetOptions{}); err != nil {
		t.Errorf("the pods have no NetworkPolicy: %v", err)
	}
	if records := s.Collector.Records(); len(records) > 0 {
		t.Errorf("the function handled %v, which no broker delivered", records)
	}
	s.Send(t, 1, 1, 0)
	s.awaitHandledBy(t, s.fn.Name, 1)
}
