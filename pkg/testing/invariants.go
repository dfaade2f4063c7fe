/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"fmt"
	"regexp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Object is an object of one of our kinds.
type Object interface {
	runtime.Object
	duckv1.KRShaped
}

const (
	// maxMessage bounds the message of a condition, with the quoted text in it.
	maxMessage = 1024

	// failedGenerationBump is the reason that Knative's generated reconciler sets
	// before the first reconciliation of a generation.
	failedGenerationBump = "NewObservedGenFailure"
)

// userinfo matches credentials in a URL.
var userinfo = regexp.MustCompile(`://[^\s/?#]*@`)

// StatusViolations returns the rules for a status that the update of an object from
// before to after violates. before is nil if it is not known. failed means that the
// reconciliation ended early, so later conditions may not have been updated.
func StatusViolations(before, after Object, failed bool) []string {
	c := &statusCheck{after: after, failed: failed}
	c.completeness()
	for _, cond := range after.GetStatus().Conditions {
		c.condition(cond)
	}
	c.happiness()
	c.words()
	c.facts()
	if before != nil {
		c.progress(before)
	}
	return c.violations
}

type statusCheck struct {
	after      Object
	failed     bool
	violations []string
}

func (c *statusCheck) violatedf(format string, args ...any) {
	c.violations = append(c.violations, fmt.Sprintf(format, args...))
}

// completeness: the generation was observed, and every condition exists once.
func (c *statusCheck) completeness() {
	status := c.after.GetStatus()
	if status.ObservedGeneration != c.after.GetGeneration() {
		c.violatedf("observedGeneration is %d, generation is %d", status.ObservedGeneration, c.after.GetGeneration())
	}
	seen := make(map[apis.ConditionType]bool)
	for _, cond := range status.Conditions {
		if seen[cond.Type] {
			c.violatedf("condition %s is there twice", cond.Type)
		}
		seen[cond.Type] = true
	}
	for _, t := range conditionTypes(c.after) {
		if !seen[t] {
			c.violatedf("condition %s is missing", t)
		}
	}
}

// conditionTypes returns the types of the object's condition set.
func conditionTypes(o Object) []apis.ConditionType {
	var blank duckv1.Status
	o.GetConditionSet().Manage(&blank).InitializeConditions()
	types := make([]apis.ConditionType, 0, len(blank.Conditions))
	for _, cond := range blank.Conditions {
		types = append(types, cond.Type)
	}
	return types
}

// condition: every condition that is not True has a reason and a short message.
func (c *statusCheck) condition(cond apis.Condition) {
	switch cond.Status {
	case corev1.ConditionTrue:
	case corev1.ConditionFalse, corev1.ConditionUnknown:
		untouched := c.failed && cond.IsUnknown()
		if cond.Reason == "" && !untouched {
			c.violatedf("condition %s is %s without a reason", cond.Type, cond.Status)
		}
		if cond.Reason == failedGenerationBump && !c.failed {
			c.violatedf("condition %s was not set for this generation", cond.Type)
		}
	default:
		c.violatedf("condition %s has status %q", cond.Type, cond.Status)
	}
	if userinfo.MatchString(cond.Message) {
		c.violatedf("the message of condition %s has the credentials of a URL", cond.Type)
	}
	if len(cond.Message) > maxMessage {
		c.violatedf("the message of condition %s has %d bytes, more than %d", cond.Type, len(cond.Message), maxMessage)
	}
}

// happiness: the top condition follows from its dependents.
func (c *statusCheck) happiness() {
	set := c.after.GetConditionSet()
	top := set.Manage(c.after.GetStatus()).GetTopLevelCondition()
	if top == nil || top.Reason == failedGenerationBump {
		return
	}
	want := apis.Condition{Status: corev1.ConditionTrue}
	reasons := make([]string, 0, len(conditionTypes(c.after)))
	for _, t := range conditionTypes(c.after) {
		cond := c.after.GetStatus().GetCondition(t)
		switch {
		case t == top.Type || cond == nil:
			continue
		case cond.IsFalse() && !want.IsFalse():
			want.Status, reasons = corev1.ConditionFalse, append(reasons[:0], cond.Reason)
		case cond.IsUnknown() && want.IsTrue():
			want.Status, reasons = corev1.ConditionUnknown, append(reasons[:0], cond.Reason)
		case cond.Status == want.Status:
			reasons = append(reasons, cond.Reason)
		}
	}
	if len(conditionTypes(c.after)) == 1 {
		return
	}
	if top.Status != want.Status {
		c.violatedf("condition %s is %s, its dependents make it %s", top.Type, top.Status, want.Status)
	} else if !top.IsTrue() && !slices.Contains(reasons, top.Reason) {
		c.violatedf("condition %s has the reason %q, its dependents have %q", top.Type, top.Reason, reasons)
	}
}

// progress: nothing is lost or goes back.
func (c *statusCheck) progress(before Object) {
	was, is := before.GetStatus(), c.after.GetStatus()
	if is.ObservedGeneration < was.ObservedGeneration {
		c.violatedf("observedGeneration goes back from %d to %d", was.ObservedGeneration, is.ObservedGeneration)
	}
	for _, old := range was.Conditions {
		cond := is.GetCondition(old.Type)
		if cond == nil {
			if !v1beta2.IsTriggerCondition(old.Type) || hasTrigger(c.after, old.Type) {
				c.violatedf("condition %s vanishes", old.Type)
			}
			continue
		}
		from, to := old.LastTransitionTime.Inner, cond.LastTransitionTime.Inner
		if to.Before(&from) {
			c.violatedf("lastTransitionTime of condition %s goes back from %v to %v", old.Type, from, to)
		}
		if cond.Status == old.Status && cond.Reason == old.Reason && cond.Message == old.Message && !to.Equal(&from) {
			c.violatedf("lastTransitionTime of condition %s changes though nothing else does", old.Type)
		}
	}
}

// hasTrigger reports whether the spec has the trigger of a condition.
func hasTrigger(o Object, t apis.ConditionType) bool {
	var triggers []v1beta2.EventTrigger
	switch o := o.(type) {
	case *v1beta2.Function:
		if o.Spec.Serving != nil {
			triggers = o.Spec.Serving.EventTriggers()
			for _, key := range o.Spec.Serving.EventingKeys() {
				triggers = append(triggers, v1beta2.EventTrigger{Key: key})
			}
		}
	case *v1beta2.Serving:
		triggers = o.Spec.EventTriggers()
	}
	return slices.ContainsFunc(triggers, func(trigger v1beta2.EventTrigger) bool {
		return v1beta2.TriggerCondition(trigger.Key) == t
	})
}
