//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/eventing"
)

// Other sidecars cannot call a function that handles events, and nothing else gives its
// pods an address. The network of this cluster enforces no policies, so a unit test covers
// what they admit.
func TestEventFunctionsAreClosed(t *testing.T) {
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.apply(t, s.Example(t, "redis", func(fn *v1beta2.Function) { fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1)) }))
	s.awaitPods(t)

	if code, body := s.invoke(t, "sender"); code == http.StatusForbidden || strings.Contains(body, "ERR_DIRECT_INVOKE") {
		t.Fatalf("the sender cannot call itself: %d %s", code, body)
	}
	if code, body := s.invoke(t, s.serving()); code != http.StatusForbidden || !strings.Contains(body, "access control policy") {
		t.Errorf("a call of another sidecar: %d %s, want 403 because of the access control policy", code, body)
	}
	services, err := s.Kube.CoreV1().Services(s.Namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range services.Items {
		if owner := metav1.GetControllerOf(&services.Items[i]); owner != nil && owner.Name == s.serving() {
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

// invoke calls the app of that id by the sidecar of the sender.
func (s *scene) invoke(t *testing.T, app string) (code int, body string) {
	t.Helper()
	raw, _ := s.Kube.CoreV1().RESTClient().Post().Namespace(s.Namespace).Resource("pods").Name(s.Sender+":3500").
		SubResource("proxy").Suffix("v1.0", "invoke", app+"."+s.Namespace, "method", orders).
		SetHeader("Content-Type", "application/cloudevents+json").
		Body([]byte(`{"specversion":"1.0","id":"1","source":"x","type":"y","data":"1"}`)).
		Do(t.Context()).StatusCode(&code).Raw()
	return code, string(raw)
}
