//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// A child without our label is not in the cache; the controller restores the label.
func TestALostLabelComesBack(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	image := sharedImage(t, c)
	namespace := c.Namespace(t)
	hostnameFunction(t, c, namespace, image)
	unlabel := fmt.Appendf(nil, `{"metadata":{"labels":{%q:null}}}`, functions.ManagedLabelKey)
	for _, kind := range []schema.GroupVersionResource{cluster.Configurations, cluster.Routes, cluster.DomainMappings} {
		child := only(t, c, cluster.Query{GroupVersionResource: kind, Namespace: namespace})
		if _, err := c.Dynamic.Resource(kind).Namespace(namespace).Patch(t.Context(), child.Name, types.MergePatchType, unlabel, metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
		cluster.AwaitOne(t, c, cluster.Query{GroupVersionResource: kind, Namespace: namespace, Name: child.Name}, "have our label again",
			func(o *metav1.PartialObjectMetadata) bool {
				return o.UID == child.UID && o.Labels[functions.ManagedLabelKey] == functions.ManagedLabelValue
			})
	}
}

// hostnameFunction creates a function, waits until it is Ready, and then adds a host
// name.
func hostnameFunction(t *testing.T, c *cluster.Cluster, namespace, image string) *v1beta2.Function {
	t.Helper()
	allow := []byte(`{"metadata":{"annotations":{"config-gateway.openfunction.io/domain-mappings":"true"}}}`)
	if _, err := c.Kube.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType, allow, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	fn := c.AwaitReady(t, c.Create(t, fromImage(namespace, image)))
	fn = c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		spec.Serving.Triggers.HTTP.Route = &v1beta2.RouteSpec{Hostnames: []string{namespace + ".hostnames.example.com"}}
	})
	only(t, c, cluster.Query{GroupVersionResource: cluster.DomainMappings, Namespace: namespace})
	return fn
}

// only waits for an object of q and returns it.
func only(t *testing.T, c *cluster.Cluster, q cluster.Query) metav1.PartialObjectMetadata {
	t.Helper()
	return cluster.Await(t, c, q, "be one", func(objects []metav1.PartialObjectMetadata) bool { return len(objects) == 1 })[0]
}
