//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// interval makes a prober send 200 requests a second.
const interval = 5 * time.Millisecond

// A rollout and a rollback fail no request.
func TestUpdatesFailNoRequest(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", param("GREETING", "A"))))
	first := fn.Status.Serving.LastSuccessfulResourceRef
	prober := c.ProbeEvery(t, interval, fn.Status.URL.String())
	prober.AwaitReply(t, "A")

	fn = c.Edit(t, fn, param("GREETING", "B"))
	prober.AwaitReply(t, "B")
	fn = c.AwaitReady(t, fn)

	back := time.Now()
	fn = c.Edit(t, fn, param("GREETING", "A"))
	at := prober.AwaitOnly(t, "A")
	t.Logf("figure: rollback, command to the last reply of the version before: %.2fs", at.Sub(back).Seconds())
	fn = c.AwaitReady(t, fn)
	if got := fn.Status.Serving.LastSuccessfulResourceRef; got != first {
		t.Errorf("after the rollback %s serves, want %s again", got, first)
	}
	prober.Stop(t)
}

// A version that cannot start gets no request.
func TestAVersionThatCannotStartGetsNoRequest(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", param("GREETING", "A"))))
	prober := c.ProbeEvery(t, interval, fn.Status.URL.String())
	prober.AwaitReply(t, "A")
	fn = c.AwaitFunction(t, c.Edit(t, fn, param("FAULT", "crash")), "report the crash", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionServingReady).GetReason() == v1beta2.ReasonContainerFailing
	})
	c.AwaitReady(t, c.Edit(t, fn, param("GREETING", "C")))
	prober.AwaitReply(t, "C")
	prober.Stop(t)
}

// A function changes its engine and back under load, and no request fails.
func TestSwitchOfEngineFailsNoRequest(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	own := namespace + ".example.com"
	fn := c.AwaitReady(t, c.Create(t, echo(t, namespace, "hello", engine(v1beta2.HTTPEngineKnative), param("GREETING", "knative"),
		route(v1beta2.RouteSpec{Hostnames: []string{own}}))))
	probers := []*cluster.Prober{c.ProbeEvery(t, interval, fn.Status.URL.String()), c.ProbeEvery(t, interval, "http://"+own)}
	for _, prober := range probers {
		prober.AwaitReply(t, "knative")
	}
	for _, name := range engines {
		began := time.Now()
		fn = c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
			engine(name)(spec)
			param("GREETING", string(name))(spec)
		}))
		for _, prober := range probers {
			prober.AwaitOnly(t, string(name))
		}
		t.Logf("figure: to the engine %s: %.1fs", name, time.Since(began).Seconds())
		if got := fn.Status.Serving.Runtime; got != string(name) {
			t.Errorf("status.serving.runtime is %s, want %s", got, name)
		}
	}
	for _, prober := range probers {
		prober.Stop(t)
	}
}

// A Function that is deleted with --cascade=orphan and created again from the same manifest
// fails no request, and its pods go on.
func TestARecreatedFunctionAdoptsWhatRuns(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	manifest := echo(t, c.Namespace(t), "hello", param("GREETING", "A"))
	manifest.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	fn := c.AwaitReady(t, c.Create(t, manifest.DeepCopy()))
	first := fn.Status.Serving.LastSuccessfulResourceRef
	prober := c.ProbeEvery(t, interval, fn.Status.URL.String())
	prober.AwaitReply(t, "A")
	isOne := func(pods []corev1.Pod) bool { return len(pods) == 1 }
	before := cluster.Await(t, c, pods(fn), "be one", isOne)[0]

	orphan := metav1.DeletePropagationOrphan
	if err := c.Functions(fn.Namespace).Delete(t.Context(), fn.Name, metav1.DeleteOptions{PropagationPolicy: &orphan}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, c, cluster.Of(fn))
	fn = c.AwaitReady(t, c.Create(t, manifest.DeepCopy()))
	if got := fn.Status.Serving.LastSuccessfulResourceRef; got != first {
		t.Errorf("Serving %s runs, want %s, which ran before", got, first)
	}
	if after := cluster.Await(t, c, pods(fn), "be one", isOne)[0]; after.UID != before.UID {
		t.Errorf("pod %s was replaced", before.Name)
	}
	prober.Stop(t)
}
