/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	informers "k8s.io/client-go/informers/admissionregistration/v1"
	"k8s.io/client-go/kubernetes"
	admissionclient "k8s.io/client-go/kubernetes/typed/admissionregistration/v1"
	listers "k8s.io/client-go/listers/admissionregistration/v1"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/client/injection/kube/informers/admissionregistration/v1/mutatingwebhookconfiguration"
	"knative.dev/pkg/client/injection/kube/informers/admissionregistration/v1/validatingwebhookconfiguration"
)

// excludeLabel is the label of namespaces that Knative's reconcilers exclude from every
// webhook that they register.
const excludeLabel = "webhooks.knative.dev/exclude"

// forAllNamespaces returns a context in which Knative's reconcilers register webhooks
// without the exclusion of labeled namespaces. Otherwise a label for other products
// would disable all checks of ours, also those that only admission makes.
//
// The reconcilers read registrations without the exclusion, so they always find one to
// add and call Update, which removes it again. Thus Update also removes an exclusion
// that is stored. The API server does not write a registration that does not change.
func forAllNamespaces(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, kubeclient.Key{}, kubeClient{kubeclient.Get(ctx)})
	ctx = context.WithValue(ctx, mutatingwebhookconfiguration.Key{}, mutatingInformer{mutatingwebhookconfiguration.Get(ctx)})
	return context.WithValue(ctx, validatingwebhookconfiguration.Key{}, validatingInformer{validatingwebhookconfiguration.Get(ctx)})
}

// withoutExclusion returns selector without the exclusion of labeled namespaces.
func withoutExclusion(selector *metav1.LabelSelector) *metav1.LabelSelector {
	if selector == nil {
		return nil
	}
	selector = selector.DeepCopy()
	selector.MatchExpressions = slices.DeleteFunc(selector.MatchExpressions, func(r metav1.LabelSelectorRequirement) bool {
		return r.Key == excludeLabel
	})
	return selector
}

func mutatingForAll(c *admissionregistrationv1.MutatingWebhookConfiguration) *admissionregistrationv1.MutatingWebhookConfiguration {
	c = c.DeepCopy()
	for i := range c.Webhooks {
		c.Webhooks[i].NamespaceSelector = withoutExclusion(c.Webhooks[i].NamespaceSelector)
	}
	return c
}

func validatingForAll(c *admissionregistrationv1.ValidatingWebhookConfiguration) *admissionregistrationv1.ValidatingWebhookConfiguration {
	c = c.DeepCopy()
	for i := range c.Webhooks {
		c.Webhooks[i].NamespaceSelector = withoutExclusion(c.Webhooks[i].NamespaceSelector)
	}
	return c
}

// kubeClient writes registrations without the exclusion.
type kubeClient struct{ kubernetes.Interface }

// AdmissionregistrationV1 implements kubernetes.Interface.
func (k kubeClient) AdmissionregistrationV1() admissionclient.AdmissionregistrationV1Interface {
	return registrations{k.Interface.AdmissionregistrationV1()}
}

type registrations struct {
	admissionclient.AdmissionregistrationV1Interface
}

// MutatingWebhookConfigurations implements AdmissionregistrationV1Interface.
func (r registrations) MutatingWebhookConfigurations() admissionclient.MutatingWebhookConfigurationInterface {
	return mutatingClient{r.AdmissionregistrationV1Interface.MutatingWebhookConfigurations()}
}

// ValidatingWebhookConfigurations implements AdmissionregistrationV1Interface.
func (r registrations) ValidatingWebhookConfigurations() admissionclient.ValidatingWebhookConfigurationInterface {
	return validatingClient{r.AdmissionregistrationV1Interface.ValidatingWebhookConfigurations()}
}

type mutatingClient struct {
	admissionclient.MutatingWebhookConfigurationInterface
}

// Update implements MutatingWebhookConfigurationInterface.
func (m mutatingClient) Update(
	ctx context.Context, c *admissionregistrationv1.MutatingWebhookConfiguration, options metav1.UpdateOptions,
) (*admissionregistrationv1.MutatingWebhookConfiguration, error) {
	return m.MutatingWebhookConfigurationInterface.Update(ctx, mutatingForAll(c), options)
}

type validatingClient struct {
	admissionclient.ValidatingWebhookConfigurationInterface
}

// Update implements ValidatingWebhookConfigurationInterface.
func (v validatingClient) Update(
	ctx context.Context, c *admissionregistrationv1.ValidatingWebhookConfiguration, options metav1.UpdateOptions,
) (*admissionregistrationv1.ValidatingWebhookConfiguration, error) {
	return v.ValidatingWebhookConfigurationInterface.Update(ctx, validatingForAll(c), options)
}

// mutatingInformer reads registrations without the exclusion.
type mutatingInformer struct {
	informers.MutatingWebhookConfigurationInformer
}

// Lister implements informers.MutatingWebhookConfigurationInformer.
func (i mutatingInformer) Lister() listers.MutatingWebhookConfigurationLister {
	return mutatingLister{i.MutatingWebhookConfigurationInformer.Lister()}
}

type mutatingLister struct {
	listers.MutatingWebhookConfigurationLister
}

// Get implements MutatingWebhookConfigurationLister.
func (l mutatingLister) Get(name string) (*admissionregistrationv1.MutatingWebhookConfiguration, error) {
	c, err := l.MutatingWebhookConfigurationLister.Get(name)
	if err != nil {
		return nil, err
	}
	return mutatingForAll(c), nil
}

// validatingInformer reads registrations without the exclusion.
type validatingInformer struct {
	informers.ValidatingWebhookConfigurationInformer
}

// Lister implements informers.ValidatingWebhookConfigurationInformer.
func (i validatingInformer) Lister() listers.ValidatingWebhookConfigurationLister {
	return validatingLister{i.ValidatingWebhookConfigurationInformer.Lister()}
}

type validatingLister struct {
	listers.ValidatingWebhookConfigurationLister
}

// Get implements ValidatingWebhookConfigurationLister.
func (l validatingLister) Get(name string) (*admissionregistrationv1.ValidatingWebhookConfiguration, error) {
	c, err := l.ValidatingWebhookConfigurationLister.Get(name)
	if err != nil {
		return nil, err
	}
	return validatingForAll(c), nil
}
