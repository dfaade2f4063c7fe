/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package webhook admits our kinds and ConfigMaps: it sets defaults, rejects invalid
// objects, and renews its own certificate.
package webhook

import (
	"context"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/injection"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/webhook"
	"knative.dev/pkg/webhook/resourcesemantics"
	"knative.dev/pkg/webhook/resourcesemantics/defaulting"
	"knative.dev/pkg/webhook/resourcesemantics/validation"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/webhook/requester"
)

// Names of the webhook configurations, which are also the names of the webhooks.
const (
	DefaultingName       = "webhook.openfunction.io"
	ValidationName       = "validation.webhook.openfunction.io"
	ConfigValidationName = "config.webhook.openfunction.io"
)

const (
	component   = "webhook"
	secretName  = "webhook-certs"
	defaultPort = 8443
)

// Options returns the address, Service and Secret of the webhook.
func Options() webhook.Options {
	return webhook.Options{
		ServiceName: component,
		SecretName:  webhook.SecretNameFromEnv(secretName),
		Port:        webhook.PortFromEnv(defaultPort),
	}
}

// Component is the name of this program in logs, metrics and leases.
func Component() string { return component }

// NewDefaulting returns the constructor of the webhook that sets defaults. It receives
// an object before all other webhooks of this program.
func NewDefaulting(plugins Plugins) injection.ControllerConstructor {
	return func(ctx context.Context, cmw configmap.Watcher) *controller.Impl {
		return withAdmission(defaulting.NewAdmissionController(forAllNamespaces(ctx), DefaultingName, "/defaulting", kinds(), nil, false), admission{
			metric:       webhook.WebhookTypeAttr.With(webhook.WebhookTypeDefaulting),
			withConfig:   withConfig(ctx, cmw),
			requester:    requester.New,
			namespaces:   namespaces.NewReader(ctx),
			gateways:     gateways.NewReader(ctx),
			setsDefaults: true,
			plugins:      plugins,
		})
	}
}

// NewValidation returns the constructor of the webhook that rejects invalid objects. It
// runs after the mutating webhooks of other products.
func NewValidation(plugins Plugins) injection.ControllerConstructor {
	return func(ctx context.Context, cmw configmap.Watcher) *controller.Impl {
		handlers := kinds()
		for gvk, kind := range handlers {
			handlers[gvk] = writeOnly{kind}
		}
		return withAdmission(validation.NewAdmissionController(forAllNamespaces(ctx), ValidationName, "/validation", handlers, nil, false), admission{
			metric:     webhook.WebhookTypeAttr.With(webhook.WebhookTypeValidation),
			withConfig: withConfig(ctx, cmw),
			requester:  requester.New,
			namespaces: namespaces.NewReader(ctx),
			gateways:   gateways.NewReader(ctx),
			plugins:    plugins,
		})
	}
}

// withConfig adds the settings of the administrator to the context of every request.
func withConfig(ctx context.Context, cmw configmap.Watcher) func(context.Context) context.Context {
	store := config.NewStore(logging.FromContext(ctx).Named("config-store"))
	store.WatchConfigs(cmw)
	return store.ToContext
}

// writeOnly limits validation to writes of the object itself. Rejecting a deletion or a
// status update would leave an operation half done.
type writeOnly struct {
	resourcesemantics.GenericCRD
}

var (
	_ resourcesemantics.VerbLimited        = writeOnly{}
	_ resourcesemantics.SubResourceLimited = writeOnly{}
)

// SupportedVerbs implements resourcesemantics.VerbLimited.
func (writeOnly) SupportedVerbs() []admissionregistrationv1.OperationType {
	return []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update}
}

// SupportedSubResources implements resourcesemantics.SubResourceLimited.
func (writeOnly) SupportedSubResources() []string {
	return []string{""}
}
