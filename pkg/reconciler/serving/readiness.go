/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/plaintext"
	"openfunction.dev/openfunction/pkg/runtime"
)

// maxCause is the maximum length of a quoted cause, in bytes, so that the whole message
// stays below one kilobyte.
const maxCause = 560

// updateReadiness sets the readiness of s from the observations, in one step, because a
// condition that changes back and forth would be written each time. failure is that of
// the pods or of an event trigger, nil if there is none.
func (r *Reconciler) updateReadiness(s *v1beta2.Serving, results []result, failure *apis.Condition, applyErr error) {
	res, cond := worst(results)
	switch {
	case failure != nil && (!cond.IsFalse() || res.reportsTriggers()):
		s.Status.PropagateRevision(failure)
	case keepsReadiness(s, res, cond, applyErr != nil || unseen(observationsOf(results)), isSettling(results)):
	case !cond.IsFalse() && !cond.IsTrue() && r.isLate(s):
		s.Status.MarkTimeout(res.withLog(late(s, cond)))
	default:
		propagate(s, res, cond)
	}
}

// keepsReadiness reports whether the condition of s does not change: the children
// cannot be read, or only the number of pods of a ready revision changes.
func keepsReadiness(s *v1beta2.Serving, res result, cond *apis.Condition, unseen, settling bool) bool {
	switch {
	case cond.IsFalse():
		return rests(s, res)
	case s.IsReady():
		return unseen || !cond.IsTrue() && res.ScalesReady
	case cond.IsTrue():
		// A revision that becomes ready replaces another one. A problem that is only
		// observed after that would be found too late.
		return settling
	}
	return false
}

func isSettling(results []result) bool {
	return slices.ContainsFunc(results, func(res result) bool { return res.status.Settling })
}

// propagate copies the condition of a result to the Serving, and adds advice.
func propagate(s *v1beta2.Serving, res result, cond *apis.Condition) {
	switch {
	case cond.IsFalse() && reportedByChild(res.observations):
		cond.Message = res.withLog(res.plan.Advice(short(cond.Message)))
	case cond.IsFalse():
		cond.Message = res.plan.Advice(cond.Message)
	case cond.IsUnknown() && allLive(res.observations):
		// A runtime may take minutes to report that a container crashes; its log shows
		// it at once.
		s.Status.MarkStarting(res.withLog("waiting to get ready"))
		return
	}
	s.Status.PropagateRevision(cond)
}

// worst returns the result that represents all, with its condition: the first that
// failed, else the first that is not ready, else the first.
func worst(results []result) (result, *apis.Condition) {
	conditions := make([]*apis.Condition, len(results))
	for i := range results {
		conditions[i] = child.Summarize(results[i].observations, v1beta2.ServingConditionRevisionReady)
	}
	for _, isWorse := range []func(*apis.Condition) bool{
		(*apis.Condition).IsFalse,
		func(cond *apis.Condition) bool { return !cond.IsTrue() },
	} {
		if i := slices.IndexFunc(conditions, isWorse); i >= 0 {
			return results[i], conditions[i]
		}
	}
	return results[0], conditions[0]
}

// reportsTriggers reports whether a failure of the children only repeats the failure of
// a trigger: the scaler reports no more than that one of its triggers fails.
func (res result) reportsTriggers() bool {
	return len(res.status.Triggers) > 0 && reportedByChild(res.observations)
}

// rests reports whether s is a ready revision in reserve whose children exist. Such a
// revision is kept for a rollback, and stays ready even if its children report a
// failure.
func rests(s *v1beta2.Serving, res result) bool {
	return s.IsReady() && runtime.IsReserve(s) && res.FollowsRoutingState && reportedByChild(res.observations)
}

// unseen reports whether one of the children could not be read.
func unseen(observations []child.Observation) bool {
	return slices.ContainsFunc(observations, func(o child.Observation) bool {
		return o.Live == nil && o.Condition == nil
	})
}

// allLive reports whether all children exist, except for blocked ones.
func allLive(observations []child.Observation) bool {
	isMissing := func(o child.Observation) bool { return o.Live == nil && !o.Blocked }
	isLive := func(o child.Observation) bool { return o.Live != nil }
	return slices.ContainsFunc(observations, isLive) && !slices.ContainsFunc(observations, isMissing)
}

// reportedByChild reports whether a child itself reports a failure. Otherwise no
// container has run that could have written a log.
func reportedByChild(observations []child.Observation) bool {
	return slices.ContainsFunc(observations, func(o child.Observation) bool {
		return o.Live != nil && o.Condition.IsFalse()
	})
}

// isLate reports whether s exceeded its timeout, and requeues s at that time. Both ends
// of the timeout are stored, so a restart does not lose it.
func (r *Reconciler) isLate(s *v1beta2.Serving) bool {
	if s.Spec.Timeout == nil {
		return false
	}
	left := s.CreationTimestamp.Add(s.Spec.Timeout.Duration).Sub(r.clock.Now())
	if left > 0 {
		r.enqueueAfter(s, left)
	}
	return left <= 0
}

func late(s *v1beta2.Serving, cond *apis.Condition) string {
	message := fmt.Sprintf("not ready within the timeout of %s", s.Spec.Timeout.Duration)
	cause := short(cond.GetMessage())
	if reason := cond.GetReason(); reason != v1beta2.ReasonPending {
		cause = strings.TrimSpace(reason + " " + cause)
	}
	if cause != "" {
		message += "; last seen: " + cause
	}
	return message
}

// withLog adds the command that shows the log of the function.
func (res result) withLog(message string) string {
	if res.plan.LogCommand == "" {
		return message
	}
	return message + "; see the log: " + res.plan.LogCommand
}

// short returns a quoted message as plain text on one line, shortened if it is long.
func short(message string) string {
	message = strings.Join(strings.Fields(plaintext.Line(message, " ")), " ")
	return plaintext.Head(strings.TrimRight(message, " ."), maxCause)
}

func unreadable(err error) *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionFalse, Reason: v1beta2.ReasonNamespaceInvalid, Message: short(err.Error())}
}

func rejected(err error) *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionFalse, Reason: v1beta2.ReasonRejected, Message: short(err.Error())}
}
