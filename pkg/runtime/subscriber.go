/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	k8sruntime "k8s.io/apimachinery/pkg/runtime"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Subscriber makes a product send events to the address of functions, whatever runtime
// answers there. Like a Runtime, it only translates.
type Subscriber interface {
	// Describe returns what never changes about the Subscriber.
	Describe() SubscriberDescription

	// References returns the objects that Subscribe needs, such as a broker.
	References(fn *v1beta2.Function) []Reference

	// Subscribe translates the triggers of fn. references are the results of looking up
	// what References returned.
	Subscribe(fn *v1beta2.Function, references []ResolvedReference) []Subscription
}

// SubscriberDescription contains the constant properties of a Subscriber.
type SubscriberDescription struct {
	// AddToScheme adds the types of the objects of Subscriptions.
	AddToScheme func(*k8sruntime.Scheme) error

	// Kinds are all kinds of the objects of Subscriptions. They are watched from the
	// start, and pruned when a trigger is removed.
	Kinds []child.Kind

	// ReferenceKinds are all kinds that References may name.
	ReferenceKinds []child.Kind
}

// Subscription sends the events of one trigger to the address of a function.
type Subscription struct {
	// Object is the child that subscribes. It is applied once the function has an address.
	Object child.Object

	// Status returns the status of the trigger from the observation of Object.
	Status func(child.Observation) v1beta2.TriggerStatus
}
