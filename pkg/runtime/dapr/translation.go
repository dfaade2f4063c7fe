/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"context"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// Translation is everything of Dapr that one Serving needs.
type Translation struct {
	// Objects must exist, in order of creation: components, resiliency and
	// subscriptions, so that a sidecar that starts after them finds them all.
	Objects []child.Object
	// Problems are what is wrong, in the order of the spec.
	Problems []Problem
	// Triggers are those that work, in the order of the spec, schedules included.
	Triggers []Trigger
	// Events, Inputs, Outputs and States are what the function is told of; those
	// with a problem are left out.
	Events, Inputs, Outputs, States []funccontext.Component

	serving *v1beta2.Serving
	// calls is set where the function itself calls a component, be it for a request
	// or an event.
	calls bool
}

// Trigger is a trigger by which events arrive.
type Trigger struct {
	v1beta2.EventTrigger

	// ComponentName is the name by which Dapr knows the component; empty for a
	// schedule, like the fields below.
	ComponentName string
	// Component is the component with what was set for its author.
	Component v1beta2.DaprComponent
	// BrokerTopic is the topic as the broker knows it; empty for a binding.
	BrokerTopic string
	// Route is the path at which an HTTP function gets the events.
	Route string
	// Session is set where the broker keeps the events in a session of which one
	// connection at a time is served.
	Session bool
	// Abstains is set where this version leaves that session to another one: it has
	// the component, and gets no events by this trigger.
	Abstains bool
}

// Translate says what must exist in Dapr for s. In ctx is what Revision of a runtime
// finds there. It never fails as a whole: what is wrong with one component or trigger
// is a Problem, and the rest goes on.
func Translate(ctx context.Context, s *v1beta2.Serving) *Translation {
	t := newTranslator(ctx, s)
	for _, trigger := range s.Spec.EventTriggers() {
		t.trigger(trigger)
	}
	t.uses()
	t.unused()
	t.finish()
	return t.Translation
}

// NeedsSidecar tells whether pods of s need a sidecar: where Dapr brings events,
// and else where a component is named or described unless its author says what is
// to be. A schedule needs none.
func (t *Translation) NeedsSidecar() bool {
	if t.serving.Spec.HasDaprEvents() {
		return true
	}
	if asked, isSet := t.serving.Spec.Annotations[enableAnnotation]; isSet {
		return asked != "false"
	}
	return len(t.Objects) > 0 || len(t.Problems) > 0
}
