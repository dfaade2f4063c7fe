//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/test/cluster"
)

// A Function that is deleted with --cascade=orphan and created again from the same manifest
// changes nothing that runs: no build, no revision, no pod, no failed request.
func TestARecreatedFunctionAdoptsWhatRuns(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	began := time.Now()
	repository := git.New(t, namespace, greeter("kept"))
	manifest := fromSource(c, namespace, repository)
	fn := c.AwaitReady(t, c.Create(t, manifest.DeepCopy()))
	serving := fn.Status.Serving.LastSuccessfulResourceRef
	prober := c.Probe(t, fn.Status.URL.String())
	prober.AwaitReply(t, "kept")
	pods := cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: namespace, Labels: functions.ServingLabelKey + "=" + serving, Timeout: c.Timeout,
	}
	isRunning := func(pods []corev1.Pod) bool { return len(pods) > 0 }
	before := cluster.Await(t, c, pods, "run", isRunning)

	orphan := metav1.DeletePropagationOrphan
	if err := c.Functions(namespace).Delete(t.Context(), fn.Name, metav1.DeleteOptions{PropagationPolicy: &orphan}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, c, cluster.Of(fn))
	fn = c.AwaitReady(t, c.Create(t, manifest.DeepCopy()))
	if got := fn.Status.Serving.LastSuccessfulResourceRef; got != serving {
		t.Errorf("Serving %s runs, want %s, which ran before", got, serving)
	}
	if got := answer(t, c, fn); got != "kept" {
		t.Errorf("the function answers %q, want %q", got, "kept")
	}
	after := cluster.Await(t, c, pods, "run", isRunning)
	for i := range before {
		isSame := func(pod corev1.Pod) bool { return pod.UID == before[i].UID }
		if !slices.ContainsFunc(after, isSame) {
			t.Errorf("pod %s was replaced", before[i].Name)
		}
	}
	prober.Stop(t)
	writes := c.Writes(t, namespace, cluster.ControllerUsers, began)
	if builds, servings := created(writes, "buildruns"), created(writes, "servings"); builds != 1 || servings != 1 {
		logWrites(t, "created again", writes)
		t.Errorf("there were %d builds and %d Servings, want one of each", builds, servings)
	}
}
