//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

// A function runs as a service account only if its author may impersonate that account.
func testServiceAccount(t *testing.T, e *environment.Environment) {
	t.Helper()
	a := startOwnWebhook(t, e)
	a.grantEdit(t, environment.Alice)
	a.allowAccounts(t)
	alice := a.As(t, environment.Alice)
	const refused = `user "alice" may not use the service account "robot"`

	_, err := alice.Functions(a.namespace).Create(t.Context(), a.asAccount("own"), metav1.CreateOptions{})
	wantRefusal(t, err, "spec.serving.template.serviceAccountName", refused)
	_, err = alice.Servings(a.namespace).Create(t.Context(), a.servingAsAccount(), metav1.CreateOptions{})
	wantRefusal(t, err, "spec.template.serviceAccountName", refused)

	// A label for webhooks of other products excludes no namespace from ours.
	labeled := *a
	labeled.namespace = a.NamespaceWith(t, map[string]string{"webhooks.knative.dev/exclude": "true"})
	labeled.grantEdit(t, environment.Alice)
	_, err = alice.Functions(labeled.namespace).Create(t.Context(), labeled.asAccount("own"), metav1.CreateOptions{})
	wantRefusal(t, err, "spec.serving.template.serviceAccountName", refused)

	// Another user has the permission and creates the function.
	if _, err := a.Functions(a.namespace).Create(t.Context(), a.asAccount("shared"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	patch := func(text string) error {
		_, err := alice.Functions(a.namespace).Patch(t.Context(), "shared", types.MergePatchType, []byte(text), metav1.PatchOptions{})
		return err
	}
	if err := patch(`{"metadata":{"labels":{"a":"b"}}}`); err != nil {
		t.Error("a label:", err)
	}
	wantRefusal(t, patch(`{"spec":{"image":"registry.example.com/team/mine:v1"}}`), refused)
	// The controller creates the Serving of a function that was admitted.
	if _, err := a.As(t, environment.ControllerUser).Servings(a.namespace).Create(t.Context(), a.servingAsAccount(), metav1.CreateOptions{}); err != nil {
		t.Error("a Serving by the controller:", err)
	}

	a.grantAccount(t, environment.Alice, "robot")
	if _, err := alice.Functions(a.namespace).Create(t.Context(), a.asAccount("own"), metav1.CreateOptions{}); err != nil {
		t.Error("with the right to impersonate:", err)
	}
	if err := patch(`{"spec":{"image":"registry.example.com/team/mine:v1"}}`); err != nil {
		t.Error("another image, with the right to impersonate:", err)
	}
}

// The API server checks the permission by itself: the webhook does not see these requests.
func testServiceAccountWithoutWebhook(t *testing.T, e *environment.Environment) {
	t.Helper()
	a := startOwnWebhook(t, e)
	a.namespace = a.NamespaceWithoutWebhook(t)
	a.grantEdit(t, environment.Alice)
	alice := a.As(t, environment.Alice)
	const refused = `Forbidden: user "alice" may not use the service account "robot": this needs the permission to impersonate it`

	_, err := alice.Functions(a.namespace).Create(t.Context(), a.asAccount("own"), metav1.CreateOptions{})
	wantRefusal(t, err, "spec.serving.template.serviceAccountName: "+refused)
	deprecated := a.asAccount("own")
	deprecated.Spec.Serving.Template = &corev1.PodSpec{DeprecatedServiceAccount: "robot"}
	_, err = alice.Functions(a.namespace).Create(t.Context(), deprecated, metav1.CreateOptions{})
	wantRefusal(t, err, "spec.serving.template.serviceAccount: "+refused)
	_, err = alice.Servings(a.namespace).Create(t.Context(), a.servingAsAccount(), metav1.CreateOptions{})
	wantRefusal(t, err, "spec.template.serviceAccountName: "+refused)
	old := oldManifest(t, "old", `{"image":"registry.example.com/team/hello:v1","serving":{"runtime":"knative","template":{"serviceAccountName":"robot","containers":[{"name":"function"}]}}}`)
	_, err = alice.Dynamic.Resource(oldFunctions()).Namespace(a.namespace).Create(t.Context(), old, metav1.CreateOptions{})
	wantRefusal(t, err, refused)

	plain := a.asAccount("plain")
	plain.Spec.Serving.Template = nil
	if _, err := alice.Functions(a.namespace).Create(t.Context(), plain, metav1.CreateOptions{}); err != nil {
		t.Error("a function without an account:", err)
	}
	patch := func(client *cluster.Cluster, name, text string) error {
		_, err := client.Functions(a.namespace).Patch(t.Context(), name, types.MergePatchType, []byte(text), metav1.PatchOptions{})
		return err
	}
	wantRefusal(t, patch(alice, "plain", `{"spec":{"serving":{"template":{"serviceAccountName":"robot"}}}}`), refused)

	shared := a.asAccount("shared")
	shared.Finalizers = []string{"example.com/wait"}
	if _, err := a.Functions(a.namespace).Create(t.Context(), shared, metav1.CreateOptions{}); err != nil {
		t.Fatal("a user who may impersonate all accounts:", err)
	}
	const otherImage = `{"spec":{"image":"registry.example.com/team/mine:v1"}}`
	wantRefusal(t, patch(alice, "shared", otherImage), refused)
	for name, text := range map[string]string{"a label": `{"metadata":{"labels":{"a":"b"}}}`, "no account": `{"spec":{"serving":{"template":null}}}`} {
		if err := patch(alice, "shared", text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	controller := a.As(t, environment.ControllerUser)
	if _, err := controller.Servings(a.namespace).Create(t.Context(), a.servingAsAccount(), metav1.CreateOptions{}); err != nil {
		t.Error("a Serving by the controller:", err)
	}
	a.wantUpdatesUnderDeletion(t, alice)
}

// wantUpdatesUnderDeletion deletes a function with an account and removes its finalizer.
func (a *admission) wantUpdatesUnderDeletion(t *testing.T, user *cluster.Cluster) {
	t.Helper()
	fn := a.asAccount("ending")
	fn.Finalizers = []string{"example.com/wait"}
	if _, err := a.Functions(a.namespace).Create(t.Context(), fn, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := user.Functions(a.namespace).Delete(t.Context(), "ending", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	text := []byte(`{"metadata":{"finalizers":null},"spec":{"version":"v2"}}`)
	if _, err := user.Functions(a.namespace).Patch(t.Context(), "ending", types.MergePatchType, text, metav1.PatchOptions{}); err != nil {
		t.Error("a change of a function that is being deleted:", err)
	}
}

// Shipwright would run the build with the token of the foreign account, and delete the
// account at the end.
func TestBuildUsesNoForeignServiceAccount(t *testing.T) {
	p := start(t)
	deployer := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "deployer"}}
	stored, err := p.Kube.CoreV1().ServiceAccounts(p.namespace).Create(t.Context(), deployer, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Builders(p.namespace).Create(t.Context(), handMade("deployer"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	query := cluster.Query{GroupVersionResource: cluster.Builders, Namespace: p.namespace, Name: "deployer"}
	cluster.AwaitOne(t, p.Cluster, query, "be reconciled", func(b *v1beta2.Builder) bool {
		succeeded := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded)
		if succeeded.IsTrue() || b.Status.StartTime != nil {
			t.Fatal("the build runs with a foreign account")
		}
		return succeeded.GetReason() == v1beta2.ReasonNotOwned && strings.Contains(succeeded.GetMessage(), `ServiceAccount "deployer"`)
	})
	if runs := list[buildv1beta1.BuildRun](t, p, cluster.BuildRuns); len(runs) != 0 {
		t.Errorf("%d runs, want none", len(runs))
	}
	kept, err := p.Kube.CoreV1().ServiceAccounts(p.namespace).Get(t.Context(), "deployer", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stored, kept); diff != "" {
		t.Errorf("the account is changed (-before +after):\n%s", diff)
	}

	own, err := p.Builders(p.namespace).Create(t.Context(), handMade("own"), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	query.Name = "own"
	cluster.AwaitOne(t, p.Cluster, query, "succeed", func(b *v1beta2.Builder) bool { return b.IsSuccessful() })
	account, err := p.Kube.CoreV1().ServiceAccounts(p.namespace).Get(t.Context(), "own", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !metav1.IsControlledBy(account, own) || account.AutomountServiceAccountToken == nil || *account.AutomountServiceAccountToken {
		t.Errorf("the account of a build is %v, want one of the Builder without a token", account)
	}
}

// allowAccounts enables the feature and waits until the webhook has received the
// change.
func (a *admission) allowAccounts(t *testing.T) {
	t.Helper()
	_, err := a.Dynamic.Resource(configMaps).Namespace("openfunction").Patch(t.Context(), "config-features", types.MergePatchType,
		[]byte(`{"data":{"kubernetes.podspec-serviceaccountname":"Allowed"}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	err = wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, last = a.Functions(a.namespace).Create(ctx, a.asAccount("canary"), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("the feature stays off: %v", last)
	}
}

// grantAccount allows the user to impersonate the service account.
func (a *admission) grantAccount(t *testing.T, user, account string) {
	t.Helper()
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Name: account},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{corev1.GroupName}, Resources: []string{"serviceaccounts"}, ResourceNames: []string{account}, Verbs: []string{"impersonate"},
		}},
	}
	if _, err := a.Kube.RbacV1().Roles(a.namespace).Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: account},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: account},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
	if _, err := a.Kube.RbacV1().RoleBindings(a.namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := a.As(t, user).Functions(a.namespace).Create(ctx, a.asAccount("canary"), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return err == nil, nil
	})
	if err != nil {
		t.Fatal("the permission does not take effect")
	}
}

func (a *admission) asAccount(name string) *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: a.namespace},
		Spec: v1beta2.FunctionSpec{
			Image:   "registry.example.com/team/hello:v1",
			Serving: &v1beta2.WorkloadSpec{Template: &corev1.PodSpec{ServiceAccountName: "robot"}},
		},
	}
}

func (a *admission) servingAsAccount() *v1beta2.Serving {
	return &v1beta2.Serving{
		ObjectMeta: metav1.ObjectMeta{Name: "robot", Namespace: a.namespace},
		Spec: v1beta2.ServingSpec{
			Image:        "registry.example.com/team/hello:v1",
			WorkloadSpec: v1beta2.WorkloadSpec{Template: &corev1.PodSpec{ServiceAccountName: "robot"}},
		},
	}
}
