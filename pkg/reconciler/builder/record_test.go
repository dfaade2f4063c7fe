/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	. "openfunction.dev/openfunction/pkg/testing"
)

const runUID = "run-uid"

func TestRecord(t *testing.T) {
	little := `"step-create" exited with code 1` + failLog
	much := "step create: undefined: x" + failLog
	reads := func(err error) []clientgotesting.ReactionFunc {
		return []clientgotesting.ReactionFunc{func(action clientgotesting.Action) (bool, runtime.Object, error) {
			return action.Matches("get", "taskruns"), nil, err
		}}
	}
	withRecord := func(name string, reason, message string, change ...func(*rtesting.TableRow)) row {
		r := row{
			TableRow: rtesting.TableRow{
				Name:              name,
				Key:               key,
				Objects:           []runtime.Object{builder(WithBuilder(started)), taskRun(runUID)},
				OtherTestData:     Observe(runStepFailed()),
				WantStatusUpdates: updates(builder(WithBuilder(started), failed(reason, message, ended))),
				WantEvents:        warning(reason, message),
			},
			applied: []child.Object{again()},
		}
		for _, c := range change {
			c(&r.TableRow)
		}
		return r
	}
	run(t, []row{
		withRecord("the task of the run reports more", "BuildFailed", much),
		withRecord("it is gone", "StepFailed", little, func(r *rtesting.TableRow) { r.Objects = r.Objects[:1] }),
		withRecord("it belongs to another run", "StepFailed", little, func(r *rtesting.TableRow) { r.Objects[1] = taskRun("other") }),
		withRecord("we may not read it", "StepFailed", little, func(r *rtesting.TableRow) {
			r.WithReactors = reads(apierrs.NewForbidden(schema.GroupResource{Resource: "taskruns"}, "x", nil))
		}),
		withRecord("it cannot be read now", "", "", func(r *rtesting.TableRow) {
			r.WithReactors = reads(errAPI)
			r.WantErr = true
			r.WantStatusUpdates = nil
			r.WantEvents = warning("InternalError", `reading how "hello-5fca1b20d9" ended: the API server is away`)
		}),
		withRecord("a build that was cancelled needs no cause", "", "", func(r *rtesting.TableRow) {
			b := builder(WithBuilder(started), cancel(""), cancellingSince(now))
			r.Objects = objects(b)
			r.WithReactors = reads(errAPI)
			r.WantStatusUpdates = updates(builder(WithBuilder(started), cancel(""),
				wasCancelled("", cancelled, ended)))
			r.WantEvents = normal(v1beta2.StateReasonCancelled, cancelled)
			r.PostConditions = nil
		}).applying(stop()),
	})
}

func TestProvenance(t *testing.T) {
	builderImage := "registry.example.com/builder@" + digest
	record := func(owner string) runtime.Object {
		task := taskRun(owner)
		task.Object["spec"] = map[string]any{"taskSpec": map[string]any{"steps": []any{
			map[string]any{"name": "create", "image": "$(params.builder-image)"},
		}}}
		task.Object["status"] = map[string]any{"steps": []any{map[string]any{"name": "create", "imageID": builderImage}}}
		return task
	}
	recorded := runSucceeded(digest)
	executed := func(c *Children) {
		recorded(c)
		ChangeChild(kind, name, func(live *unstructured.Unstructured) {
			live.SetUID(runUID)
			_ = unstructured.SetNestedStringMap(live.Object, map[string]string{"kind": "TaskRun", "name": "hello-x7"}, "status", "executor")
		})(c)
	}
	withImage := func(image string) WithBuilder {
		return func(b *v1beta2.Builder) { b.Status.BuilderImage = image }
	}
	var rows []row
	for owner, image := range map[string]string{runUID: builderImage, "another-run": ""} {
		rows = append(rows, row{
			TableRow: rtesting.TableRow{
				Name:              "what " + owner + " recorded",
				Key:               key,
				Objects:           []runtime.Object{builder(WithBuilder(started)), record(owner)},
				OtherTestData:     Observe(executed),
				WantStatusUpdates: updates(builder(WithBuilder(started), WithBuilder(succeeded), withImage(image))),
			},
			applied: []child.Object{again()},
		})
	}
	run(t, rows)
}

func (r row) applying(applied ...child.Object) row {
	r.applied = applied
	return r
}

func runStepFailed() ChildOption {
	live := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{
		"completionTime": ended.Format(time.RFC3339),
		"executor":       map[string]any{"kind": "TaskRun", "name": "hello-x7"},
		"conditions": []any{map[string]any{
			"type": "Succeeded", "status": "False", "reason": "StepFailed", "message": `"step-create" exited with code 1`,
		}},
	}}}
	live.SetKind(kind)
	live.SetName(name)
	live.SetUID(runUID)
	live.SetCreationTimestamp(metav1.NewTime(created))
	return LiveChild(live, &apis.Condition{Status: corev1.ConditionFalse, Reason: "StepFailed"})
}

func taskRun(owner string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "tekton.dev/v1", "kind": "TaskRun",
		"metadata": map[string]any{
			"namespace": ns, "name": "hello-x7",
			"ownerReferences": []any{map[string]any{
				"apiVersion": "shipwright.io/v1beta1", "kind": kind, "name": name, "uid": owner, "controller": true,
			}},
		},
		"status": map[string]any{
			"results": []any{
				map[string]any{"name": "shp-error-reason", "value": "BuildFailed"},
				map[string]any{"name": "shp-error-message", "value": "undefined: x\n"},
			},
			"steps": []any{map[string]any{"name": "create", "terminated": map[string]any{"exitCode": int64(1)}}},
		},
	}}
}
