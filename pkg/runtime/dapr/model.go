/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// Model contains the Dapr components and triggers of one Serving. The objects of Dapr
// and the triggers of KEDA are both made from it.
type Model struct {
	// Objects are the objects of Dapr, in order of creation: components, resiliency and
	// subscriptions. They are created before the pods, so that a sidecar finds them all
	// when it starts.
	Objects []child.Object
	// Problems are the errors in the spec, in the order of the spec.
	Problems []Problem
	// Triggers are the triggers without a problem, in the order of the spec,
	// schedules included.
	Triggers []Trigger
	// Events, Inputs, Outputs and States are the components in FUNC_CONTEXT. Components
	// with a problem are omitted.
	Events, Inputs, Outputs, States []funccontext.Component

	serving *v1beta2.Serving
	// calls is set if the function itself calls a component, while it handles a
	// request or an event.
	calls bool
}

// Trigger is an event trigger or a schedule.
type Trigger struct {
	v1beta2.EventTrigger

	// ComponentName is the name of the component in Dapr. For a schedule, it and the
	// fields below are empty.
	ComponentName string
	// Component is the effective component of the revision that has the session. It
	// includes all defaults, and placeholders are replaced if their value is the same in
	// all pods.
	Component v1beta2.DaprComponent
	// Broker contains the names that identify the trigger at the broker.
	Broker Broker
	// Route is the path at which an HTTP function gets the events.
	Route string
	// Session is set if the broker keeps the events in a session that serves one
	// connection at a time.
	Session bool
	// Retained is set if the broker keeps events while the function has no pods.
	Retained bool
	// Standby is set if another revision has that session. This revision then has the
	// component, but gets no events by this trigger.
	Standby bool

	secretStore string
}

// NewModel returns the model of s. components are the components in the namespace that s
// names. standby is set if another revision of the function has the sessions of brokers
// that serve one connection at a time.
//
// NewModel returns no error: an error in one component or trigger is a Problem, and does
// not affect the others.
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
// delivers events. Otherwise they do if the spec names or defines a component, unless
// the annotation of the user prevents it. A schedule needs no sidecar.
func (m *Model) NeedsSidecar() bool {
	if m.serving.Spec.HasDaprEvents() {
		return true
	}
	if value, isSet := m.serving.Spec.Annotations[enableAnnotation]; isSet {
		return value != "false"
	}
	return len(m.Objects) > 0 || len(m.Problems) > 0
}

// Components are the Dapr components in the namespace that a Serving names and does not
// define, by name. A component that does not exist is not in the map.
type Components map[string]Component

// Component is a Dapr component in the namespace, with fields that the spec of a
// Function does not have.
type Component struct {
	v1beta2.DaprComponent

	// Scopes are the app-ids that may load the component; empty for all.
	Scopes []string
	// SecretStore is the secret store of the component; empty for Secrets of the
	// namespace.
	SecretStore string
	// Unknown is the reason why the component could not be read, nil if it was. Its
	// status is False if a user or an administrator has to act.
	Unknown *apis.Condition
}
