//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// maxCost bounds the failed requests of a bad version, in percent of those that it would
// have caused with all of the traffic.
const maxCost = 15

var engines = []v1beta2.HTTPEngine{v1beta2.HTTPEngineKeda, v1beta2.HTTPEngineKnative}

// gated makes new versions roll out by steps of 10 s if they answer without errors.
func gated(spec *v1beta2.FunctionSpec) {
	spec.Serving.Rollout = &v1beta2.Rollout{
		Steps: []int32{10, 50}, Interval: &metav1.Duration{Duration: 10 * time.Second},
		Gate:         &v1beta2.RolloutGate{SuccessRate: "99%", MinRequests: new(int32(20))},
		FailureLimit: new(int32(1)),
	}
}

// With both engines a version that answers half of its requests with errors is rolled back.
func TestABadVersionIsRolledBack(t *testing.T) {
	for _, name := range engines {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", engine(name), param("GREETING", "A"), gated)))
			stable := fn.Status.Serving.LastSuccessfulResourceRef
			prober := c.ProbeEvery(t, interval, fn.Status.URL.String())
			prober.AwaitReply(t, "A")
			fn = c.AwaitFunction(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
				spec.Serving.Params = map[string]string{"GREETING": "B", "FAULT": "half"}
			}), "is rolled back", func(fn *v1beta2.Function) bool {
				return fn.Status.GetCondition(v1beta2.FunctionConditionReady).GetReason() == v1beta2.ReasonRolledBack
			})
			prober.AwaitOnly(t, "A")
			failed, during := prober.StopCounting()
			cost := 100 * failed / (during / 2)
			t.Logf("%d of %d requests failed, %d %% of what all of the traffic would have cost: %s",
				failed, during, cost, fn.Status.GetCondition(v1beta2.FunctionConditionReady).GetMessage())
			if failed == 0 || cost > maxCost {
				t.Errorf("the version cost %d %%, want some and at most %d %%", cost, maxCost)
			}
			if got := fn.Status.Rollout.Stable; got != stable || fn.Status.InUse.ShareOf(stable) != 100 {
				t.Errorf("the stable revision is %s with %d %%, want %s with all of the traffic", got, fn.Status.InUse.ShareOf(got), stable)
			}
		})
	}
}

// With both engines a good version is promoted, and no request fails.
func TestAGoodVersionIsPromoted(t *testing.T) {
	for _, name := range engines {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", engine(name), param("GREETING", "A"), gated)))
			prober := c.ProbeEvery(t, interval, fn.Status.URL.String())
			prober.AwaitReply(t, "A")
			fn = c.Edit(t, fn, param("GREETING", "B"))
			fn = c.AwaitFunction(t, fn, "has the second step", func(fn *v1beta2.Function) bool {
				return fn.Status.Rollout != nil && fn.Status.Rollout.Step == 2
			})
			if c.AwaitReady(t, fn); fn.Status.Rollout == nil {
				t.Error("the function has no state of a rollout")
			}
			prober.AwaitOnly(t, "B")
			prober.Stop(t)
		})
	}
}
