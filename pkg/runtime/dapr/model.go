/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// Model is everything that one Serving needs from Dapr, and everything that others
// have to know of it: KEDA's triggers are made from the same model.
type Model struct {
	// Objects must exist, in order of creation: components, resiliency and
	// subscriptions, so that a sidecar that starts after them finds them all.
	Objects []child.Object
	// Problems are the errors in the spec, in its order.
	Problems []Problem
	// Triggers are the triggers without a problem, in the order of the spec,
	// schedules included.
	Triggers []Trigger
	// Events, Inputs, Outputs and States are described to the function in
	// FUNC_CONTEXT. Those with a problem are left out.
	Events, Inputs, Outputs, States []funccontext.Component

	serving *v1beta2.Serving
	// calls is set if the function itself calls a component, while it handles a
	// request or an event.
	calls bool
}

// Trigger is a trigger by which events arrive.
type Trigger struct {
	v1beta2.EventTrigger

	// ComponentName is the name by which Dapr knows the component; empty for a
	// schedule, like the fields below.
	ComponentName string
	// Component is the effective component, as the version that has the session gets it:
	// with all defaults, and with the placeholders replaced that are the same in all pods.
	Component v1beta2.DaprComponent
	// Broker is how the broker knows the trigger.
	Broker Broker
	// Route is the path at which an HTTP function gets the events.
	Route string
	// Session is set if the broker keeps the events in a session that serves one
	// connection at a time.
	Session bool
	// Retained is set if the broker keeps events while the function has no pods.
	Retained bool
	// Standby is set if another version has that session: this version has the
	// component, and gets no events by this trigger.
	Standby bool

	secretStore string
}

// NewModel returns the model of s. Components are those of the namespace that s
// names. Standby is set if another version of the function has the sessions of
// brokers that serve one connection at a time.
//
// NewModel never fails as a whole: an error in one component or trigger is a
// Problem, and does not affect the others.
func NewModel(s *v1beta2.Serving, components Components, standby bool) *Model {
	b := newModelBuilder(s, components, standby)
	for _, trigger := range s.Spec.EventTriggers() {
		b.addTrigger(trigger)
	}
	b.addUses()
	b.addUnreferenced()
	b.build()
	return b.Model
}

// NeedsSidecar reports whether pods of the Serving need a sidecar. They do if Dapr
// delivers events. Otherwise they do if a component is named or described, unless
// the annotation for it says no. A schedule needs no sidecar.
func (m *Model) NeedsSidecar() bool {
	if m.serving.Spec.HasDaprEvents() {
		return true
	}
	if value, isSet := m.serving.Spec.Annotations[enableAnnotation]; isSet {
		return value != "false"
	}
	return len(m.Objects) > 0 || len(m.Problems) > 0
}
