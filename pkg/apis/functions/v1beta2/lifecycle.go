/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"slices"
	"strings"

	"knative.dev/pkg/apis"
)

// Words of the old project for what a build or a serving is doing. They repeat
// the conditions for old scripts and are never read.
const (
	// StateBuilding: the build runs.
	StateBuilding = "Building"
	// StateSucceeded: the build succeeded.
	StateSucceeded = "Succeeded"
	// StateFailed: the build or the serving failed.
	StateFailed = "Failed"
	// StateSkipped: the part is not asked for.
	StateSkipped = "Skipped"
	// StateTimeout: the build or the serving took too long.
	StateTimeout = "Timeout"
	// StateCanceled: the build was cancelled.
	StateCanceled = "Canceled"
	// StateStarting: the serving is not ready yet.
	StateStarting = "Starting"
	// StateRunning: the serving is ready.
	StateRunning = "Running"
)

// propagate makes the condition of a child the condition t of its parent. A nil
// condition is one that was not reported for the current generation. keeps
// names the Serving that answers while the child is not ready, or is empty.
func propagate(m apis.ConditionManager, t apis.ConditionType, cond *apis.Condition, keeps string) {
	switch {
	case isUnderWay(cond):
		m.MarkUnknown(t, ReasonPending, "%s", "waiting to get ready")
	case cond.IsTrue():
		m.MarkTrue(t)
	case cond.IsFalse():
		m.MarkFalse(t, cond.Reason, "%s", withKeeper(cond.Message, keeps))
	default:
		m.MarkUnknown(t, cond.Reason, "%s", cond.Message)
	}
}

// isUnderWay tells whether a child has nothing to tell but that it is not ready
// yet. All such moments look the same to the parent, so that they cost it no
// writes.
func isUnderWay(cond *apis.Condition) bool {
	if cond == nil {
		return true
	}
	return cond.IsUnknown() && slices.Contains([]string{"", ReasonPending, ReasonBuilding, ReasonStarting}, cond.Reason)
}

func withKeeper(message, keeps string) string {
	if keeps == "" {
		return message
	}
	return message + "; Serving " + keeps + " keeps serving"
}

// maxEnumeration bounds what a message lists, in bytes.
const maxEnumeration = 640

// enumerate joins paths as they stand in the spec, as many as fit.
func enumerate(fields []UnsupportedField) string {
	var list strings.Builder
	for i, field := range fields {
		path := "spec." + field.Path
		if i > 0 {
			path = ", " + path
		}
		if list.Len()+len(path) > maxEnumeration {
			if i == 0 {
				return fmt.Sprintf("%d fields", len(fields))
			}
			return fmt.Sprintf("%s and %d more", list.String(), len(fields)-i)
		}
		list.WriteString(path)
	}
	return list.String()
}

// contentKeyOf returns the key of what a child was made of, which ends its name.
func contentKeyOf(child string) string {
	return child[strings.LastIndexByte(child, '-')+1:]
}

// buildState returns status.build.state for the condition that b has.
func buildState(cond *apis.Condition, b *Builder) string {
	switch reason := cond.GetReason(); {
	case cond.IsTrue():
		return StateSucceeded
	case cond.IsFalse() && reason == ReasonTimeout:
		return StateTimeout
	case cond.IsFalse() && (reason == StateReasonCancelled || b.Spec.State == BuildStateCancelled && reason == b.Spec.StateReason):
		return StateCanceled
	case cond.IsFalse():
		return StateFailed
	default:
		return StateBuilding
	}
}

func servingState(cond *apis.Condition) string {
	switch {
	case cond.IsTrue():
		return StateRunning
	case cond.IsFalse() && cond.GetReason() == ReasonTimeout:
		return StateTimeout
	case cond.IsFalse():
		return StateFailed
	default:
		return StateStarting
	}
}
