/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package rollout decides which share of the traffic a new revision receives. Its
// decisions depend on their arguments alone.
package rollout

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

// Times for which a revision must have failed before that counts. While a program of the
// platform restarts, such as a scaler, revisions that serve fail for some seconds.
const (
	// candidateGrace applies before a candidate is rolled back.
	candidateGrace = 10 * time.Second
	// stableGrace applies before a candidate is promoted that no gate approved.
	stableGrace = 30 * time.Second
)

// Revisions are the two revisions of a rollout.
type Revisions struct {
	// Stable is the revision that the status records; nil if it does not exist.
	Stable *v1beta2.Serving
	// Newest is the revision of the current spec; nil until it exists.
	Newest *v1beta2.Serving
	// OneRuntime reports whether both have the same runtimes, so that one address can have
	// both.
	OneRuntime bool
	// CannotSplit is why the route cannot split the traffic at the moment; nil if it can.
	CannotSplit *apis.Condition
}

// Measure returns what was counted for both revisions so far, in the window with that id.
type Measure func(id string) results.Measurement

// Next returns the next state of a rollout, and the time until the next decision; zero if
// that decision does not depend on time.
func Next(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, revisions Revisions, now time.Time, measure Measure) (v1beta2.RolloutStatus, time.Duration) {
	newest, stable := revisions.Newest, revisions.Stable
	switch {
	case newest == nil:
		return state, 0
	case stable == nil:
		if newest.IsReady() {
			return promoted(newest, ""), 0
		}
		return state, 0
	case newest.Name == stable.Name:
		if state.Candidate != "" || state.Stable != newest.Name {
			return promoted(newest, ""), 0
		}
		return release(spec, state, now)
	case state.Candidate != newest.Name:
		return start(spec, state, revisions, now), 0
	case state.Phase == v1beta2.RolloutRolledBack && spec.Approved != newest.Name:
		return state, 0
	}
	return advance(spec, state, revisions, now, measure)
}

// Pause returns the state of a rollout while spec.serving.traffic splits the traffic. A
// newest revision that receives all of the traffic becomes the stable one.
func Pause(state *v1beta2.RolloutStatus, newest *v1beta2.Serving, used *v1beta2.FunctionInUse) *v1beta2.RolloutStatus {
	state.Previous = ""
	if newest != nil && newest.Name != state.Stable && used.ShareOf(newest.Name) == 100 {
		promoted := promoted(newest, "")
		return &promoted
	}
	if state.Phase == v1beta2.RolloutProgressing || state.Phase == v1beta2.RolloutWaitingForApproval {
		state.Phase, state.Message = v1beta2.RolloutPaused, "spec.serving.traffic splits the traffic"
	}
	return state
}

// start begins the rollout of the newest revision once it is ready.
func start(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, revisions Revisions, now time.Time) v1beta2.RolloutStatus {
	newest, stable := revisions.Newest, revisions.Stable
	switch {
	case !newest.IsReady():
		// It receives nothing, and the condition of the revision contains the reason.
		return v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: state.Stable}
	case !revisions.OneRuntime:
		return promoted(newest, "it is run by another runtime, and one address cannot have both")
	case isFailed(stable) && failedFor(stable, now) >= stableGrace:
		return promoted(newest, fmt.Sprintf("the Serving %q is not ready", stable.Name))
	case spec.Approved == newest.Name:
		return promoted(newest, "")
	case revisions.CannotSplit != nil:
		return v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: state.Stable}
	}
	begun := v1beta2.RolloutStatus{Phase: v1beta2.RolloutProgressing, Stable: stable.Name, Candidate: newest.Name}
	return atStep(spec, begun, 1, now)
}

// advance decides on a rollout that has begun.
func advance(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, revisions Revisions, now time.Time, measure Measure) (v1beta2.RolloutStatus, time.Duration) {
	newest, stable := revisions.Newest, revisions.Stable
	switch {
	case isFailed(newest) && isFailed(stable):
		// The cause is elsewhere, such as a broker that is down.
		return state, 0
	case isFailed(newest):
		if left := candidateGrace - failedFor(newest, now); left > 0 {
			return state, left
		}
		return rolledBack(state, newest.Status.GetCondition(v1beta2.ServingConditionReady).GetMessage()), 0
	case !newest.IsReady() || !revisions.OneRuntime:
		return state, 0
	case isFailed(stable):
		if left := stableGrace - failedFor(stable, now); left > 0 {
			return state, left
		}
		return promoted(newest, fmt.Sprintf("the Serving %q is not ready", stable.Name)), 0
	case spec.Approved == newest.Name:
		return promote(spec, state, "", now), 0
	case revisions.CannotSplit != nil:
		return state, 0
	case state.Phase == v1beta2.RolloutPaused:
		state.Phase = v1beta2.RolloutProgressing
		return atStep(spec, state, state.Step, now), 0
	case int(state.Step) > len(spec.EffectiveSteps()):
		// The spec has fewer steps now.
		return atStep(spec, state, 1, now), 0
	}
	// A step that changes in the spec begins again.
	if share := spec.EffectiveSteps()[state.Step-1]; share != state.Percent {
		return atStep(spec, state, state.Step, now), 0
	}
	measured := measure(state.Candidate + "@" + state.StepTime.UTC().Format(time.RFC3339))
	if left := due(spec, &state, measured.Since).Sub(now); left > 0 {
		return state, left
	}
	return check(spec, state, measured, now), 0
}

