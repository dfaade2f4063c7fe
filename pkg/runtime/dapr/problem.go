/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"

	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Problem is an error in one trigger or component. It does not affect the others.
type Problem struct {
	// TriggerKey is the key of the trigger; empty if the problem is not in a trigger.
	TriggerKey string
	// Path is the path of the field below the spec of the workload.
	Path string
	// Reason is a reason of v1beta2, for example ReasonComponentNotFound.
	Reason string
	// Message explains the error and the next step.
	Message string
	// Pending is set while the component could not be read yet.
	Pending bool
}

func notFound(ref reference) *Problem {
	return ref.problem(v1beta2.ReasonComponentNotFound, ".name", fmt.Sprintf(
		"there is no component %q: define it in bindings, pubsub or states, or create it in the namespace", ref.component))
}

func unknown(ref reference, why *apis.Condition) *Problem {
	problem := ref.problem(why.Reason, ".name", why.Message)
	problem.Pending = !why.IsFalse()
	return problem
}

func notPermitted(ref reference, scope string) *Problem {
	return ref.problem(v1beta2.ReasonComponentNotPermitted, ".name", fmt.Sprintf(
		"the scopes of component %q exclude this function: add %q to them", ref.component, scope))
}

func ambiguous(ref reference) *Problem {
	return ref.problem(v1beta2.ReasonComponentAmbiguous, ".name", fmt.Sprintf(
		"component %q is defined more than once in bindings, pubsub and states: give each a different name", ref.component))
}

func typeMismatch(ref reference, actual string) *Problem {
	return ref.problem(v1beta2.ReasonTypeMismatch, ".type", fmt.Sprintf(
		"component %q is of type %q, not %q: correct the type or remove it", ref.component, actual, ref.declared))
}

func hasNoEvents(ref reference, actual string) *Problem {
	return ref.problem(v1beta2.ReasonTypeMismatch, ".name", fmt.Sprintf(
		"component %q is of type %q, which has no events: use one whose type begins with pubsub. or bindings.", ref.component, actual))
}

func topicMissing(ref reference) *Problem {
	return ref.problem(v1beta2.ReasonTopicMissing, ".topic", fmt.Sprintf(
		"component %q is for publish/subscribe: set a topic", ref.component))
}
