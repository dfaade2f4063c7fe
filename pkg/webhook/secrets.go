/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/informers"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/injection/clients/namespacedkube/informers/factory"
	"knative.dev/pkg/system"
)

// Factories run in the order of their registration, so this one replaces the one that
// the imported package registers.
func init() {
	injection.Default.RegisterInformerFactory(withCertificateOnly)
}

// withCertificateOnly makes the informer of Secrets, which Knative's webhooks share with
// ours, list and watch only the Secret of the certificate. The role allows no other.
func withCertificateOnly(ctx context.Context) context.Context {
	name := fields.OneTermEqualSelector(metav1.ObjectNameField, Options().SecretName).String()
	return context.WithValue(ctx, factory.Key{}, informers.NewSharedInformerFactoryWithOptions(
		kubeclient.Get(ctx), controller.GetResyncPeriod(ctx),
		informers.WithNamespace(system.Namespace()),
		informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.FieldSelector = name }),
	))
}
