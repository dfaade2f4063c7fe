/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/client/injection/kube/informers/admissionregistration/v1/mutatingwebhookconfiguration"
	"knative.dev/pkg/client/injection/kube/informers/admissionregistration/v1/validatingwebhookconfiguration"
)

func TestRegistrationsExcludeNoNamespaceByLabel(t *testing.T) {
	ours := metav1.LabelSelectorRequirement{Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpExists}
	stored := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: excludeLabel, Operator: metav1.LabelSelectorOpDoesNotExist}, ours,
	}}
	mutating := &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: DefaultingName},
		Webhooks:   []admissionregistrationv1.MutatingWebhook{{NamespaceSelector: stored}},
	}
	validating := &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: ValidationName},
		Webhooks:   []admissionregistrationv1.ValidatingWebhook{{NamespaceSelector: stored}, {}},
	}
	ctx := registrationContext(t, mutating, validating)
	want := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{ours}}
	check := func(what string, got *metav1.LabelSelector, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}

	m, err := mutatingwebhookconfiguration.Get(ctx).Lister().Get(DefaultingName)
	check("the mutating webhook as read", m.Webhooks[0].NamespaceSelector, err)
	v, err := validatingwebhookconfiguration.Get(ctx).Lister().Get(ValidationName)
	check("the validating webhook as read", v.Webhooks[0].NamespaceSelector, err)
	if v.Webhooks[1].NamespaceSelector != nil {
		t.Error("a selector is added")
	}

	// The reconcilers add the exclusion before they update.
	client := kubeclient.Get(ctx).AdmissionregistrationV1()
	m, err = client.MutatingWebhookConfigurations().Update(ctx, mutating, metav1.UpdateOptions{})
	check("the mutating webhook as written", m.Webhooks[0].NamespaceSelector, err)
	v, err = client.ValidatingWebhookConfigurations().Update(ctx, validating, metav1.UpdateOptions{})
	check("the validating webhook as written", v.Webhooks[0].NamespaceSelector, err)
	if len(stored.MatchExpressions) != 2 {
		t.Error("an object of the cache is changed")
	}
}

// registrationContext returns the context of NewDefaulting and NewValidation.
func registrationContext(t *testing.T, m *admissionregistrationv1.MutatingWebhookConfiguration, v *admissionregistrationv1.ValidatingWebhookConfiguration) context.Context {
	t.Helper()
	client := fake.NewClientset(m, v)
	all := informers.NewSharedInformerFactory(client, 0).Admissionregistration().V1()
	if err := all.MutatingWebhookConfigurations().Informer().GetStore().Add(m); err != nil {
		t.Fatal(err)
	}
	if err := all.ValidatingWebhookConfigurations().Informer().GetStore().Add(v); err != nil {
		t.Fatal(err)
	}
	ctx := context.WithValue(t.Context(), kubeclient.Key{}, client)
	ctx = context.WithValue(ctx, mutatingwebhookconfiguration.Key{}, all.MutatingWebhookConfigurations())
	ctx = context.WithValue(ctx, validatingwebhookconfiguration.Key{}, all.ValidatingWebhookConfigurations())
	return forAllNamespaces(ctx)
}
