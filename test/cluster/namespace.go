/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"context"
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kinds that tests look at.
var (
	Functions         = schema.GroupVersionResource{Group: "core.openfunction.io", Version: "v1beta2", Resource: "functions"}
	Builders          = schema.GroupVersionResource{Group: "core.openfunction.io", Version: "v1beta2", Resource: "builders"}
	Servings          = schema.GroupVersionResource{Group: "core.openfunction.io", Version: "v1beta2", Resource: "servings"}
	BuildRuns         = schema.GroupVersionResource{Group: "shipwright.io", Version: "v1beta1", Resource: "buildruns"}
	TaskRuns          = schema.GroupVersionResource{Group: "tekton.dev", Version: "v1", Resource: "taskruns"}
	Configurations    = schema.GroupVersionResource{Group: "serving.knative.dev", Version: "v1", Resource: "configurations"}
	Revisions         = schema.GroupVersionResource{Group: "serving.knative.dev", Version: "v1", Resource: "revisions"}
	Routes            = schema.GroupVersionResource{Group: "serving.knative.dev", Version: "v1", Resource: "routes"}
	DomainMappings    = schema.GroupVersionResource{Group: "serving.knative.dev", Version: "v1beta1", Resource: "domainmappings"}
	Pods              = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	Deployments       = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	StatefulSets      = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}
	Jobs              = schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}
	HTTPRoutes        = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}
	Gateways          = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "gateways"}
	OldGateways       = schema.GroupVersionResource{Group: "networking.openfunction.io", Version: "v1alpha1", Resource: "gateways"}
	GatewayClasses    = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "gatewayclasses"}
	ReferenceGrants   = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1beta1", Resource: "referencegrants"}
	InterceptorRoutes = schema.GroupVersionResource{Group: "http.keda.sh", Version: "v1beta1", Resource: "interceptorroutes"}
	ScaledObjects     = schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}
	ScaledJobs        = schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledjobs"}
	Components        = schema.GroupVersionResource{Group: "dapr.io", Version: "v1alpha1", Resource: "components"}
	Subscriptions     = schema.GroupVersionResource{Group: "dapr.io", Version: "v2alpha1", Resource: "subscriptions"}

	// reported are shown of the namespace of a failed test.
	reported = []schema.GroupVersionResource{
		Functions, Builders, Servings, BuildRuns, TaskRuns, Configurations, Revisions, Routes, DomainMappings,
		Deployments, StatefulSets, Jobs, ScaledObjects, ScaledJobs, InterceptorRoutes, HTTPRoutes, Components, Subscriptions, Pods,
	}
)

// Namespace creates a namespace under the restricted pod security profile and
// deletes it at the end of the test. Where the test failed, what is in the
// namespace is logged before.
func (c *Cluster) Namespace(t *testing.T) string {
	t.Helper()
	return c.NamespaceWith(t, nil)
}

// NamespaceWith is Namespace with more labels.
func (c *Cluster) NamespaceWith(t *testing.T, labels map[string]string) string {
	t.Helper()
	all := map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}
	maps.Copy(all, labels)
	namespace, err := c.Kube.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{
			GenerateName: "e2e-",
			Labels:       all,
			Annotations:  map[string]string{"openfunction.dev/test": t.Name()},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("creating a namespace: %v", err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if t.Failed() {
			c.report(ctx, t, namespace.Name)
		}
		if err := c.cleanUp(ctx, namespace.Name); err != nil && !apierrs.IsNotFound(err) {
			t.Errorf("cleaning up namespace %s: %v", namespace.Name, err)
		}
	})
	return namespace.Name
}

// cleanUp deletes the namespace, or only its functions with their children.
func (c *Cluster) cleanUp(ctx context.Context, namespace string) error {
	if c.KeepNamespaces {
		return c.Functions(namespace).DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{})
	}
	return c.Kube.CoreV1().Namespaces().Delete(ctx, namespace, metav1.DeleteOptions{})
}

// report logs what is in a namespace, and what happened there.
func (c *Cluster) report(ctx context.Context, t *testing.T, namespace string) {
	t.Helper()
	t.Logf("state of namespace %s at the end of the failed test:", namespace)
	for _, kind := range reported {
		list, err := c.Dynamic.Resource(kind).Namespace(namespace).List(ctx, metav1.ListOptions{})
		if apierrs.IsNotFound(err) {
			continue // not installed
		}
		if err != nil {
			t.Logf("  listing %s: %v", kind.Resource, err)
			continue
		}
		var items []any
		for i := range list.Items {
			items = append(items, &list.Items[i])
		}
		if len(items) > 0 {
			t.Log(describe(items))
		}
	}
	events, err := c.Kube.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "type=Warning"})
	if err != nil {
		t.Logf("  listing events: %v", err)
		return
	}
	for _, e := range events.Items {
		t.Logf("  event %s %s %s: %s", e.InvolvedObject.Kind, e.InvolvedObject.Name, e.Reason, e.Message)
	}
	c.reportLogs(ctx, t, namespace)
}

// reportLogs logs the last lines of functions and their Dapr sidecars.
func (c *Cluster) reportLogs(ctx context.Context, t *testing.T, namespace string) {
	t.Helper()
	pods, err := c.Kube.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Logf("  listing pods: %v", err)
		return
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		for _, container := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
			if container.Name != "function" && container.Name != "daprd" {
				continue
			}
			text, err := c.Kube.CoreV1().Pods(namespace).
				GetLogs(pod.Name, &corev1.PodLogOptions{Container: container.Name, TailLines: new(int64(20))}).DoRaw(ctx)
			t.Logf("  log of %s in pod %s (%v):\n%s", container.Name, pod.Name, err, text)
		}
	}
}
