/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// startingFunction is on its way in every respect; nothing is wrong with it.
func startingFunction(options ...FunctionOption) *v1beta2.Function {
	starting := WithFunction(func(f *v1beta2.Function) {
		f.Status.MarkSpecHonored(nil)
		f.Status.MarkRefsResolved()
		f.Status.MarkBuildNotRequired()
		f.Status.MarkWaitingForImage()
		f.Status.MarkRouteWaitingForServing()
	})
	return Function("ns", "fn", append([]FunctionOption{WithInitialConditions(), starting}, options...)...)
}

func readyBuilder(options ...BuilderOption) *v1beta2.Builder {
	succeeded := WithBuilder(func(b *v1beta2.Builder) { b.Status.MarkSucceeded() })
	return Builder("ns", "b", append([]BuilderOption{WithInitialConditions(), succeeded}, options...)...)
}

func readyServing(options ...ServingOption) *v1beta2.Serving {
	ready := WithServing(func(s *v1beta2.Serving) {
		s.Status.PropagateRevision(&apis.Condition{Status: corev1.ConditionTrue})
	})
	return Serving("ns", "s", append([]ServingOption{WithInitialConditions(), ready}, options...)...)
}

// edit changes one condition behind the back of the condition manager.
func edit(t apis.ConditionType, change func(*apis.Condition)) Option {
	return func(o Object) {
		conditions := o.GetStatus().Conditions
		for i := range conditions {
			if conditions[i].Type == t {
				change(&conditions[i])
			}
		}
	}
}

func without(t apis.ConditionType) Option {
	return func(o Object) {
		var kept apis.Conditions
		for _, cond := range o.GetStatus().Conditions {
			if cond.Type != t {
				kept = append(kept, cond)
			}
		}
		o.GetStatus().SetConditions(kept)
	}
}

// withNightly gives the spec a trigger.
var withNightly = Option(func(o Object) {
	triggers := &v1beta2.Triggers{Cron: []*v1beta2.CronTrigger{{Name: "nightly"}}}
	switch o := o.(type) {
	case *v1beta2.Function:
		o.Spec.Serving = &v1beta2.WorkloadSpec{Triggers: triggers}
	case *v1beta2.Serving:
		o.Spec.Triggers = triggers
	}
})

// nightlyIsReady has that trigger get events.
var nightlyIsReady = Option(func(o Object) {
	o.GetConditionSet().Manage(o.GetStatus()).MarkTrue(v1beta2.TriggerCondition("nightly"))
})

func at(t time.Time) func(*apis.Condition) {
	return func(c *apis.Condition) { c.LastTransitionTime.Inner = metav1.NewTime(t) }
}

func TestStatusViolationsOfTruth(t *testing.T) {
	for name, o := range map[string]Object{
		"starting function": startingFunction(),
		"ready builder":     readyBuilder(),
		"ready serving":     readyServing(),
		"building": Builder("ns", "b", WithInitialConditions(),
			WithBuilder(func(b *v1beta2.Builder) { b.Status.MarkBuilding("", "compiling") })),
		"build timeout": Builder("ns", "b", WithInitialConditions(),
			WithBuilder(func(b *v1beta2.Builder) { b.Status.MarkTimeout("took too long") })),
		"serving timeout": Serving("ns", "s", WithInitialConditions(),
			WithServing(func(s *v1beta2.Serving) { s.Status.MarkTimeout("took too long") })),
		"message of a kilobyte": Serving("ns", "s", WithInitialConditions(),
			WithServing(func(s *v1beta2.Serving) { s.Status.MarkTimeout(strings.Repeat("x", 1024)) })),
	} {
		t.Run(name, func(t *testing.T) {
			for _, before := range []Object{nil, o} {
				if violations := StatusViolations(before, o, false); len(violations) != 0 {
					t.Errorf("StatusViolations() = %q, want none", violations)
				}
			}
		})
	}
}

