/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"strings"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	errorReason  = "shp-error-reason"
	errorMessage = "shp-error-message"

	// skipped is Tekton's reason of a step that never ran as another failed.
	skipped = "Skipped"
)

var taskRuns = schema.GroupVersionResource{Group: "tekton.dev", Version: "v1", Resource: "taskruns"}

// taskRun is what we read of a TaskRun; the package of the type itself would
// bring all of Tekton into our binary.
type taskRun struct {
	Status struct {
		Results []struct {
			Name  string `json:"name"`
			Value any    `json:"value"`
		} `json:"results"`
		Steps []struct {
			Name              string                           `json:"name"`
			Terminated        *corev1.ContainerStateTerminated `json:"terminated"`
			TerminationReason string                           `json:"terminationReason"`
		} `json:"steps"`
	} `json:"status"`
}

// Cause names the object that says why a run failed. Shipwright 0.19 copies what
// the step said from the TaskRun only when Tekton calls the reason Failed, which
// newer ones do not.
func (Strategy) Cause(run *unstructured.Unstructured) (resource schema.GroupVersionResource, name string, ok bool) {
	var br buildv1beta1.BuildRun
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(run.Object, &br); err != nil {
		return schema.GroupVersionResource{}, "", false
	}
	details, executor := br.Status.FailureDetails, br.Status.Executor
	if details != nil && details.Message != "" || executor == nil || executor.Kind != "TaskRun" {
		return schema.GroupVersionResource{}, "", false
	}
	return taskRuns, executor.Name, true
}

// Explain adds to result what the failed step said in the object that Cause
// named. Where it said nothing, result stays as it is.
func (Strategy) Explain(run *unstructured.Unstructured, result strategy.Result, cause *unstructured.Unstructured) strategy.Result {
	var task taskRun
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(cause.Object, &task); err != nil {
		return result
	}
	details := &buildv1beta1.FailureDetails{Location: &buildv1beta1.Location{}}
	for _, r := range task.Status.Results {
		value, _ := r.Value.(string)
		switch r.Name {
		case errorReason:
			details.Reason = strings.TrimSpace(value)
		case errorMessage:
			details.Message = value
		}
	}
	for _, step := range task.Status.Steps {
		if step.Terminated != nil && step.Terminated.ExitCode != 0 && step.TerminationReason != skipped {
			details.Location.Container = step.Name
			break
		}
	}
	if reasonWord.MatchString(details.Reason) {
		result.Reason = details.Reason
	}
	if details.Message != "" {
		result.Message = strategy.Message(inStep(details))
		return nameSource(run, result)
	}
	return result
}
