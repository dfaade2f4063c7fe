/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package dapr builds the model of the Dapr components of a Serving, and renders it:
// components, subscriptions, resiliency and the annotations for a sidecar. Every runtime
// uses it, because the components that a function sends to and keeps state in do not
// depend on what calls it.
package dapr

import (
	"errors"
	"fmt"
	"strings"

	componentsv1alpha1 "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	resiliencyv1alpha1 "github.com/dapr/dapr/pkg/apis/resiliency/v1alpha1"
	subscriptionsv2alpha1 "github.com/dapr/dapr/pkg/apis/subscriptions/v2alpha1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"

	"openfunction.dev/openfunction/pkg/child"
)

const (
	product     = "Dapr"
	installHint = "an administrator installs it, see https://docs.dapr.io"
)

// AddToScheme adds the kinds of Dapr that are created for a Serving.
func AddToScheme(scheme *k8sruntime.Scheme) error {
	if err := errors.Join(
		componentsv1alpha1.AddToScheme(scheme),
		resiliencyv1alpha1.AddToScheme(scheme),
		subscriptionsv2alpha1.AddToScheme(scheme),
	); err != nil {
		return fmt.Errorf("adding the kinds of Dapr: %w", err)
	}
	return nil
}

// Kinds returns every kind of Dapr that is created for a Serving.
func Kinds() []child.Kind {
	return []child.Kind{
		{GroupVersionKind: componentsv1alpha1.SchemeGroupVersion.WithKind(componentsv1alpha1.Kind), Product: product, InstallHint: installHint},
		{GroupVersionKind: resiliencyv1alpha1.SchemeGroupVersion.WithKind("Resiliency"), Product: product, InstallHint: installHint},
		{GroupVersionKind: subscriptionsv2alpha1.SchemeGroupVersion.WithKind(subscriptionsv2alpha1.Kind), Product: product, InstallHint: installHint},
	}
}

// Types of components with special rules.
const (
	pubsubJetStream  = "pubsub.jetstream"
	pubsubKafka      = "pubsub.kafka"
	pubsubMQTT       = "pubsub.mqtt3"
	pubsubRabbitMQ   = "pubsub.rabbitmq"
	pubsubRedis      = "pubsub.redis"
	bindingsKafka    = "bindings.kafka"
	bindingsMQTT     = "bindings.mqtt3"
	bindingsRabbitMQ = "bindings.rabbitmq"
	// cronType is the type that frameworks take a schedule for, too.
	cronType = "bindings.cron"
)

// Families of types.
const (
	pubsubFamily  = "pubsub"
	bindingFamily = "bindings"
	stateFamily   = "state"
)

// family returns the first word of a type. Unlike the rest, Dapr reads it in lower
// case only.
func family(componentType string) string {
	name, _, _ := strings.Cut(componentType, ".")
	return name
}

// canonicalType returns the type that selects the rules: Dapr reads types in any letter
// case, and has an older name for MQTT.
func canonicalType(componentType string) string {
	switch name := strings.ToLower(componentType); name {
	case "pubsub.mqtt":
		return pubsubMQTT
	case "bindings.mqtt":
		return bindingsMQTT
	default:
		return name
	}
}

// isMQTT reports whether the broker allows one connection per client id.
func isMQTT(componentType string) bool {
	name := canonicalType(componentType)
	return name == pubsubMQTT || name == bindingsMQTT
}