// A condition of a trigger may go, when the trigger does.
func TestStatusViolationsOfTriggersThatWent(t *testing.T) {
	for _, test := range []struct{ before, after Object }{
		{startingFunction(withNightly, nightlyIsReady), startingFunction()},
		{readyServing(withNightly, nightlyIsReady), readyServing()},
	} {
		if violations := StatusViolations(test.before, test.after, false); strings.Contains(strings.Join(violations, "\n"), "vanishes") {
			t.Errorf("StatusViolations() of a %T = %q, want none of what went", test.after, violations)
		}
	}
}

// Each row breaks one rule, and the check has to name it.
func TestStatusViolations(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		name          string
		before, after Object
		want          string
	}{{
		name:  "generation not observed",
		after: readyServing(WithGeneration(7)),
		want:  "observedGeneration is 1, generation is 7",
	}, {
		name:  "condition missing",
		after: startingFunction(without(v1beta2.FunctionConditionRouteReady)),
		want:  "condition RouteReady is missing",
	}, {
		name: "condition twice",
		after: readyBuilder(Option(func(o Object) {
			o.GetStatus().Conditions = append(o.GetStatus().Conditions, o.GetStatus().Conditions[0])
		})),
		want: "condition Succeeded is there twice",
	}, {
		name:  "Unknown without reason",
		after: Function("ns", "fn", WithInitialConditions()),
		want:  "condition BuilderReady is Unknown without a reason",
	}, {
		name: "False without reason",
		after: Serving("ns", "s", WithInitialConditions(), WithServing(func(s *v1beta2.Serving) {
			s.Status.PropagateRevision(&apis.Condition{Status: corev1.ConditionFalse, Message: "no"})
		})),
		want: "condition RevisionReady is False without a reason",
	}, {
		name:  "generation not reconciled",
		after: readyServing(edit(apis.ConditionReady, func(c *apis.Condition) { c.Status, c.Reason = "Unknown", failedGenerationBump })),
		want:  "condition Ready was not set for this generation",
	}, {
		name:  "no such status",
		after: readyServing(edit(v1beta2.ServingConditionRevisionReady, func(c *apis.Condition) { c.Status = "Maybe" })),
		want:  `condition RevisionReady has status "Maybe"`,
	}, {
		name: "long message",
		after: Serving("ns", "s", WithInitialConditions(), WithServing(func(s *v1beta2.Serving) {
			s.Status.MarkTimeout(strings.Repeat("x", maxMessage+1))
		})),
		want: "the message of condition Ready has 1025 bytes",
	}, {
		name:  "Ready before its dependent",
		after: readyServing(edit(v1beta2.ServingConditionRevisionReady, func(c *apis.Condition) { c.Status, c.Reason = "Unknown", "Pending" })),
		want:  "condition Ready is True, its dependents make it Unknown",
	}, {
		name:  "Ready though a dependent failed",
		after: readyServing(edit(v1beta2.ServingConditionRevisionReady, func(c *apis.Condition) { c.Status, c.Reason = "False", "Evicted" })),
		want:  "condition Ready is True, its dependents make it False",
	}, {
		name:  "not Ready though all dependents are",
		after: readyServing(edit(apis.ConditionReady, func(c *apis.Condition) { c.Status, c.Reason = "Unknown", "Pending" })),
		want:  "condition Ready is Unknown, its dependents make it True",
	}, {
		name:  "Ready for another reason",
		after: startingFunction(edit(apis.ConditionReady, func(c *apis.Condition) { c.Reason = "Whim" })),
		want:  `condition Ready has the reason "Whim", its dependents have ["WaitingForServing" "WaitingForImage"]`,
	}, {
		name:   "observed generation goes back",
		before: readyBuilder(WithGeneration(4), WithObservedGeneration(4)),
		after:  readyBuilder(WithGeneration(3), WithObservedGeneration(3)),
		want:   "observedGeneration goes back from 4 to 3",
	}, {
		name:   "condition vanishes",
		before: readyBuilder(Option(func(o Object) { o.GetConditionSet().Manage(o.GetStatus()).MarkTrue("Active") })),
		after:  readyBuilder(),
		want:   "condition Active vanishes",
	}, {
		name:   "condition of a trigger vanishes",
		before: readyServing(withNightly, nightlyIsReady),
		after:  readyServing(withNightly),
		want:   "condition TriggerReady.nightly vanishes",
	}, {
		name:   "condition of a trigger of a function vanishes",
		before: startingFunction(withNightly, nightlyIsReady),
		after:  startingFunction(withNightly),
		want:   "condition TriggerReady.nightly vanishes",
	}, {
		name:   "time goes back",
		before: readyBuilder(edit(apis.ConditionSucceeded, at(now))),
		after:  readyBuilder(edit(apis.ConditionSucceeded, at(now.Add(-time.Hour)))),
		want:   "lastTransitionTime of condition Succeeded goes back",
	}, {
		name:   "time flaps",
		before: readyBuilder(edit(apis.ConditionSucceeded, at(now))),
		after:  readyBuilder(edit(apis.ConditionSucceeded, at(now.Add(time.Hour)))),
		want:   "lastTransitionTime of condition Succeeded changes though nothing else does",
	}, {
		name:  "builder state",
		after: readyBuilder(WithBuilder(func(b *v1beta2.Builder) { b.Status.State = v1beta2.StateBuilding })),
		want:  `status state is "Building" while condition Succeeded is True`,
	}, {
		name:  "no builder state",
		after: readyBuilder(WithBuilder(func(b *v1beta2.Builder) { b.Status.State = "" })),
		want:  `status state is "" while condition Succeeded is True`,
	}, {
		name:  "serving state",
		after: readyServing(WithServing(func(s *v1beta2.Serving) { s.Status.State = v1beta2.StateFailed })),
		want:  `status state is "Failed" while condition Ready is True`,
	}, {
		name:  "unheard-of state",
		after: readyServing(WithServing(func(s *v1beta2.Serving) { s.Status.State = "Fine" })),
		want:  `status state is "Fine" while condition Ready is True`,
	}, {
		name:  "state without its reason",
		after: readyServing(WithServing(func(s *v1beta2.Serving) { s.Status.Reason = "Evicted" })),
		want:  `status has "Evicted" (""), condition Ready has "" ("")`,
	}, {
		name: "function's build state",
		after: startingFunction(WithFunction(func(f *v1beta2.Function) {
			f.Status.Build.State = v1beta2.StateFailed
		})),
		want: `build state is "Failed" while condition BuilderReady is True`,
	}, {
		name: "function's serving state",
		after: startingFunction(WithFunction(func(f *v1beta2.Function) {
			f.Status.Serving = &v1beta2.FunctionServingStatus{State: v1beta2.StateRunning}
		})),
		want: `serving state is "Running" while condition ServingReady is Unknown`,
	}} {
		t.Run(test.name, func(t *testing.T) {
			violations := StatusViolations(test.before, test.after, false)
			if !strings.Contains(strings.Join(violations, "\n"), test.want) {
				t.Errorf("StatusViolations() = %q, want one with %q", violations, test.want)
			}
		})
	}
}

// A reconciliation that failed may leave the conditions that it did not reach.
func TestStatusViolationsAfterFailure(t *testing.T) {
	unreached := Function("ns", "fn", WithInitialConditions())
	if violations := StatusViolations(nil, unreached, true); len(violations) != 0 {
		t.Errorf("StatusViolations() = %q, want none", violations)
	}
	lying := readyServing(edit(v1beta2.ServingConditionRevisionReady, func(c *apis.Condition) { c.Status = "False" }))
	if violations := StatusViolations(nil, lying, true); len(violations) == 0 {
		t.Error("StatusViolations() finds nothing, but a failure excuses no lie")
	}
}
