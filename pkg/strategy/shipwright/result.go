/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"fmt"
	"regexp"
	"strings"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	// timeoutReason is Shipwright's reason for a run that Tekton ended at its timeout.
	// Importing Shipwright's package of reasons would add Tekton to the binary.
	timeoutReason = "BuildRunTimeout"

	// seeLog is the beginning of the part of Shipwright's messages that names a
	// command. Plan.LogCommand replaces it, because it works for every step.
	seeLog = ", for detailed information"

	stepPrefix = "step-"
)

// reasonWord matches a valid reason of a condition.
var reasonWord = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,62}$`)

// Result implements strategy.Strategy.
func (Strategy) Result(run, record *unstructured.Unstructured) (strategy.Result, error) {
	var br buildv1beta1.BuildRun
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(run.Object, &br); err != nil {
		return strategy.Result{}, fmt.Errorf("reading BuildRun %q: %w", run.GetName(), err)
	}
	result := strategy.Result{Sources: sourcesOf(br.Status.Source), CompletionTime: br.Status.CompletionTime}
	result.Provenance.Strategy = strategyOf(&br)
	if output := br.Status.Output; output != nil {
		result.Output = v1beta2.BuildOutput{Digest: output.Digest, Size: output.Size}
	}
	if cond := br.Status.GetCondition(buildv1beta1.Succeeded); cond.GetStatus() == corev1.ConditionFalse {
		result.Reason, result.Message = failureOf(cond, br.Status.FailureDetails)
		if isRefused(cond) {
			result.Refused, result.Reason, result.Message = true, v1beta2.ReasonPodRefused, refused(run.GetNamespace(), cond.Message)
		} else if message := secretsNotFound(&br, cond); message != "" {
			result.Refused, result.Reason, result.Message = true, v1beta2.ReasonSecretNotFound, message
		}
	}
	if result = addRecord(run, result, record); result.Reason != "" && !result.Refused {
		result = nameInputs(run, result)
	}
	return result, nil
}

// failureOf returns the failure that the step reported, or else that of Shipwright,
// which only reports that the step failed. The text of a step comes from the user's
// code.
func failureOf(cond *buildv1beta1.Condition, details *buildv1beta1.FailureDetails) (reason, message string) {
	switch cond.Reason {
	case timeoutReason:
		return v1beta2.ReasonTimeout, strategy.Message(cond.Message)
	case buildv1beta1.BuildRunStateCancel:
		return v1beta2.StateReasonCancelled, strategy.Message(cond.Message)
	}
	reason = cond.Reason
	message, _, _ = strings.Cut(cond.Message, seeLog)
	if details == nil {
		return reason, strategy.Message(message)
	}
	if reasonWord.MatchString(details.Reason) {
		reason = details.Reason
	}
	if details.Message != "" {
		message = inStep(details)
	}
	return reason, strategy.Message(message)
}

func inStep(details *buildv1beta1.FailureDetails) string {
	if details.Location == nil || details.Location.Container == "" {
		return details.Message
	}
	step := strings.TrimPrefix(details.Location.Container, stepPrefix)
	return "step " + step + ": " + details.Message
}

func sourcesOf(source *buildv1beta1.SourceResult) []v1beta2.SourceResult {
	if source == nil || (source.Git == nil && source.OciArtifact == nil) {
		return nil
	}
	result := v1beta2.SourceResult{Name: "default"}
	if git := source.Git; git != nil {
		result.Git = &v1beta2.GitSourceResult{
			CommitSha:    strategy.Message(git.CommitSha),
			CommitAuthor: strategy.Message(git.CommitAuthor),
			BranchName:   strategy.Message(git.BranchName),
		}
	}
	if bundle := source.OciArtifact; bundle != nil {
		result.Bundle = &v1beta2.BundleSourceResult{Digest: strategy.Message(bundle.Digest)}
	}
	return []v1beta2.SourceResult{result}
}
