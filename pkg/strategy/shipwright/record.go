/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"strings"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	errorReason  = "shp-error-reason"
	errorMessage = "shp-error-message"

	// skipped is Tekton's reason for a step that did not run because another step
	// failed.
	skipped = "Skipped"
)

var taskRuns = schema.GroupVersionResource{Group: "tekton.dev", Version: "v1", Resource: "taskruns"}

// taskRun contains the fields of a TaskRun that are read. Importing its type would add
// all of Tekton to the binary.
type taskRun struct {
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     struct {
		TaskSpec struct {
			Steps []struct {
				Name  string `json:"name"`
				Image string `json:"image"`
			} `json:"steps"`
		} `json:"taskSpec"`
	} `json:"spec"`
	Status struct {
		Results []struct {
			Name  string `json:"name"`
			Value any    `json:"value"`
		} `json:"results"`
		Steps []step `json:"steps"`
	} `json:"status"`
}

type step struct {
	Name              string                           `json:"name"`
	ImageID           string                           `json:"imageID"` //nolint:tagliatelle // Tekton's spelling
	Terminated        *corev1.ContainerStateTerminated `json:"terminated"`
	TerminationReason string                           `json:"terminationReason"`
	Inputs            []artifact                       `json:"inputs"`
}

// Record implements strategy.Strategy. The record is the TaskRun, which has the details
// of a run.
func (Strategy) Record(run *unstructured.Unstructured) *strategy.Record {
	var br buildv1beta1.BuildRun
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(run.Object, &br); err != nil {
		return nil
	}
	if executor := br.Status.Executor; executor != nil && executor.Kind == "TaskRun" {
		return &strategy.Record{
			GroupVersionResource: taskRuns,
			NamespacedName:       types.NamespacedName{Namespace: run.GetNamespace(), Name: executor.Name},
		}
	}
	return nil
}

// addRecord adds what the TaskRun reports to result: the provenance of the image and,
// if the run does not report a cause, the message of the failed step.
func addRecord(run *unstructured.Unstructured, result strategy.Result, record *unstructured.Unstructured) strategy.Result {
	if record == nil {
		return result
	}
	var task taskRun
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(record.Object, &task); err != nil {
		return result
	}
	result.Provenance = task.provenance(result.Provenance)
	message, _, _ := unstructured.NestedString(run.Object, "status", "failureDetails", "message")
	if result.Reason == "" || message != "" {
		return result
	}
	return task.explain(result)
}

// explain adds the message of the failed step. Shipwright 0.19 copies it only if the
// reason in Tekton is Failed, and newer versions of Tekton use other reasons.
func (task *taskRun) explain(result strategy.Result) strategy.Result {
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
	}
	return result
}
