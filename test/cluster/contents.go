/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// Contents is what a namespace holds: the names of all objects, by kind.
type Contents map[schema.GroupVersionResource][]string

// always are names that Kubernetes itself puts into a namespace, sooner or later.
var always = []string{"default", "kube-root-ca.crt"}

// Contents returns what is in the namespace now, of every kind there is but
// events, which outlive the objects that they report on.
func (c *Cluster) Contents(t *testing.T, namespace string) Contents {
	t.Helper()
	contents := Contents{}
	for kind, objects := range c.Objects(t, namespace) {
		contents[kind] = append(contents[kind], always...)
		for i := range objects {
			contents[kind] = append(contents[kind], objects[i].GetName())
		}
	}
	return contents
}

// Objects returns every object of the namespace by kind, without Events. A kind that
// has none there is present, too.
func (c *Cluster) Objects(t *testing.T, namespace string) map[schema.GroupVersionResource][]unstructured.Unstructured {
	t.Helper()
	objects := map[schema.GroupVersionResource][]unstructured.Unstructured{}
	for _, kind := range c.kinds(t) {
		list, err := c.Dynamic.Resource(kind).Namespace(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatalf("listing %s: %v", kind, err)
		}
		objects[kind] = list.Items
	}
	return objects
}

// AwaitContents waits until the namespace holds nothing that is not in want.
func (c *Cluster) AwaitContents(t *testing.T, namespace string, want Contents) {
	t.Helper()
	for kind, names := range want {
		q := Query{GroupVersionResource: kind, Namespace: namespace}
		Await(t, c, q, "be as they were before", func(objects []metav1.PartialObjectMetadata) bool {
			return !slices.ContainsFunc(objects, func(o metav1.PartialObjectMetadata) bool {
				return !slices.Contains(names, o.Name)
			})
		})
	}
}

// kinds returns every kind of object in namespaces that can be watched.
func (c *Cluster) kinds(t *testing.T) []schema.GroupVersionResource {
	t.Helper()
	lists, err := discovery.ServerPreferredNamespacedResources(c.Kube.Discovery())
	if err != nil {
		t.Fatalf("listing all kinds: %v", err)
	}
	var kinds []schema.GroupVersionResource
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range list.APIResources {
			if resource.Name != "events" && slices.Contains(resource.Verbs, "list") && slices.Contains(resource.Verbs, "watch") {
				kinds = append(kinds, version.WithResource(resource.Name))
			}
		}
	}
	return kinds
}
