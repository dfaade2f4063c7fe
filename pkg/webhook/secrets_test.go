/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/client-go/kubernetes/fake"
	clientgotesting "k8s.io/client-go/testing"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/clients/namespacedkube/informers/factory"
	"knative.dev/pkg/system"
	_ "knative.dev/pkg/system/testing"
)

func TestOnlyTheSecretOfTheCertificateIsRead(t *testing.T) {
	client := fake.NewClientset()
	ctx := context.WithValue(t.Context(), kubeclient.Key{}, client)
	// As sharedmain does.
	for _, inject := range injection.Default.GetInformerFactories() {
		ctx = injectFactory(ctx, inject) //nolint:fatcontext // each factory adds its value
	}
	secrets := factory.Get(ctx).Core().V1().Secrets().Informer()
	factory.Get(ctx).Start(ctx.Done())
	factory.Get(ctx).WaitForCacheSync(ctx.Done())
	if !secrets.HasSynced() {
		t.Fatal("the informer has not synced")
	}
	lists := 0
	for _, action := range client.Actions() {
		if list, ok := action.(clientgotesting.ListAction); ok {
			lists++
			got := list.GetListRestrictions().Fields.String()
			if got != "metadata.name="+secretName || action.GetNamespace() != system.Namespace() {
				t.Errorf("the webhook lists Secrets of namespace %q with the selector %q", action.GetNamespace(), got)
			}
		}
	}
	if lists == 0 {
		t.Error("the webhook lists no Secret")
	}
	for _, role := range find[*rbacv1.Role](manifests(t, "200-role-webhook.yaml")) {
		for _, rule := range role.Rules {
			if slices.Contains(rule.Resources, "secrets") && !slices.Equal(rule.ResourceNames, []string{secretName}) {
				t.Errorf("%v: more Secrets than %s", rule, secretName)
			}
		}
	}
}

// injectFactory runs one injector. Those of other kinds need clients that the test lacks.
func injectFactory(ctx context.Context, inject injection.InformerFactoryInjector) (result context.Context) {
	defer func() {
		if recover() != nil {
			result = ctx
		}
	}()
	return inject(ctx)
}
