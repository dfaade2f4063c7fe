/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
)

var builderCondSet = apis.NewBatchConditionSet()

// Reasons of a Builder's Succeeded condition. Where the run reports a reason of
// its own, that is repeated.
const (
	// ReasonBuilding: Unknown, as the build runs.
	ReasonBuilding = "Building"
	// ReasonCancelling: Unknown, as the run was told to end and has not yet.
	ReasonCancelling = "Cancelling"
	// ReasonInvalidSpec: False, as the spec asks for what cannot be built.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonTimeout: False, as the time given passed first.
	ReasonTimeout = "Timeout"
	// ReasonDigestMissing: False, as the run succeeded without saying which image
	// it pushed; a tag alone could be anything by the time it is served.
	ReasonDigestMissing = "DigestMissing"
	// ReasonRunMissing: False, as somebody deleted the run before it ended.
	ReasonRunMissing = "RunMissing"
)

// GetConditionSet returns the conditions that Succeeded consists of.
func (*Builder) GetConditionSet() apis.ConditionSet {
	return builderCondSet
}

// GetStatus returns the status that the generated reconciler keeps.
func (b *Builder) GetStatus() *duckv1.Status {
	return &b.Status.Status
}

// GetGroupVersionKind returns the kind for owner references.
func (*Builder) GetGroupVersionKind() schema.GroupVersionKind {
	return SchemeGroupVersion.WithKind("Builder")
}

// IsDone tells whether the build has ended, well or not.
func (b *Builder) IsDone() bool {
	return !b.Status.GetCondition(BuilderConditionSucceeded).IsUnknown()
}

// IsSuccessful tells whether the image was pushed.
func (b *Builder) IsSuccessful() bool {
	return b.Status.GetCondition(BuilderConditionSucceeded).IsTrue()
}

// IsSuperseded tells whether the build was cancelled for a newer one.
func (b *Builder) IsSuperseded() bool {
	return b.Spec.State == BuildStateCancelled && b.Spec.StateReason == StateReasonSuperseded
}

// InitializeConditions sets the conditions that are missing to Unknown.
func (bs *BuilderStatus) InitializeConditions() {
	builderCondSet.Manage(bs).InitializeConditions()
}

// MarkBuilding says that the build runs; message says how far it is.
func (bs *BuilderStatus) MarkBuilding(reason, message string) {
	if reason == "" {
		reason = ReasonBuilding
	}
	builderCondSet.Manage(bs).MarkUnknown(BuilderConditionSucceeded, reason, "%s", message)
	bs.summarise(StateBuilding)
}

// MarkSucceeded says that the image was pushed.
func (bs *BuilderStatus) MarkSucceeded() {
	builderCondSet.Manage(bs).MarkTrue(BuilderConditionSucceeded)
	bs.summarise(StateSucceeded)
}

// MarkFailed says why there is no image.
func (bs *BuilderStatus) MarkFailed(reason, message string) {
	builderCondSet.Manage(bs).MarkFalse(BuilderConditionSucceeded, reason, "%s", message)
	bs.summarise(StateFailed)
}

// MarkTimeout says that the time given passed before the build ended.
func (bs *BuilderStatus) MarkTimeout(message string) {
	builderCondSet.Manage(bs).MarkFalse(BuilderConditionSucceeded, ReasonTimeout, "%s", message)
	bs.summarise(StateTimeout)
}

// MarkCancelled says that somebody asked for the end of the build.
func (bs *BuilderStatus) MarkCancelled(reason, message string) {
	if reason == "" {
		reason = StateReasonCancelled
	}
	builderCondSet.Manage(bs).MarkFalse(BuilderConditionSucceeded, reason, "%s", message)
	bs.summarise(StateCanceled)
}

// MarkCompleted records when the build ended, once.
func (bs *BuilderStatus) MarkCompleted(at metav1.Time) {
	if bs.CompletionTime != nil {
		return
	}
	bs.CompletionTime = &at
	if bs.StartTime != nil {
		bs.BuildDuration = &metav1.Duration{Duration: at.Sub(bs.StartTime.Time)}
	}
}

func (bs *BuilderStatus) summarise(state string) {
	cond := bs.GetCondition(BuilderConditionSucceeded)
	bs.Phase, bs.State = "Build", state
	bs.Reason, bs.Message = cond.GetReason(), cond.GetMessage()
}
