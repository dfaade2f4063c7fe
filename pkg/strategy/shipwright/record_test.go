/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/pkg/strategy"
)

func TestRecord(t *testing.T) {
	executor := map[string]any{"kind": "TaskRun", "name": "hello-x7"}
	tests := map[string]struct {
		status any
		want   string
	}{
		"the run reports little": {map[string]any{"executor": executor}, "taskruns team/hello-x7"},
		"its details have the location only": {map[string]any{
			"executor": executor, "failureDetails": map[string]any{"location": map[string]any{"pod": "p"}},
		}, "taskruns team/hello-x7"},
		"the run reports the whole failure": {map[string]any{
			"executor": executor, "failureDetails": map[string]any{"message": "no such file"},
		}, "taskruns team/hello-x7"},
		"nothing ever ran": {map[string]any{}, ""},
		"a pipeline":       {map[string]any{"executor": map[string]any{"kind": "PipelineRun", "name": "p"}}, ""},
		"no run at all":    {"garbage", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ""
			run := &unstructured.Unstructured{Object: map[string]any{"status": test.status}}
			run.SetNamespace("team")
			if record := New().Record(run); record != nil {
				got = record.Resource + " " + record.NamespacedName.String()
			}
			if got != test.want {
				t.Errorf("Record() = %q, want %q", got, test.want)
			}
		})
	}
}

func TestReadFailure(t *testing.T) {
	result := strategy.Result{Reason: "StepFailed", Message: `"step-create" exited with code 1`}
	step := func(name string, code int64, why string) any {
		return map[string]any{"name": name, "terminationReason": why, "terminated": map[string]any{"exitCode": code}}
	}
	taskResult := func(name string, value any) any {
		return map[string]any{"name": name, "type": "string", "value": value}
	}
	tests := map[string]struct {
		status any
		want   strategy.Result
	}{
		"the step reports a reason": {
			map[string]any{
				"results": []any{taskResult("shp-error-reason", "BuildFailed\n"), taskResult("shp-error-message", "undefined: x\nexit status 1")},
				"steps":   []any{step("prepare", 0, "Completed"), step("create", 1, "Error"), step("after", 1, "Skipped")},
			},
			strategy.Result{Reason: "BuildFailed", Message: "step create: undefined: x | exit status 1"},
		},
		"steps that were skipped report nothing": {
			map[string]any{
				"results": []any{taskResult("shp-error-message", "not found")},
				"steps":   []any{step("before", 1, "Skipped"), step("source-default", 128, "Error")},
			},
			strategy.Result{Reason: "StepFailed", Message: "step source-default: not found"},
		},
		"git leaves out what it was to clone": {
			map[string]any{
				"results": []any{taskResult("shp-error-reason", "GitRevisionNotFound"), taskResult("shp-error-message", "no such revision")},
				"steps":   []any{step("source-default", 128, "Error")},
			},
			strategy.Result{
				Reason:  "GitRevisionNotFound",
				Message: "step source-default: no such revision (srcRepo.url https://example.com/hello.git, srcRepo.revision dev)",
			},
		},
		"the step's reason is no word": {
			map[string]any{"results": []any{taskResult("shp-error-reason", "; rm -rf /"), taskResult("shp-error-message", "https://ada:s3cr3t@x/")}},
			strategy.Result{Reason: "StepFailed", Message: "https://x/"},
		},
		"a list is no message": {map[string]any{"results": []any{taskResult("shp-error-message", []any{"a"})}}, result},
		"the step reports nothing": {
			map[string]any{"steps": []any{step("create", 1, "Error")}}, result,
		},
		"garbage": {"garbage", result},
	}
	run := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"build": map[string]any{
		"spec": map[string]any{"source": map[string]any{"git": map[string]any{
			"url": "https://example.com/hello.git", "revision": "dev",
		}}},
	}}}}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := nameInputs(run, addRecord(run, result, &unstructured.Unstructured{Object: map[string]any{"status": test.status}}))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadKeepsWhatTheRunSaid(t *testing.T) {
	want := strategy.Result{Reason: "BuildFailed", Message: "step create: undefined: x"}
	run := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{
		"failureDetails": map[string]any{"message": "undefined: x"},
	}}}
	record := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{
		"results": []any{map[string]any{"name": "shp-error-message", "value": "something else"}},
	}}}
	if diff := cmp.Diff(want, addRecord(run, want, record)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
