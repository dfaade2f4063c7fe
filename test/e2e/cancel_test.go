//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// awaitBuilding waits until a pod of fn's build runs.
func awaitBuilding(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) {
	t.Helper()
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.TaskRuns, Namespace: fn.Namespace},
		"have a pod", func(runs []taskRun) bool { return len(runs) > 0 && runs[0].Status.PodName != "" })
}

type taskRun struct {
	metav1.ObjectMeta `json:"metadata"`
	Status            struct {
		PodName string `json:"podName"`
	} `json:"status"`
}

func TestABuildEndsWhenItIsCancelled(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	before := c.Contents(t, namespace)
	began := time.Now()

	fn := c.Create(t, buildOnly(c, namespace, git.New(t, namespace, greeter("hello"))))
	awaitBuilding(t, c, fn)
	fn = c.AwaitFunction(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		spec.Build.State = v1beta2.BuildStateCancelled
	}), "report that the build is cancelled", func(f *v1beta2.Function) bool {
		condition := f.Status.GetCondition(v1beta2.FunctionConditionBuilderReady)
		return condition.IsFalse() && condition.Reason == v1beta2.StateReasonCancelled
	})
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.Builders, Namespace: namespace},
		"end as cancelled", func(builders []v1beta2.Builder) bool {
			if len(builders) != 1 {
				return false
			}
			condition := builders[0].Status.GetCondition(v1beta2.BuilderConditionSucceeded)
			return condition.IsFalse() && condition.Reason == v1beta2.StateReasonCancelled
		})
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.Pods, Namespace: namespace},
		"run no more", func(pods []pod) bool { return running(pods) == 0 })

	// A new token requests another build after that.
	fn = c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		spec.Build.State = ""
		spec.Build.RebuildToken = "after all"
	}))
	if builds := created(c.Writes(t, namespace, cluster.ControllerUsers, began), "buildruns"); builds != 2 {
		t.Errorf("%d builds were made, want the cancelled one and the other", builds)
	}
	deleteAndCheck(t, c, fn, before)
}

type pod struct {
	metav1.ObjectMeta `json:"metadata"`
	Status            struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

func running(pods []pod) int {
	count := 0
	for _, p := range pods {
		if p.Status.Phase == "Running" || p.Status.Phase == "Pending" {
			count++
		}
	}
	return count
}

// The newest source replaces older ones: an older build is cancelled, and never more
// than one runs.
func TestANewerBuildTakesThePlaceOfOneThatRuns(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	repository := git.New(t, namespace, greeter("first"))
	first := repository.Commit(t, map[string]string{"README.md": "first"})
	second := repository.Commit(t, greeter("second"))

	fn := fromSource(c, namespace, repository)
	fn.Spec.Build.SrcRepo.Revision = &first
	fn.Spec.Build.FailedBuildsHistoryLimit = new(int32(5))
	fn = c.Create(t, fn)
	awaitBuilding(t, c, fn)

	fn = c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.SrcRepo.Revision = &second })
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.Builders, Namespace: namespace},
		"end as superseded", func(builders []v1beta2.Builder) bool {
			for _, b := range builders {
				condition := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded)
				if condition.IsFalse() && condition.Reason == v1beta2.StateReasonSuperseded {
					return true
				}
			}
			return false
		})
	fn = c.AwaitReady(t, fn)
	if got := answer(t, c, fn); got != "second" {
		t.Errorf("the function answers %q, want %q", got, "second")
	}
	checkOneAtATime(t, c, fn)
}

// checkOneAtATime checks that the builds of fn did not overlap.
func checkOneAtATime(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) {
	t.Helper()
	builders := c.BuildsOf(t, fn)
	if len(builders) != 2 {
		t.Fatalf("%d Builders were kept, want 2", len(builders))
	}
	older, newer := builders[0], builders[1]
	if newer.CreationTimestamp.Before(&older.CreationTimestamp) {
		older, newer = newer, older
	}
	if older.Status.CompletionTime == nil || newer.CreationTimestamp.Time.Before(older.Status.CompletionTime.Time) {
		t.Errorf("Builder %s began at %v, before %s had ended at %v",
			newer.Name, newer.CreationTimestamp, older.Name, older.Status.CompletionTime)
	}
}

func TestDeletingAFunctionThatBuildsLeavesNothing(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	before := c.Contents(t, namespace)
	fn := c.Create(t, fromSource(c, namespace, git.New(t, namespace, greeter("hello"))))
	awaitBuilding(t, c, fn)
	deleteAndCheck(t, c, fn, before)
}
