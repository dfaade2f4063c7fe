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

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

const (
	// punctual is the maximum delay of a run if a pod is ready.
	punctual = time.Second
	// everyMinute is the key of the trigger in the example.
	everyMinute = "every-minute"
)

// A schedule fires on time from zero, after the start of a pod, and there is no pod
// before and after.
func TestCronFiresFromZero(t *testing.T) {
	s := prepare(t, eventing.Broker{})
	s.apply(t, s.Example(t, "cron"))
	s.awaitZero(t)
	seen := len(s.Collector.Records())
	begin := time.Now()
	records := s.Collector.Await(t, s.Timeout, "a run from zero", func(r []collector.Record) bool { return len(r) > seen })
	run := records[seen]
	late := run.Time.Sub(run.Due)
	columns := row{}
	columns.addf("schedule", "from zero")
	columns.addf("runs", "1")
	columns.addf("latest", "%.2f", late.Seconds())
	columns.write(t, "cron")
	if late > punctual+coldStart {
		t.Errorf("it ran %v after its time, want at most %v", late, punctual+coldStart)
	}
	if want := `{"report": "sales"}`; run.Kind != everyMinute || run.Data != want {
		t.Errorf("the function got %q at /%s, want %q at /%s", run.Data, run.Kind, want, everyMinute)
	}
	s.awaitZero(t)
	collector.CheckOnce(t, s.Collector.Records())
	s.checkNoWrites(t, begin)
}

// A schedule of a function with a pod fires within a second, and once, even if a
// scheduler is killed.
func TestCronIsPunctualAndFiresOnce(t *testing.T) {
	const runs = 15
	s := prepare(t, eventing.Broker{})
	s.apply(t, s.Example(t, "cron", func(fn *v1beta2.Function) {
		fn.Spec.Serving.Triggers.Cron[0].Schedule = "*/2 * * * * *"
		fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	}))
	s.awaitPods(t)
	await := func(what string, enough int) []collector.Record {
		return s.Collector.Await(t, s.Timeout, what, func(r []collector.Record) bool { return len(r) >= enough })
	}
	// The first run may have waited for the pod.
	seen := len(await("the first run", 1))
	var delays []time.Duration
	for _, r := range await("punctual runs", seen+runs)[seen:] {
		delays = append(delays, r.Time.Sub(r.Due))
	}
	slices.Sort(delays)
	columns := row{}
	columns.addf("schedule", "with a pod")
	columns.addf("runs", "%d", len(delays))
	columns.addf("latest", "%.2f", delays[len(delays)-1].Seconds())
	columns.write(t, "cron")
	if latest := delays[len(delays)-1]; latest > punctual {
		t.Errorf("the latest of %d runs was %v late, want at most %v; all: %v", len(delays), latest, punctual, delays)
	}

	s.Kill(t, "openfunction", schedulers)
	died := time.Now()
	s.Collector.Await(t, s.Timeout, "runs after the death of a scheduler", func(r []collector.Record) bool {
		return r[len(r)-1].Due.After(died.Add(10 * time.Second))
	})
	s.AwaitPod(t, "openfunction", schedulers)
	collector.CheckOnce(t, s.Collector.Records())
	collector.CheckComplete(t, s.Collector.Records(), 2*time.Second)
}

// schedulers selects the pods of the scheduler.
const schedulers = "app.kubernetes.io/component=scheduler"
