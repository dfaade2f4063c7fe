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

// With both engines the traffic is split as in the spec, and a rollback to a kept
// revision is one field.
func TestTrafficByHand(t *testing.T) {
	for _, name := range engines {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", engine(name), param("GREETING", "A"))))
			old := fn.Status.Serving.LastSuccessfulResourceRef
			fn = c.AwaitReady(t, c.Edit(t, fn, param("GREETING", "B")))
			fn = c.AwaitReady(t, c.Edit(t, fn, split(
				v1beta2.TrafficTarget{Revision: old, Percent: new(int32(90))},
				v1beta2.TrafficTarget{Latest: true, Percent: new(int32(10)), Tag: "preview"},
			)))
			prober := c.ProbeEvery(t, interval, fn.Status.URL.String())
			prober.AwaitReply(t, "A")
			prober.AwaitReply(t, "B")
			if body, _ := do(t, c, "http://preview-"+fn.Status.URL.Host); body != "B" {
				t.Errorf("at its tag the latest revision replies %q, want B", body)
			}
			fn = c.AwaitReady(t, c.Edit(t, fn, split(v1beta2.TrafficTarget{Revision: old, Percent: new(int32(100))})))
			prober.AwaitOnly(t, "A")
			prober.Stop(t)
			if servings := len(fn.Status.Serving.Revisions); servings != 2 {
				t.Errorf("%d revisions after the rollback, want the two from before", servings)
			}
		})
	}
}

func split(targets ...v1beta2.TrafficTarget) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) { spec.Serving.Traffic = targets }
}
