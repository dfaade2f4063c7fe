//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	clientset "openfunction.dev/openfunction/pkg/client/clientset/versioned/typed/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// A function runs as the account in its template if its author may impersonate that
// account.
func TestAFunctionRunsAsAnAccountOfItsAuthor(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	image := sharedImage(t, c)
	namespace := c.Namespace(t)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "robot"}}
	if _, err := c.Kube.CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	const author = "alice"
	config := rest.CopyConfig(c.Config)
	config.Impersonate.UserName = author
	alice, err := clientset.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	fn := fromImage(namespace, image)
	fn.Spec.Serving.Template = &corev1.PodSpec{ServiceAccountName: account.Name}

	grant(t, c, namespace, author, "edit", rbacv1.PolicyRule{
		APIGroups: []string{"core.openfunction.io"}, Resources: []string{"functions"}, Verbs: []string{"create"},
	})
	awaitAnswer(t, c, alice, fn, "may not use the service account")
	grant(t, c, namespace, author, "impersonate", rbacv1.PolicyRule{
		APIGroups: []string{corev1.GroupName}, Resources: []string{"serviceaccounts"}, ResourceNames: []string{account.Name}, Verbs: []string{"impersonate"},
	})
	awaitAnswer(t, c, alice, fn, "")

	fn, err = alice.Functions(namespace).Create(t.Context(), fn, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := answer(t, c, c.AwaitReady(t, fn)); got != sharedReply {
		t.Errorf("the function answers %q, want %q", got, sharedReply)
	}
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.Pods, Namespace: namespace}, "run as "+account.Name,
		func(pods []corev1.Pod) bool { return len(pods) > 0 && pods[0].Spec.ServiceAccountName == account.Name })
}

// awaitAnswer waits until the request is rejected with the text, or admitted if the
// text is empty. Authorizers receive a role some time after it was created.
func awaitAnswer(t *testing.T, c *cluster.Cluster, user *clientset.FunctionsV1beta2Client, fn *v1beta2.Function, text string) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, c.Timeout, true, func(ctx context.Context) (bool, error) {
		_, last = user.Functions(fn.Namespace).Create(ctx, fn, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if text == "" {
			return last == nil, nil
		}
		return last != nil && strings.Contains(last.Error(), text), nil
	})
	if err != nil {
		t.Fatalf("the last answer is %v, want %q", last, text)
	}
}

func grant(t *testing.T, c *cluster.Cluster, namespace, user, name string, rule rbacv1.PolicyRule) {
	t.Helper()
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: []rbacv1.PolicyRule{rule}}
	if _, err := c.Kube.RbacV1().Roles(namespace).Create(t.Context(), role, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
	if _, err := c.Kube.RbacV1().RoleBindings(namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// A build with a private builder image has a service account with the pull secret.
func TestABuildPullsItsBuilderWithItsOwnSecret(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	pull := pullSecret(t, c, namespace)
	settings, err := c.Kube.CoreV1().ConfigMaps(system).Get(t.Context(), "config-build", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	fn := buildOnly(c, namespace, git.New(t, namespace, greeter("hello")))
	fn.Spec.Build.Builder = new(settings.Data["default-builder"])
	fn.Spec.Build.BuilderCredentials = pull
	fn = c.Create(t, fn)
	cluster.Await(t, c, serviceAccounts(namespace), "have one with the secret", func(accounts []corev1.ServiceAccount) bool {
		for _, a := range accounts {
			if len(a.ImagePullSecrets) == 1 && a.ImagePullSecrets[0].Name == pull.Name {
				return true
			}
		}
		return false
	})
	c.AwaitReady(t, fn)
}

func serviceAccounts(namespace string) cluster.Query {
	return cluster.Query{GroupVersionResource: corev1.SchemeGroupVersion.WithResource("serviceaccounts"), Namespace: namespace}
}

// pullSecret creates a secret of the right form without a valid password.
func pullSecret(t *testing.T, c *cluster.Cluster, namespace string) *corev1.LocalObjectReference {
	t.Helper()
	s := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "pull"},
		Type:       corev1.SecretTypeDockerConfigJson,
		StringData: map[string]string{corev1.DockerConfigJsonKey: `{"auths":{}}`},
	}
	if _, err := c.Kube.CoreV1().Secrets(namespace).Create(t.Context(), s, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return &corev1.LocalObjectReference{Name: s.Name}
}
