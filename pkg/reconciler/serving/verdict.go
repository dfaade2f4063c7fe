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

// maxCause bounds what others said inside of what we say, in bytes, so that all of
// it stays below a kilobyte.
const maxCause = 560

// judge makes of the observations what is said of the Serving, in one step: a
// condition that went to and fro in between would look changed each time. trigger
// is the condition of a trigger that fails, if one does.
func (r *Reconciler) judge(s *v1beta2.Serving, parts []part, trigger *apis.Condition, applyErr error) {
	p, cond := worst(parts)
	switch {
	case trigger != nil && (!cond.IsFalse() || isOfTriggers(p)):
		s.Status.PropagateRevision(trigger)
	case r.leaves(s, p, cond, applyErr != nil || unseen(observationsOf(parts))):
	case !cond.IsFalse() && !cond.IsTrue() && r.isLate(s):
		s.Status.MarkTimeout(withLogs(late(s, cond), s, p.plugin))
	default:
		propagate(s, p, cond)
	}
}

// leaves tells whether what was said of the Serving stays as it is, for a part and
// its condition.
func (r *Reconciler) leaves(s *v1beta2.Serving, p part, cond *apis.Condition, blind bool) bool {
	switch {
	case cond.IsFalse():
		return rests(s, p)
	case s.IsReady():
		// Trouble of ours is no reason to doubt what ran a moment ago, nor are pods
		// that are on their way.
		return blind || scales(p, cond)
	case cond.IsTrue():
		// A version that gets ready takes the place of another: that its sidecar
		// lacks a component would be seen too late.
		return r.witness.AwaitsSidecar(s)
	}
	return false
}

// propagate makes the condition of a part that of the Serving, with what to do
// about it.
func propagate(s *v1beta2.Serving, p part, cond *apis.Condition) {
	switch {
	case cond.IsFalse() && ownWords(p.observations):
		cond.Message = withLogs(runtime.WithAdvice(p.plugin, short(cond.Message)), s, p.plugin)
	case cond.IsFalse():
		cond.Message = runtime.WithAdvice(p.plugin, cond.Message)
	case cond.IsUnknown() && allLive(p.observations):
		// A runtime may take minutes to notice that a container crashes; its log
		// tells at once.
		s.Status.MarkStarting(withLogs("waiting to get ready", s, p.plugin))
		return
	}
	s.Status.PropagateRevision(cond)
}

// worst returns the part that speaks for all, with its condition: the first that
// failed, else the first that is not ready, else the first.
func worst(parts []part) (part, *apis.Condition) {
	conditions := make([]*apis.Condition, len(parts))
	for i := range parts {
		conditions[i] = child.Summarize(parts[i].observations, v1beta2.ServingConditionRevisionReady)
	}
	for _, isWorse := range []func(*apis.Condition) bool{
		(*apis.Condition).IsFalse,
		func(cond *apis.Condition) bool { return !cond.IsTrue() },
	} {
		if i := slices.IndexFunc(conditions, isWorse); i >= 0 {
			return parts[i], conditions[i]
		}
	}
	return parts[0], conditions[0]
}

// isOfTriggers tells whether what failed of a part did so for what its triggers
// tell: what scales pods says no more than that one of them fails.
func isOfTriggers(p part) bool {
	_, ok := p.plugin.(runtime.Triggered)
	return ok && ownWords(p.observations)
}

// scales tells whether a part waits for no more than pods that come and go, from
// zero perhaps.
func scales(p part, cond *apis.Condition) bool {
	return !cond.IsTrue() && runtime.IsSwitched([]runtime.Runtime{p.plugin})
}

// rests tells whether s was ready, runs nothing any more, and the objects that it
// is made of are there. What those say then, as when two want to take its last pod
// away at once, is no reason to give up a version that is kept to go back to.
func rests(s *v1beta2.Serving, p part) bool {
	return s.IsReady() && runtime.IsReserve(s) && runtime.IsSwitched([]runtime.Runtime{p.plugin}) && ownWords(p.observations)
}

// unseen tells whether there is a child of which nothing is known.
func unseen(observations []child.Observation) bool {
	return slices.ContainsFunc(observations, func(o child.Observation) bool {
		return o.Live == nil && o.Condition == nil
	})
}

// allLive tells whether everything exists but what waits for the rest.
func allLive(observations []child.Observation) bool {
	isMissing := func(o child.Observation) bool { return o.Live == nil && !o.Blocked }
	isLive := func(o child.Observation) bool { return o.Live != nil }
	return slices.ContainsFunc(observations, isLive) && !slices.ContainsFunc(observations, isMissing)
}

// ownWords tells whether a child itself says that it failed; otherwise there is
// nothing that could have left a log.
func ownWords(observations []child.Observation) bool {
	return slices.ContainsFunc(observations, func(o child.Observation) bool {
		return o.Live != nil && o.Condition.IsFalse()
	})
}

// isLate tells whether the time is over that s may take to get ready, and sees to
// it that it is asked again when that is so. Both ends of it are stored, so that
// no restart loses it.
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
	message := fmt.Sprintf("not ready though the %s that it may take have passed", s.Spec.Timeout.Duration)
	cause := short(cond.GetMessage())
	if reason := cond.GetReason(); reason != v1beta2.ReasonPending {
		cause = strings.TrimSpace(reason + " " + cause)
	}
	if cause != "" {
		message += "; last seen: " + cause
	}
	return message
}

func withLogs(message string, s *v1beta2.Serving, plugin runtime.Runtime) string {
	logged, ok := plugin.(runtime.Logged)
	if !ok {
		return message
	}
	return message + "; see the log: " + logged.LogsCommand(s)
}

// short returns what others said on one line, as plain text, cut where it is
// long.
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
