/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package eventing makes Brokers of Knative Eventing send events to functions: each
// trigger of a Broker becomes a Trigger whose subscriber is the Function.
package eventing

import (
	"fmt"

	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

const (
	product     = "KnativeEventing"
	installHint = "an administrator installs Knative Eventing, see https://knative.dev/docs/install/eventing"
)

// Subscriber translates the triggers of Brokers into Triggers.
type Subscriber struct{}

var _ runtime.Subscriber = Subscriber{}

// New returns the Subscriber.
func New() Subscriber {
	return Subscriber{}
}

// AddToScheme adds the kinds that Subscribe returns.
func AddToScheme(scheme *k8sruntime.Scheme) error {
	if err := eventingv1.AddToScheme(scheme); err != nil {
		return fmt.Errorf("adding the kinds of Knative Eventing: %w", err)
	}
	return nil
}

// Describe implements runtime.Subscriber.
func (Subscriber) Describe() runtime.SubscriberDescription {
	return runtime.SubscriberDescription{
		AddToScheme: AddToScheme,
		Kinds: []child.Kind{{
			GroupVersionKind: eventingv1.SchemeGroupVersion.WithKind("Trigger"), Product: product, InstallHint: installHint,
		}},
		ReferenceKinds: []child.Kind{brokerKind()},
	}
}

// brokerKind keeps what the class of a Broker and its channel are read from.
func brokerKind() child.Kind {
	return child.Kind{
		GroupVersionKind: eventingv1.SchemeGroupVersion.WithKind("Broker"), Product: product, InstallHint: installHint,
		Fields: [][]string{{"metadata", "annotations"}, {"status", "annotations"}},
	}
}

// References implements runtime.Subscriber. It returns the Broker of each trigger.
func (Subscriber) References(fn *v1beta2.Function) []runtime.Reference {
	triggers := fn.Spec.Serving.EventingTriggers()
	references := make([]runtime.Reference, 0, len(triggers))
	for i := range triggers {
		references = append(references, runtime.Reference{
			Reference: child.Reference{
				Kind:           brokerKind(),
				NamespacedName: types.NamespacedName{Namespace: fn.Namespace, Name: triggers[i].BrokerName()},
			},
			Path: pathOf(i) + ".broker",
		})
	}
	return references
}

// Subscribe implements runtime.Subscriber.
func (Subscriber) Subscribe(fn *v1beta2.Function, references []runtime.ResolvedReference) []runtime.Subscription {
	triggers, keys := fn.Spec.Serving.EventingTriggers(), fn.Spec.Serving.EventingKeys()
	subscriptions := make([]runtime.Subscription, 0, len(triggers))
	for i := range triggers {
		state := trigger{
			key: keys[i], path: "spec.serving." + pathOf(i), namespace: fn.Namespace,
			name: triggerName(fn.Name, keys[i], triggers[i].BrokerName()), broker: triggers[i].BrokerName(),
		}
		if i < len(references) {
			state.found = references[i]
		}
		subscriptions = append(subscriptions, runtime.Subscription{
			Object: child.Object{Resource: makeTrigger(fn, state.name, &triggers[i])},
			Status: state.status,
		})
	}
	return subscriptions
}

// pathOf returns the path of a trigger below spec.serving.
func pathOf(index int) string {
	return fmt.Sprintf("triggers.eventing[%d]", index)
}
