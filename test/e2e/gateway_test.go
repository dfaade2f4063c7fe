//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
	"openfunction.dev/openfunction/test/cluster"
)

// A Gateway of the old project makes a Gateway of the cluster, which serves the function
// that names it below its domain. A change of the domain reaches the function.
func TestGatewayOfTheOldProject(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	old := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.openfunction.io/v1alpha1", "kind": "Gateway", "metadata": map[string]any{"name": "old"},
		"spec": map[string]any{
			"domain":     namespace + ".ofn.test",
			"gatewayDef": map[string]any{"namespace": namespace, "gatewayClassName": "openfunction"},
			"gatewaySpec": map[string]any{"listeners": []any{map[string]any{
				"name": "ofn-http-external", "protocol": "HTTP", "port": int64(80),
				"allowedRoutes": map[string]any{"namespaces": map[string]any{"from": "All"}},
			}}},
		},
	}}
	gateways := c.Dynamic.Resource(cluster.OldGateways).Namespace(namespace)
	if _, err := gateways.Create(t.Context(), old, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	fn := fromImage(namespace, sharedImage(t, c))
	fn.Spec.Serving.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Route: &v1beta2.RouteSpec{
		GatewayRef: &v1beta2.GatewayRef{Name: "old", Namespace: &namespace},
	}}}
	fn = c.AwaitReady(t, c.Create(t, fn))
	cluster.AwaitOne(t, c, cluster.Query{GroupVersionResource: cluster.OldGateways, Namespace: namespace, Name: "old"}, "be Ready with an address",
		func(g *v1alpha1.Gateway) bool {
			return g.Status.GetCondition(v1alpha1.GatewayConditionReady).IsTrue() && len(g.Status.Addresses) > 0
		})
	expectReply := func(host string) {
		t.Helper()
		if body, err := c.Get(t.Context(), "http://"+host+"/any"); err != nil || body != sharedReply {
			t.Errorf("%s: the reply is %q, %v", host, body, err)
		}
	}
	host := fn.Name + "." + namespace + "." + namespace + ".ofn.test"
	expectReply(host)
	expectReply(fn.Status.URL.Host)

	patch := []byte(`{"spec": {"domain": "` + namespace + `.new.test"}}`)
	if _, err := gateways.Patch(t.Context(), "old", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	host = fn.Name + "." + namespace + "." + namespace + ".new.test"
	c.AwaitFunction(t, fn, "answer at "+host, func(f *v1beta2.Function) bool {
		return f.Status.Route != nil && len(f.Status.Route.Hosts) > 1 && f.Status.Route.Hosts[1] == host &&
			f.Status.GetCondition(v1beta2.FunctionConditionReady).IsTrue()
	})
	expectReply(host)

	// Another Gateway serves it now, and the first one is deleted.
	patch = []byte(`{"spec": {"gatewayDef": {"name": "second"}}}`)
	if _, err := gateways.Patch(t.Context(), "old", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.Gateways, Namespace: namespace}, "be the second one alone",
		func(all []gatewayv1.Gateway) bool { return len(all) == 1 && all[0].Name == "second" })
	if err := gateways.Delete(t.Context(), "old", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.Gateways, Namespace: namespace})
}
