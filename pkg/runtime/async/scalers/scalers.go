/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package scalers maps the model of an event trigger to the KEDA triggers that scale the
// function by it, and reads the state of each trigger from KEDA's objects. It reads the
// component through the model alone, so that Dapr and KEDA always have the same broker,
// topic and consumer.
package scalers

import (
	"fmt"
	"strings"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// Source is one event trigger of a Serving.
type Source struct {
	// Serving is the Serving of the trigger. The names of the objects begin with its
	// name.
	Serving *v1beta2.Serving
	// Trigger is the trigger with its effective component and its names at the broker.
	Trigger dapr.Trigger
	// Service is the name of the Service in front of the pods.
	Service string
	// GracePeriod is how many seconds a pod may take to terminate; 0 means the default
	// of Kubernetes.
	GracePeriod int64
}

// Scaler is the part of KEDA's objects for one event trigger.
type Scaler struct {
	// Triggers are the triggers of a ScaledObject or ScaledJob. The name of the first is
	// the key of the event trigger; the names of the others have a dot and a suffix
	// after it. There are none if only a running pod can notice events.
	Triggers []kedav1alpha1.ScaleTriggers
	// Authentication is the object that the triggers refer to, nil if they need none.
	Authentication *kedav1alpha1.TriggerAuthentication
	// Env are variables of the function's container, from which KEDA reads values that it
	// accepts in no other way. A secret is always a reference.
	Env []corev1.EnvVar
	// MinReplicas is the least number of pods: 1 if the broker keeps nothing for a function
	// without pods, otherwise 0.
	MinReplicas int32
	// MaxReplicas is the greatest number of pods that the broker serves; nil means no
	// limit.
	MaxReplicas *int32
	// Summary names the signal in messages, for example "redis-streams orders".
	Summary string

	// ofAuthor is set for triggers that the author wrote. KEDA acts on them with network
	// access that the author may not have, so messages quote nothing of what it received.
	ofAuthor bool
	// job is set if nothing subscribes before the first event.
	job bool
	// words distinguish messages of KEDA about these triggers from those about others.
	words []string
}

// derivations map each type of component, in lower case.
var derivations = map[string]func(*scalerBuilder){
	"bindings.cron":     (*scalerBuilder).bindingsCron,
	"bindings.kafka":    (*scalerBuilder).kafka,
	"bindings.mqtt":     (*scalerBuilder).mqtt,
	"bindings.mqtt3":    (*scalerBuilder).mqtt,
	"bindings.rabbitmq": (*scalerBuilder).rabbitmq,
	"pubsub.jetstream":  (*scalerBuilder).jetstream,
	"pubsub.kafka":      (*scalerBuilder).kafka,
	"pubsub.mqtt":       (*scalerBuilder).mqtt,
	"pubsub.mqtt3":      (*scalerBuilder).mqtt,
	"pubsub.rabbitmq":   (*scalerBuilder).rabbitmq,
	"pubsub.redis":      (*scalerBuilder).redis,
}

// Derive returns the scaler of an event trigger. The error names the setting that
// prevents a scaler, and what to do. Its text becomes the message of a condition with
// the reason v1beta2.ReasonScalerNotDerived, and contains no secret.
func Derive(src Source) (*Scaler, error) {
	b := newScalerBuilder(src)
	if src.Trigger.Cron != nil {
		b.schedule()
		return b.build()
	}
	kind := src.Trigger.Component.Type
	derive, known := derivations[strings.ToLower(kind)]
	if !known {
		return nil, fmt.Errorf("no scaler is known for components of type %s: %s", kind, ownTrigger)
	}
	derive(b)
	return b.build()
}

// OfAuthor returns the scaler of triggers in scaleOptions.keda.triggers.
func OfAuthor(triggers []kedav1alpha1.ScaleTriggers) *Scaler {
	return &Scaler{Triggers: triggers, Summary: "the triggers in scaleOptions.keda.triggers", ofAuthor: true}
}

// ownTrigger is the next step if nothing can be derived.
const ownTrigger = "write KEDA's trigger in scaleOptions.keda.triggers"
