//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// A program that is killed during a rollout does not make a bad version pass its gate,
// and its rollback still takes place. Requests may fail while the program is away.
func TestABadVersionIsRolledBackWhateverIsKilled(t *testing.T) {
	for _, victim := range []struct{ name, namespace, selector string }{
		{"controller", "openfunction", "app.kubernetes.io/component=controller"},
		{"interceptor", "keda", "app.kubernetes.io/instance=interceptor"},
		{"scaler", "keda", "app.kubernetes.io/instance=external-scaler"},
		{"gateway", "traefik", "app=gateway"},
	} {
		t.Run(victim.name, func(t *testing.T) {
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", engine(v1beta2.HTTPEngineKeda), param("GREETING", "A"), gated)))
			stable := fn.Status.Serving.LastSuccessfulResourceRef
			prober := c.ProbeEvery(t, interval, fn.Status.URL.String())
			prober.AwaitReply(t, "A")
			fn = c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
				spec.Serving.Params = map[string]string{"GREETING": "B", "FAULT": "half"}
			})
			prober.AwaitReply(t, "B")
			c.Kill(t, victim.namespace, victim.selector)
			fn = c.AwaitFunction(t, fn, "is rolled back", func(fn *v1beta2.Function) bool {
				if fn.Status.Rollout != nil && fn.Status.Rollout.Stable != stable {
					t.Fatalf("%s was promoted", fn.Status.Rollout.Stable)
				}
				return fn.Status.GetCondition(v1beta2.FunctionConditionReady).GetReason() == v1beta2.ReasonRolledBack
			})
			if got := fn.Status.InUse.ShareOf(stable); got != 100 {
				t.Errorf("the stable revision has %d %% of the traffic", got)
			}
			c.AwaitPod(t, victim.namespace, victim.selector)
			prober.AwaitOnly(t, "A")
			failed, during := prober.StopCounting()
			t.Logf("%d of %d requests failed: %s", failed, during, fn.Status.GetCondition(v1beta2.FunctionConditionReady).GetMessage())
		})
	}
}
