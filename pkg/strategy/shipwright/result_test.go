/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

const digest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

func TestResult(t *testing.T) {
	tests := map[string]struct {
		status map[string]any
		want   strategy.Result
	}{
		"built from git": {
			map[string]any{
				"conditions":     succeeded("True", "Succeeded", "All Steps have completed executing"),
				"output":         map[string]any{"digest": digest, "size": int64(1234)},
				"completionTime": "2026-01-02T03:04:05Z",
				"source": map[string]any{"git": map[string]any{
					"commitSha": "f00ba4", "commitAuthor": "Ada\n", "branchName": "main",
				}},
			},
			strategy.Result{
				Output:         v1beta2.BuildOutput{Digest: digest, Size: 1234},
				CompletionTime: &metav1.Time{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
				Sources: []v1beta2.SourceResult{{
					Name: "default",
					Git:  &v1beta2.GitSourceResult{CommitSha: "f00ba4", CommitAuthor: "Ada", BranchName: "main"},
				}},
			},
		},
		"built from a bundle": {
			map[string]any{
				"conditions": succeeded("True", "Succeeded", ""),
				"output":     map[string]any{"digest": digest},
				"source":     map[string]any{"ociArtifact": map[string]any{"digest": digest}},
			},
			strategy.Result{
				Output:  v1beta2.BuildOutput{Digest: digest},
				Sources: []v1beta2.SourceResult{{Name: "default", Bundle: &v1beta2.BundleSourceResult{Digest: digest}}},
			},
		},
		"no digest": {
			map[string]any{"conditions": succeeded("True", "Succeeded", "")},
			strategy.Result{},
		},
		"not registered": {
			map[string]any{"conditions": succeeded("False", "BuildRegistrationFailed", "referenced secret push not found")},
			strategy.Result{Reason: "BuildRegistrationFailed", Message: "referenced secret push not found"},
		},
		"a LimitRange refuses the pod": {
			map[string]any{"conditions": succeeded("False", "PodCreationFailed",
				`failed to create task run pod "b": pods "b-pod" is forbidden: maximum memory usage per Container is 1Gi, but limit is 4Gi. Maybe invalid TaskSpec`)},
			strategy.Result{Refused: true, Reason: "PodRefused", Message: "the pod of the build was refused: maximum memory usage per Container is 1Gi, but limit is 4Gi; " +
				"a LimitRange refuses it, show it: kubectl get limitranges -n team -o yaml; the build starts once the pod is accepted"},
		},
		"a quota refuses the pod": {
			map[string]any{"conditions": succeeded("False", "PodCreationFailed",
				`failed to create task run pod "b": pods "b-pod" is forbidden: failed quota: metered: must specify limits.cpu for: prepare. Maybe missing or invalid Task team/`)},
			strategy.Result{Refused: true, Reason: "PodRefused", Message: "the pod of the build was refused: failed quota: metered: must specify limits.cpu for: prepare; the build starts once the pod is accepted"},
		},
		"Pod Security refuses the pod": {
			map[string]any{"conditions": succeeded("False", "PodCreationFailed",
				`failed to create task run pod "b": pods "b-pod" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true. Maybe invalid TaskSpec`)},
			strategy.Result{Refused: true, Reason: "PodRefused", Message: `the pod of the build was refused: violates PodSecurity "restricted:latest": runAsNonRoot != true; ` +
				"the labels pod-security.kubernetes.io of the namespace team demand this; the build starts once the pod is accepted"},
		},
		"a webhook refuses the pod": {
			map[string]any{"conditions": succeeded("False", "PodCreationFailed",
				`failed to create task run pod "b": admission webhook "policy.example.com" denied the request: no builds on Friday. Maybe invalid TaskSpec`)},
			strategy.Result{Refused: true, Reason: "PodRefused", Message: `the pod of the build was refused: admission webhook "policy.example.com" denied the request: no builds on Friday; the build starts once the pod is accepted`},
		},
		"the pod is invalid": {
			map[string]any{"conditions": succeeded("False", "PodCreationFailed", `failed to create task run pod "b": Pod "b-pod" is invalid: x. Maybe invalid TaskSpec`)},
			strategy.Result{Reason: "PodCreationFailed", Message: `failed to create task run pod "b": Pod "b-pod" is invalid: x. Maybe invalid TaskSpec`},
		},
		"a step reports a reason": {
			map[string]any{
				"conditions": succeeded("False", "Failed",
					"buildrun step step-create failed, for detailed information: kubectl --namespace team logs p --container=step-create"),
				"failureDetails": map[string]any{
					"reason": "BuildFailed", "message": "./hello.go:7:2: undefined: x\nexit status 1\n",
					"location": map[string]any{"pod": "p", "container": "step-create"},
				},
			},
			strategy.Result{Reason: "BuildFailed", Message: "step create: ./hello.go:7:2: undefined: x | exit status 1"},
		},
		"a step reports nothing": {
			map[string]any{
				"conditions": succeeded("False", "StepOutOfMemory",
					"buildrun step step-create failed due to out-of-memory, for detailed information: kubectl logs p"),
				"failureDetails": map[string]any{"location": map[string]any{"pod": "p", "container": "step-create"}},
			},
			strategy.Result{Reason: "StepOutOfMemory", Message: "buildrun step step-create failed due to out-of-memory"},
		},
		"a step's reason is no word": {
			map[string]any{
				"conditions":     succeeded("False", "Failed", "m"),
				"failureDetails": map[string]any{"reason": "rm -rf /", "message": "oops"},
			},
			strategy.Result{Reason: "Failed", Message: "oops"},
		},
		"too long": {
			map[string]any{"conditions": succeeded("False", "BuildRunTimeout", "BuildRun hello failed to finish within 1m0s")},
			strategy.Result{Reason: v1beta2.ReasonTimeout, Message: "BuildRun hello failed to finish within 1m0s"},
		},
		"cancelled": {
			map[string]any{"conditions": succeeded("False", "BuildRunCanceled", "the BuildRun is marked canceled.")},
			strategy.Result{Reason: v1beta2.StateReasonCancelled, Message: "the BuildRun is marked canceled."},
		},
		"still running": {
			map[string]any{"conditions": succeeded("Unknown", "Running", "Not all Steps have completed")},
			strategy.Result{},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := New().Result(&unstructured.Unstructured{Object: map[string]any{
				"metadata": map[string]any{"namespace": "team"}, "status": test.status,
			}}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestResultOfGarbage(t *testing.T) {
	garbage := &unstructured.Unstructured{Object: map[string]any{"status": "Succeeded"}}
	if got, err := New().Result(garbage, nil); err == nil {
		t.Errorf("no error, but %+v", got)
	}
}

func TestLogCommand(t *testing.T) {
	want := "kubectl logs -n team -l buildrun.shipwright.io/name=hello-5fca1b20d9 --all-containers --tail=-1"
	if got := planOf(t, builder()).LogCommand; got != want {
		t.Errorf("LogCommand() = %q, want %q", got, want)
	}
	b := builder()
	b.Name = strings.Repeat("x", 100)
	if got, name := planOf(t, b).LogCommand, makeBuildRun(b, nil).Name; !strings.Contains(got, "="+name+" ") {
		t.Errorf("LogCommand() = %q does not select the run %q", got, name)
	}
}

func succeeded(status, reason, message string) []any {
	return []any{map[string]any{
		"type": string(buildv1beta1.Succeeded), "status": status, "reason": reason, "message": message,
	}}
}
