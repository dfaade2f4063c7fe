/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package scalers derives from the Dapr component that delivers events to a
// function the triggers by which KEDA scales it, and reads from KEDA's objects
// what is so of each. What a component says once is enough for both.
package scalers

import (
	"fmt"
	"strings"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Source is one event trigger of a Serving, with what is known of its component.
type Source struct {
	// Serving is what the trigger belongs to. Its objects are named by it.
	Serving *v1beta2.Serving
	// Trigger is the trigger itself.
	Trigger v1beta2.EventTrigger
	// Component is the component as Dapr gets it, with what is set for the author;
	// empty for a schedule.
	Component v1beta2.DaprComponent
	// SecretStore is the store that the component reads secrets from, where it is
	// another one than the Secrets of the namespace.
	SecretStore string
	// Identity is what the broker knows the function by over all its versions,
	// where the component does not say: its consumer group.
	Identity string
	// Service is the name of the Service in front of the pods.
	Service string
	// Abstains is set where another version has the session at the broker.
	Abstains bool
	// GracePeriod is how many seconds a pod has to end in, 0 for as long as Kubernetes
	// gives it.
	GracePeriod int64
}

// Scaler is how KEDA scales a function for one event trigger.
type Scaler struct {
	// Triggers are the triggers of a ScaledObject or ScaledJob, the first named by
	// the key of the event trigger, each other one by the key, a dot and what it
	// adds. None where nothing but running says that events come.
	Triggers []kedav1alpha1.ScaleTriggers
	// Authentication is what the triggers refer to, nil where they need no secret.
	Authentication *kedav1alpha1.TriggerAuthentication
	// Env are variables of the function's container, as KEDA reads from there what
	// it takes from nowhere else. A secret is a reference, always.
	Env []corev1.EnvVar
	// MinReplicas is the least number of pods where the broker keeps nothing for a
	// function without pods, else 0.
	MinReplicas int32
	// MaxReplicas is the greatest number of pods that the broker serves, nil for
	// any number.
	MaxReplicas *int32
	// Summary names the signal for people, as redis-streams orders.
	Summary string

	// job means that nothing subscribes before there was an event.
	job bool
	// words are what a message of KEDA about these triggers may hold and one about
	// others does not.
	words []string
}

// derivations make the scaler of each type of component.
var derivations = map[string]func(*draft){
	"bindings.cron":     (*draft).bindingsCron,
	"bindings.kafka":    (*draft).kafka,
	"bindings.mqtt":     (*draft).mqtt,
	"bindings.mqtt3":    (*draft).mqtt,
	"bindings.rabbitmq": (*draft).rabbitmq,
	"pubsub.jetstream":  (*draft).jetstream,
	"pubsub.kafka":      (*draft).kafka,
	"pubsub.mqtt":       (*draft).mqtt,
	"pubsub.mqtt3":      (*draft).mqtt,
	"pubsub.rabbitmq":   (*draft).rabbitmq,
	"pubsub.redis":      (*draft).redis,
}

// Derive returns the scaler of an event trigger. An error says in a sentence of
// which setting none can be derived and what to write instead; its text is for a
// condition with the reason v1beta2.ReasonScalerNotDerived, and holds no value of
// a setting that may be secret.
func Derive(src Source) (*Scaler, error) {
	d := newDraft(src)
	if src.Trigger.Cron != nil {
		d.schedule()
		return d.finish()
	}
	derive, known := derivations[strings.ToLower(src.Component.Type)]
	if !known {
		return nil, fmt.Errorf("no scaler is known for components of type %s: %s", src.Component.Type, ownTrigger)
	}
	derive(d)
	return d.finish()
}

// ownTrigger is the next step where nothing can be derived.
const ownTrigger = "write KEDA's trigger in scaleOptions.keda.triggers"
