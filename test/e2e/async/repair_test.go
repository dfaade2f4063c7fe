//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	functions "openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/eventing"
)

// leftOver is the name of an object that is not part of a revision.
const leftOver = "left-over"

// For every kind of child, a change by a user is reverted, and an object that is not
// part of the revision is pruned.
func TestEveryKindIsPutBackAndTidiedUp(t *testing.T) {
	t.Parallel()
	for _, workload := range []string{v1beta2.WorkloadTypeDeployment, v1beta2.WorkloadTypeStatefulSet, v1beta2.WorkloadTypeJob} {
		t.Run(workload, func(t *testing.T) {
			t.Parallel()
			s := prepare(t, eventing.BrokerOf(t, "redis"))
			s.apply(t, s.Example(t, "redis", func(fn *v1beta2.Function) {
				fn.Spec.Serving.WorkloadType = workload
				if workload != v1beta2.WorkloadTypeJob {
					// A function of Redis has a Service for its schedules only.
					fn.Spec.Serving.Triggers.Cron = []*v1beta2.CronTrigger{{Name: "yearly", Schedule: "0 0 1 1 *"}}
				}
				eventing.Quick(fn)
			}))
			s.awaitZero(t)
			kinds := s.children(t)
			if len(kinds) < 5 {
				t.Fatalf("the version is made of %d kinds only: %v", len(kinds), kinds)
			}
			for resource, child := range kinds {
				s.mislabel(t, resource, child.GetName())
				s.leaveOver(t, resource, child)
			}
			for resource, child := range kinds {
				t.Logf("%s %s", resource.Resource, child.GetName())
				q := cluster.Query{GroupVersionResource: resource, Namespace: s.Namespace, Name: child.GetName()}
				cluster.AwaitOne(t, s.Cluster, q, "have its label back", func(o *metav1.PartialObjectMetadata) bool {
					return o.Labels[functions.ServingLabelKey] == s.serving()
				})
				q.Name = leftOver
				cluster.AwaitNone(t, s.Cluster, q)
			}
			s.AwaitReady(t, s.fn)
		})
	}
}

// children returns one child of each kind of the latest revision.
func (s *scene) children(t *testing.T) map[schema.GroupVersionResource]*unstructured.Unstructured {
	t.Helper()
	children := map[schema.GroupVersionResource]*unstructured.Unstructured{}
	for resource := range s.Contents(t, s.Namespace) {
		list, err := s.Dynamic.Resource(resource).Namespace(s.Namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range list.Items {
			owner := metav1.GetControllerOf(&list.Items[i])
			if owner != nil && owner.Kind == "Serving" && owner.Name == s.serving() {
				children[resource] = &list.Items[i]
			}
		}
	}
	return children
}

// mislabel changes an object as a careless user could.
func (s *scene) mislabel(t *testing.T, resource schema.GroupVersionResource, name string) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"metadata":{"labels":{%q:"another"}}}`, functions.ServingLabelKey)
	_, err := s.Dynamic.Resource(resource).Namespace(s.Namespace).Patch(t.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil {
		t.Fatalf("changing %s %s: %v", resource.Resource, name, err)
	}
}

// leaveOver creates an object like child, as an older release might have left one.
func (s *scene) leaveOver(t *testing.T, resource schema.GroupVersionResource, child *unstructured.Unstructured) {
	t.Helper()
	left := child.DeepCopy()
	unstructured.RemoveNestedField(left.Object, "status")
	unstructured.RemoveNestedField(left.Object, "metadata")
	left.SetName(leftOver)
	left.SetLabels(child.GetLabels())
	left.SetOwnerReferences(child.GetOwnerReferences())
	unstructured.RemoveNestedField(left.Object, "spec", "clusterIP")
	unstructured.RemoveNestedField(left.Object, "spec", "clusterIPs")
	if child.GetKind() == "ScaledObject" { // KEDA allows one for each workload
		for _, path := range []string{"scaleTargetRef.name", "advanced.horizontalPodAutoscalerConfig.name"} {
			if err := unstructured.SetNestedField(left.Object, leftOver, append([]string{"spec"}, strings.Split(path, ".")...)...); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, err := s.Dynamic.Resource(resource).Namespace(s.Namespace).Create(t.Context(), left, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("leaving over an object like %s %s: %v", resource.Resource, child.GetName(), err)
	}
}
