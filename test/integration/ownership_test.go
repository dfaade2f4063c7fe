//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

// A user who may write Builders and Servings cannot create one that looks like a child
// of a Function.
func TestOwnership(t *testing.T) {
	a := startAdmission(t)
	a.grantEdit(t, environment.Alice)
	t.Run("a user makes, changes and cancels a Builder by hand", a.testByHand)
	t.Run("a user cannot make or change what a Function owns", a.testForeignOwner)
	t.Run("Kubernetes cleans up after a Function", a.testGarbageCollection)
}

// grantEdit gives the user the roles that administrators of a namespace grant.
func (a *admission) grantEdit(t *testing.T, user string) {
	t.Helper()
	// No controller aggregates roles in this environment.
	for _, role := range []string{"openfunction-edit", "openfunction-view"} {
		binding := &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: role + "-" + user},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
		}
		if _, err := a.Kube.RbacV1().RoleBindings(a.namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

func handMade(name string) *v1beta2.Builder {
	builder := "registry.example.com/builder:v1"
	return &v1beta2.Builder{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1beta2.BuilderSpec{
			Image: "registry.example.com/team/hello:v1",
			BuildSpec: v1beta2.BuildSpec{
				Builder: &builder,
				SrcRepo: &v1beta2.GitRepo{URL: "https://git.example.com/team/hello"},
			},
		},
	}
}

func (a *admission) testByHand(t *testing.T) {
	builders := a.As(t, environment.Alice).Builders(a.namespace)
	b, err := builders.Create(t.Context(), handMade("by-hand"), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b.Labels = map[string]string{"team": "a"}
	if b, err = builders.Update(t.Context(), b, metav1.UpdateOptions{}); err != nil {
		t.Fatal("a label:", err)
	}
	b.Spec.State = v1beta2.BuildStateCancelled
	if b, err = builders.Update(t.Context(), b, metav1.UpdateOptions{}); err != nil {
		t.Fatal("cancelling it:", err)
	}
	b.Finalizers = []string{"builders.core.openfunction.io"}
	_, err = builders.Update(t.Context(), b, metav1.UpdateOptions{})
	wantRefusal(t, err, "metadata.finalizers[0]")
}

// testForeignOwner also tests the message for a user who applies the output of kubectl
// get.
func (a *admission) testForeignOwner(t *testing.T) {
	fn := a.ownerFunction(t, "owner")
	owned := handMade("owned")
	owned.Labels = map[string]string{functions.FunctionLabelKey: fn.Name}
	owned.Annotations = map[string]string{functions.GenerationAnnotationKey: "1"}
	owned.OwnerReferences = []metav1.OwnerReference{*kmeta.NewControllerRef(fn)}
	alice := a.As(t, environment.Alice).Builders(a.namespace)
	refused := []string{
		"metadata.labels[openfunction.io/function]", "metadata.annotations[openfunction.io/generation]", "metadata.ownerReferences[0]",
		"only the controller creates objects that a Function owns",
	}
	_, err := alice.Create(t.Context(), owned, metav1.CreateOptions{})
	wantRefusal(t, err, refused...)

	stored, err := a.As(t, environment.ControllerUser).Builders(a.namespace).Create(t.Context(), owned, metav1.CreateOptions{})
	if err != nil {
		t.Fatal("the controller itself:", err)
	}
	exported := stored.DeepCopy()
	exported.Name, exported.ResourceVersion, exported.UID = "exported", "", ""
	_, err = alice.Create(t.Context(), exported, metav1.CreateOptions{})
	wantRefusal(t, err, refused...)

	if _, err := alice.Update(t.Context(), stored, metav1.UpdateOptions{}); err != nil {
		t.Errorf("writing it back as it is: %v", err)
	}
	for patch, path := range map[string]string{
		`{"metadata":{"labels":{"openfunction.io/function":"other"}}}`:                        refused[0],
		`{"metadata":{"labels":null}}`:                                                        refused[0],
		`{"metadata":{"annotations":{"openfunction.io/generation":"2"}}}`:                     refused[1],
		`{"spec":{"image":"registry.example.com/team/other:v1"}}`:                             "spec",
		`{"metadata":{"finalizers":["openfunction.io/hold"],"labels":{"example.com/a":"b"}}}`: "metadata.finalizers[0]",
	} {
		_, err := alice.Patch(t.Context(), stored.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
		wantRefusal(t, err, path)
	}
	for _, patch := range []string{
		`{"metadata":{"labels":{"example.com/a":"b"},"annotations":{"example.com/c":"d"}}}`, `{"spec":{"state":"Cancelled"}}`,
	} {
		if _, err := alice.Patch(t.Context(), stored.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
			t.Errorf("%s: %v", patch, err)
		}
	}
}

func wantRefusal(t *testing.T, err error, texts ...string) {
	t.Helper()
	if !apierrs.IsInvalid(err) {
		t.Errorf("got %v, want an invalid object", err)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%v does not name %s", err, text)
		}
	}
}

func (a *admission) ownerFunction(t *testing.T, name string) *v1beta2.Function {
	t.Helper()
	if _, err := a.try(t, name, good, false); err != nil {
		t.Fatal(err)
	}
	fn, err := a.Functions(a.namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return fn
}

// testGarbageCollection deletes a Function with every propagation policy, and the
// namespace.
func (a *admission) testGarbageCollection(t *testing.T) {
	controller := a.As(t, environment.ControllerUser)
	for _, policy := range []metav1.DeletionPropagation{
		metav1.DeletePropagationBackground, metav1.DeletePropagationForeground, metav1.DeletePropagationOrphan,
	} {
		fn := a.ownerFunction(t, "deleted-"+strings.ToLower(string(policy)))
		owned := &v1beta2.Serving{
			ObjectMeta: metav1.ObjectMeta{
				Name: fn.Name, Labels: map[string]string{functions.FunctionLabelKey: fn.Name},
				OwnerReferences: []metav1.OwnerReference{*kmeta.NewControllerRef(fn)},
			},
			Spec: v1beta2.ServingSpec{Image: "registry.example.com/team/hello:v1"},
		}
		if _, err := controller.Servings(a.namespace).Create(t.Context(), owned, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := a.Functions(a.namespace).Delete(t.Context(), fn.Name, metav1.DeleteOptions{PropagationPolicy: &policy}); err != nil {
			t.Fatal(err)
		}
		cluster.AwaitNone(t, a.Cluster, cluster.Of(fn))
		child := cluster.Query{GroupVersionResource: cluster.Servings, Namespace: a.namespace, Name: owned.Name}
		if policy != metav1.DeletePropagationOrphan {
			cluster.AwaitNone(t, a.Cluster, child)
			continue
		}
		cluster.Await(t, a.Cluster, child, "have no owner", func(all []v1beta2.Serving) bool {
			return len(all) == 1 && len(all[0].OwnerReferences) == 0
		})
	}
	if err := a.Kube.CoreV1().Namespaces().Delete(t.Context(), a.namespace, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, a.Cluster, cluster.Query{GroupVersionResource: cluster.Servings, Namespace: a.namespace})
}