// due returns when the next check is due. A program that started later than the step has
// to measure a whole interval as well.
func due(spec *v1beta2.Rollout, state *v1beta2.RolloutStatus, measuredSince time.Time) time.Time {
	last := state.StepTime.Time
	if measuredSince.After(last) {
		last = measuredSince
	}
	if state.CheckTime != nil && state.CheckTime.After(last) {
		last = state.CheckTime.Time
	}
	return last.Add(spec.EffectiveInterval())
}

// check evaluates the candidate at the end of an interval.
func check(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, measured results.Measurement, now time.Time) v1beta2.RolloutStatus {
	result, message := evaluate(spec.Gate, &state, measured)
	state.Message = message
	state.CheckTime = timeOf(now)
	switch result {
	case passed:
		return pass(spec, state, now)
	case failed:
		state.FailedChecks++
		if state.FailedChecks >= spec.EffectiveFailureLimit() {
			return rolledBack(state, message)
		}
		state.StepTime = timeOf(now)
	case rejected:
		return rolledBack(state, message)
	case undecided:
	}
	return state
}

// pass goes on to the next step.
func pass(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, now time.Time) v1beta2.RolloutStatus {
	switch {
	case int(state.Step) < len(spec.EffectiveSteps()):
		message := state.Message
		state = atStep(spec, state, state.Step+1, now)
		state.Message = message
	case spec.Promote == v1beta2.PromoteManual:
		state.Phase = v1beta2.RolloutWaitingForApproval
		// The next check sees only what comes from now on.
		state.StepTime = timeOf(now)
	default:
		return promote(spec, state, state.Message, now)
	}
	return state
}

// promote ends a rollout that has begun. The replaced revision keeps a pod if the spec sets
// so.
func promote(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, message string, now time.Time) v1beta2.RolloutStatus {
	next := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: state.Candidate, Message: message}
	if spec.KeepWarm {
		next.Previous, next.StepTime = state.Stable, timeOf(now)
	}
	return next
}

// release terminates the pods of the replaced revision one interval after the promotion.
func release(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, now time.Time) (v1beta2.RolloutStatus, time.Duration) {
	if state.Previous == "" {
		return state, 0
	}
	if left := state.StepTime.Add(spec.EffectiveInterval()).Sub(now); spec.KeepWarm && left > 0 {
		return state, left
	}
	state.Previous, state.StepTime = "", nil
	return state, 0
}

func atStep(spec *v1beta2.Rollout, state v1beta2.RolloutStatus, step int32, now time.Time) v1beta2.RolloutStatus {
	state.Phase = v1beta2.RolloutProgressing
	state.Step, state.Percent = step, spec.EffectiveSteps()[step-1]
	state.StepTime, state.CheckTime, state.Message = timeOf(now), nil, ""
	return state
}

func promoted(s *v1beta2.Serving, message string) v1beta2.RolloutStatus {
	return v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: s.Name, Message: message}
}

func rolledBack(state v1beta2.RolloutStatus, message string) v1beta2.RolloutStatus {
	state.Phase, state.Percent, state.Message = v1beta2.RolloutRolledBack, 0, message
	state.StepTime, state.CheckTime = nil, nil
	return state
}

// Condition returns why the newest revision, which is ready and not the stable one, does
// not have all of the traffic.
func Condition(spec *v1beta2.Rollout, state *v1beta2.RolloutStatus, revisions Revisions) *apis.Condition {
	message, newest := "", revisions.Newest.Name
	if state.Message != "" {
		message = ": " + state.Message
	}
	switch phase := state.Phase; {
	case revisions.CannotSplit != nil && (phase != v1beta2.RolloutRolledBack || state.Candidate != newest):
		return revisions.CannotSplit
	case state.Candidate != newest:
	case phase == v1beta2.RolloutProgressing:
		return unknown(fmt.Sprintf("step %d of %d: the Serving %q has %d %% of the traffic%s",
			state.Step, len(spec.EffectiveSteps()), state.Candidate, state.Percent, message))
	case phase == v1beta2.RolloutWaitingForApproval:
		return unknown(fmt.Sprintf("the Serving %q passed the last step%s; set spec.serving.rollout.approved to its name to promote it",
			state.Candidate, message))
	case phase == v1beta2.RolloutRolledBack:
		return &apis.Condition{Status: "False", Reason: v1beta2.ReasonRolledBack, Message: fmt.Sprintf(
			"the Serving %q was rolled back, and %q has all of the traffic%s; apply a version that works, or set spec.serving.rollout.approved to %q to promote it nevertheless",
			state.Candidate, state.Stable, message, state.Candidate)}
	}
	return unknown(fmt.Sprintf("the rollout of the Serving %q begins", newest))
}

func unknown(message string) *apis.Condition {
	return &apis.Condition{Status: "Unknown", Reason: v1beta2.ReasonRollingOut, Message: message}
}

// failedFor returns how long the condition Ready has been the same.
func failedFor(s *v1beta2.Serving, now time.Time) time.Duration {
	return now.Sub(s.Status.GetCondition(v1beta2.ServingConditionReady).LastTransitionTime.Inner.Time)
}

func isFailed(s *v1beta2.Serving) bool {
	return s.Status.ObservedGeneration == s.Generation && s.Status.GetCondition(v1beta2.ServingConditionReady).IsFalse()
}

// timeOf returns the time as the API stores it, without fractions of a second.
func timeOf(now time.Time) *metav1.Time {
	t := metav1.NewTime(now).Rfc3339Copy()
	return &t
}
