/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	"openfunction.dev/openfunction/pkg/apis/imageref"
)

var builderCondSet = apis.NewBatchConditionSet()

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

// IsDone reports whether the build has ended, successfully or not.
func (b *Builder) IsDone() bool {
	return !b.Status.GetCondition(BuilderConditionSucceeded).IsUnknown()
}

// IsSuccessful reports whether the image was pushed.
func (b *Builder) IsSuccessful() bool {
	return b.Status.GetCondition(BuilderConditionSucceeded).IsTrue()
}

// BuiltImage returns the image that the build pushed, by digest, because a tag can later
// point to another image. It returns an empty string if the build has no image.
func (b *Builder) BuiltImage() (string, error) {
	if !b.IsSuccessful() || b.Status.Output == nil {
		return "", nil
	}
	image, err := imageref.ByDigest(b.Spec.Image, b.Status.Output.Digest)
	if err != nil {
		return "", fmt.Errorf("parsing spec.image of Builder %q: %w", b.Name, err)
	}
	return image, nil
}

// IsSuperseded reports whether the build was cancelled for a newer one.
func (b *Builder) IsSuperseded() bool {
	return b.Spec.State == BuildStateCancelled && b.Spec.StateReason == StateReasonSuperseded
}

// InitializeConditions sets the conditions that are missing to Unknown.
func (bs *BuilderStatus) InitializeConditions() {
	builderCondSet.Manage(bs).InitializeConditions()
}

// MarkBuilding marks Succeeded as Unknown while the build runs; message reports its
// progress.
func (bs *BuilderStatus) MarkBuilding(reason, message string) {
	if reason == "" {
		reason = ReasonBuilding
	}
	builderCondSet.Manage(bs).MarkUnknown(BuilderConditionSucceeded, reason, "%s", message)
	bs.summarise(StateBuilding)
}

// MarkSucceeded marks Succeeded as True: the image was pushed.
func (bs *BuilderStatus) MarkSucceeded() {
	builderCondSet.Manage(bs).MarkTrue(BuilderConditionSucceeded)
	bs.summarise(StateSucceeded)
}

// MarkFailed marks Succeeded as False with the cause.
func (bs *BuilderStatus) MarkFailed(reason, message string) {
	builderCondSet.Manage(bs).MarkFalse(BuilderConditionSucceeded, reason, "%s", message)
	bs.summarise(StateFailed)
}

// MarkTimeout marks Succeeded as False: the deadline passed before the build ended.
func (bs *BuilderStatus) MarkTimeout(message string) {
	builderCondSet.Manage(bs).MarkFalse(BuilderConditionSucceeded, ReasonTimeout, "%s", message)
	bs.summarise(StateTimeout)
}

// MarkCancelled marks Succeeded as False: the build was cancelled.
func (bs *BuilderStatus) MarkCancelled(reason, message string) {
	if reason == "" {
		reason = StateReasonCancelled
	}
	builderCondSet.Manage(bs).MarkFalse(BuilderConditionSucceeded, reason, "%s", message)
	bs.summarise(StateCanceled)
}

// commit returns the commit that was built; an empty string if no source is in git.
func (bs *BuilderStatus) commit() string {
	for _, source := range bs.Sources {
		if source.Git != nil {
			return source.Git.CommitSha
		}
	}
	return ""
}

// MarkCompleted records the time at which the build ended, once.
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
