//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
)

const (
	// punctual is how late a schedule may fire where a pod waits for it.
	punctual = time.Second
	// everyMinute is the key of the trigger in the example.
	everyMinute = "every-minute"
)

// A schedule fires at its second from zero, plus what the start of a pod takes, and
// there is no pod before and after.
func TestCronFiresFromZero(t *testing.T) {
	s := play(t, broker{})
	s.apply(t, s.example(t, "cron"))
	s.awaitZero(t)
	seen := len(s.collector.Records())
	begin := time.Now()
	records := s.collector.Await(t, s.Patience, "a run from zero", func(r []collector.Record) bool { return len(r) > seen })
	run := records[seen]
	late := run.Time.Sub(run.Time.Truncate(time.Minute))
	columns := row{}
	columns.add("schedule", "from zero")
	columns.add("runs", "1")
	columns.add("latest", "%.2f", late.Seconds())
	columns.tell(t, "cron")
	if late > punctual+coldStart {
		t.Errorf("it ran %v after its minute began, want at most %v", late, punctual+coldStart)
	}
	if want := `{"report": "sales"}`; run.Kind != everyMinute || run.Data != want {
		t.Errorf("the function got %q at /%s, want %q at /%s", run.Data, run.Kind, want, everyMinute)
	}
	s.awaitZero(t)
	if again := s.runsOfMinute(run.Time); again != 1 {
		t.Errorf("it ran %d times in that minute, want 1", again)
	}
	s.checkNoWrites(t, begin)
}

func (s *scene) runsOfMinute(at time.Time) int {
	runs := 0
	for _, r := range s.collector.Records() {
		if r.Time.Truncate(time.Minute).Equal(at.Truncate(time.Minute)) {
			runs++
		}
	}
	return runs
}

// A schedule of a function that has a pod fires within a second, once, whatever
// becomes of the scheduler.
func TestCronIsPunctualAndFiresOnce(t *testing.T) {
	const every, runs = 2 * time.Second, 15
	s := prepare(t, broker{})
	s.apply(t, s.example(t, "cron", func(fn *v1beta2.Function) {
		fn.Spec.Serving.Triggers.Cron[0].Schedule = "*/2 * * * * *"
		fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	}))
	s.awaitPods(t)
	seen := len(s.collector.Records())
	await := func(what string, more int) []collector.Record {
		return s.collector.Await(t, s.Patience, what, func(r []collector.Record) bool { return len(r) >= seen+more })[seen:]
	}

	var delays []time.Duration
	for _, r := range await("runs", runs) {
		delays = append(delays, r.Time.Sub(r.Time.Truncate(every)))
	}
	slices.Sort(delays)
	columns := row{}
	columns.add("schedule", "with a pod")
	columns.add("runs", "%d", len(delays))
	columns.add("latest", "%.2f", delays[len(delays)-1].Seconds())
	columns.tell(t, "cron")
	if latest := delays[len(delays)-1]; latest > punctual {
		t.Errorf("the latest of %d runs was %v late, want at most %v; all: %v", len(delays), latest, punctual, delays)
	}

	s.scaleScheduler(t, 2)
	await("runs by two schedulers", 2*runs)
	s.kill(t, "openfunction", schedulerLabels)
	records := await("runs after the death of one", 3*runs)
	s.scaleScheduler(t, 1)
	ticks := map[time.Time]int{}
	for _, r := range records {
		tick := r.Time.Truncate(every)
		if ticks[tick]++; ticks[tick] > 1 {
			t.Errorf("it ran %d times at %v", ticks[tick], tick)
		}
	}
}

const schedulerLabels = "app.kubernetes.io/name=scheduler"

// scaleScheduler sets how many schedulers run, and waits until all are ready.
func (s *scene) scaleScheduler(t *testing.T, replicas int32) {
	t.Helper()
	deployments := s.Kube.AppsV1().Deployments("openfunction")
	scale, err := deployments.GetScale(t.Context(), "scheduler", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	scale.Spec.Replicas = replicas
	if _, err := deployments.UpdateScale(t.Context(), "scheduler", scale, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	query := cluster.Query{GroupVersionResource: cluster.Pods, Namespace: "openfunction", Labels: schedulerLabels}
	cluster.Await(t, s.Cluster, query, "be as many as asked for", func(pods []corev1.Pod) bool {
		ready := 0
		for i := range pods {
			if isReady(&pods[i]) {
				ready++
			}
		}
		return len(pods) == int(replicas) && ready == len(pods)
	})
}
