/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"slices"

	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

var failedStates = []string{v1beta2.StateFailed, v1beta2.StateTimeout, v1beta2.StateCanceled}

// words: the fields of the old project repeat the conditions.
func (c *statusCheck) words() {
	switch o := c.after.(type) {
	case *v1beta2.Function:
		if b := o.Status.Build; b != nil {
			c.word("build", b.State, o.Status.GetCondition(v1beta2.FunctionConditionBuilderReady))
		}
		if s := o.Status.Serving; s != nil {
			c.word("serving", s.State, o.Status.GetCondition(v1beta2.FunctionConditionServingReady))
		}
	case *v1beta2.Builder:
		cond := o.Status.GetCondition(v1beta2.BuilderConditionSucceeded)
		c.word("status", o.Status.State, cond)
		c.repeats(o.Status.State, o.Status.Reason, o.Status.Message, cond)
	case *v1beta2.Serving:
		cond := o.Status.GetCondition(v1beta2.ServingConditionReady)
		c.word("status", o.Status.State, cond)
		c.repeats(o.Status.State, o.Status.Reason, o.Status.Message, cond)
	}
}

func (c *statusCheck) word(of, state string, cond *apis.Condition) {
	if cond == nil {
		return
	}
	var fits bool
	switch state {
	case "":
		// Nothing is reported yet.
		fits = cond.IsUnknown() || cond.IsFalse()
	case v1beta2.StateSucceeded, v1beta2.StateRunning, v1beta2.StateSkipped:
		fits = cond.IsTrue()
	case v1beta2.StateBuilding, v1beta2.StateStarting:
		fits = cond.IsUnknown()
	default:
		fits = slices.Contains(failedStates, state) && cond.IsFalse()
	}
	if !fits {
		c.violatedf("%s state is %q while condition %s is %s", of, state, cond.Type, cond.Status)
	}
}

func (c *statusCheck) repeats(state, reason, message string, cond *apis.Condition) {
	if state == "" || cond == nil || c.failed {
		return
	}
	if reason != cond.GetReason() || message != cond.GetMessage() {
		c.violatedf("status has %q (%q), condition %s has %q (%q)", reason, message, cond.Type, cond.GetReason(), cond.GetMessage())
	}
}
