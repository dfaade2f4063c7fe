//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// Children that a function no longer needs are pruned, and so are those that another
// version of the controller created under a name that this one does not use.
func TestWhatIsWantedNoLongerGoes(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	image := sharedImage(t, c)
	namespace := c.Namespace(t)
	fn := hostnameFunction(t, c, namespace, image)

	fn = c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Serving.Triggers.HTTP.Route = nil })
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.DomainMappings, Namespace: namespace})

	serving := only(t, c, cluster.Query{GroupVersionResource: cluster.Servings, Namespace: namespace})
	leftOver(t, c, cluster.Configurations, "Configuration", ownedBy("Serving", serving), "old", map[string]any{
		"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"image": image}}}},
	})
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.Configurations, Namespace: namespace, Name: "old"})

	c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		spec.Serving = nil
		spec.Build = buildOnly(c, namespace, git.New(t, namespace, greeter("hello"))).Spec.Build
		spec.Image = c.Registry + "/" + namespace + "/hello:latest"
	})
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.Routes, Namespace: namespace})
}

// A controller that was killed may have created a run without recording it. The next
// one adopts and corrects the run, and deletes it with a build that is cancelled.
func TestACancelledBuildTakesWhatWasBegun(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	fn := buildOnly(c, namespace, git.New(t, namespace, greeter("hello")))
	fn.Spec.Build.Builder = new("registry.example.com/tool")
	fn.Spec.Build.BuilderCredentials = pullSecret(t, c, namespace)
	fn.Spec.Build.Shipwright = &v1beta2.ShipwrightEngine{Strategy: &v1beta2.Strategy{Name: "absent", Kind: new("BuildStrategy")}}
	fn = c.AwaitFunction(t, c.Create(t, fn), "wait for its strategy", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionReady).GetReason() == v1beta2.ReasonStrategyNotFound
	})
	builder := only(t, c, cluster.Query{GroupVersionResource: cluster.Builders, Namespace: namespace})

	account := serviceAccounts(namespace)
	account.Name = builder.Name
	leftOver(t, c, account.GroupVersionResource, "ServiceAccount", ownedBy("Builder", builder), account.Name, nil)
	// Adding a child does not enqueue its owner, changing it does.
	changed := []byte(`{"metadata":{"annotations":{"openfunction.dev/test":"changed"}}}`)
	if _, err := c.Kube.CoreV1().ServiceAccounts(namespace).Patch(t.Context(), account.Name, types.MergePatchType, changed, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitOne(t, c, account, "have the secret of the builder image", func(a *corev1.ServiceAccount) bool {
		return len(a.ImagePullSecrets) == 1
	})
	leftOver(t, c, cluster.BuildRuns, "BuildRun", ownedBy("Builder", builder), "old", map[string]any{
		"build": map[string]any{"name": "absent"},
	})

	c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.State = v1beta2.BuildStateCancelled })
	cluster.AwaitNone(t, c, account)
	cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.BuildRuns, Namespace: namespace})
}

// ownedBy returns the metadata of a child that our controller created for owner.
func ownedBy(kind string, owner metav1.PartialObjectMetadata) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: owner.Namespace,
		Labels:    map[string]string{functions.ManagedLabelKey: functions.ManagedLabelValue},
		OwnerReferences: []metav1.OwnerReference{
			*metav1.NewControllerRef(&owner, v1beta2.SchemeGroupVersion.WithKind(kind)),
		},
	}
}

func leftOver(t *testing.T, c *cluster.Cluster, resource schema.GroupVersionResource, kind string, meta metav1.ObjectMeta, name string, spec map[string]any) {
	t.Helper()
	child := &unstructured.Unstructured{Object: map[string]any{}}
	child.SetGroupVersionKind(resource.GroupVersion().WithKind(kind))
	child.SetNamespace(meta.Namespace)
	child.SetName(name)
	child.SetLabels(meta.Labels)
	child.SetOwnerReferences(meta.OwnerReferences)
	if spec != nil {
		child.Object["spec"] = spec
	}
	if _, err := c.Dynamic.Resource(resource).Namespace(meta.Namespace).Create(t.Context(), child, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}
