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

// States of the old project. They repeat the conditions for old scripts and are never
// read.
const (
	// StateBuilding: the build runs.
	StateBuilding = "Building"
	// StateSucceeded: the build succeeded.
	StateSucceeded = "Succeeded"
	// StateFailed: the build or the serving failed.
	StateFailed = "Failed"
	// StateSkipped: the spec has no such part.
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

// propagate copies the condition of a child to the condition t of its parent. A nil
// condition was not reported for the current generation. servingMeanwhile is the name
// of the Serving that serves while the child is not ready, or empty.
func propagate(m apis.ConditionManager, t apis.ConditionType, cond *apis.Condition, servingMeanwhile string) {
	switch {
	case isInProgress(cond):
		m.MarkUnknown(t, ReasonPending, "%s", "waiting to get ready")
	case cond.IsTrue():
		m.MarkTrue(t)
	case cond.IsFalse():
		m.MarkFalse(t, cond.Reason, "%s", withServingMeanwhile(cond.Message, servingMeanwhile))
	default:
		m.MarkUnknown(t, cond.Reason, "%s", cond.Message)
	}
}

// isInProgress reports whether a child is not ready yet and reports nothing else. All
// such conditions look the same in the parent, so that they cost no writes.
func isInProgress(cond *apis.Condition) bool {
	if cond == nil {
		return true
	}
	return cond.IsUnknown() && slices.Contains([]string{"", ReasonPending, ReasonBuilding, ReasonStarting}, cond.Reason)
}

func withServingMeanwhile(message, servingMeanwhile string) string {
	if servingMeanwhile == "" {
		return message
	}
	return message + "; Serving " + servingMeanwhile + " keeps serving"
}

// maxEnumeration is the number of bytes of a list in a message.
const maxEnumeration = 640

// enumerate lists the paths of fields, as many as fit.
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

// contentKeyOf returns the hash at the end of the name of a child.
func contentKeyOf(child string) string {
	return child[strings.LastIndexByte(child, '-')+1:]
}

// buildState returns status.build.state for the condition of b.
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
