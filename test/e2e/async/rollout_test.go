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

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

const (
	// gatedRate is how many events per second arrive during a gated rollout, and
	// gatedBatch how many events are sent at once.
	gatedRate, gatedBatch = 40, 400
	// maxBatches bounds how many events a rollout may take: 5 minutes of them.
	maxBatches = 30
)

// gated makes new versions roll out by steps of 10 s if they handle their events. Four
// pods share the events.
func gated(fn *v1beta2.Function) {
	serving := fn.Spec.Serving
	serving.ScaleOptions.MinReplicas, serving.ScaleOptions.MaxReplicas = new(int32(4)), new(int32(4))
	serving.Rollout = &v1beta2.Rollout{
		Steps: []int32{25, 50}, Interval: &metav1.Duration{Duration: 10 * time.Second},
		Gate:         &v1beta2.RolloutGate{SuccessRate: "90%", MinRequests: new(int32(20))},
		FailureLimit: new(int32(1)),
	}
}

// A version that refuses half of its events is rolled back, and the version before
// handles all of them. Kafka is not tested: the server of the tests keeps a consumer whose
// request to join the group timed out, with its partitions, and Kafka's own does not.
func TestABadVersionLosesNoEvent(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"redis", "nats", "rabbitmq"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := eventing.BrokerOf(t, name)
			s := prepare(t, b)
			s.apply(t, s.Example(t, b.Example, gated))
			stable := s.serving()
			s.fn = s.Edit(t, s.fn, func(spec *v1beta2.FunctionSpec) {
				spec.Version = new("v2")
				spec.Serving.Params["REFUSE"] = orders + "/*[02468]"
			})
			r := s.sendUntil(t, func(fn *v1beta2.Function) bool {
				return fn.Status.GetCondition(v1beta2.FunctionConditionReady).GetReason() == v1beta2.ReasonRolledBack
			})
			t.Log(s.fn.Status.GetCondition(v1beta2.FunctionConditionReady).GetMessage())
			if got := s.fn.Status.Rollout.Stable; got != stable {
				t.Errorf("the stable revision is %s, want %s", got, stable)
			}
			s.awaitAll(t, r)
		})
	}
}

// A version that handles its events is promoted after its steps.
func TestAGoodVersionLosesNoEvent(t *testing.T) {
	t.Parallel()
	b := eventing.BrokerOf(t, "redis")
	s := prepare(t, b)
	s.apply(t, s.Example(t, b.Example, gated))
	s.fn = s.Edit(t, s.fn, func(spec *v1beta2.FunctionSpec) { spec.Version = new("v2") })
	r := s.sendUntil(t, func(fn *v1beta2.Function) bool {
		return fn.IsReady() && fn.Status.ObservedGeneration == fn.Generation
	})
	s.awaitAll(t, r)
	for _, version := range []string{"v1", "v2"} {
		if r.Versions[version] == 0 {
			t.Errorf("version %s handled nothing: %v", version, r.Versions)
		}
	}
}

// sendUntil sends events in batches until the function is as wanted.
func (s *scene) sendUntil(t *testing.T, done func(*v1beta2.Function) bool) *result {
	t.Helper()
	r := &result{timeline: s.observe(t), name: s.fn.Name}
	for range maxBatches {
		r.sender.Add(t, s.Send(t, r.sender.Sent+1, r.sender.Sent+gatedBatch, gatedRate), gatedBatch)
		s.fn = s.AwaitFunction(t, s.fn, "be observed", func(*v1beta2.Function) bool { return true })
		if done(s.fn) {
			return r
		}
	}
	t.Fatalf("the rollout did not end while %d events were sent: %+v", r.sender.Sent, s.fn.Status.Rollout)
	return nil
}

// awaitAll waits until all events that were sent are handled, and checks that none is
// missing.
func (s *scene) awaitAll(t *testing.T, r *result) {
	t.Helper()
	total := r.sender.Sent
	s.Collector.Watch(t, s.Timeout, func(records []collector.Record) bool {
		r.Tally = collector.Count(handled(records), total)
		return len(r.Lost) == 0
	})
	r.check(t)
	t.Logf("%d events, lost %d, handled again %d, by version %v", total, len(r.Lost), len(r.Again), r.Versions)
}

// handled returns the records of the events that were not refused.
func handled(records []collector.Record) []collector.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r collector.Record) bool { return r.Kind != orders })
}
