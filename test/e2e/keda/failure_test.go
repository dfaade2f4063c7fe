//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"
	"time"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// reasonWithin is how long a failure of pods may take until the Function reports it.
const reasonWithin = 30 * time.Second

func TestFailuresOfPodsAreReported(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*v1beta2.FunctionSpec)
		reason string
	}{
		"a container that crashes":         {param("FAULT", "crash"), v1beta2.ReasonContainerFailing},
		"a container that does not listen": {param("FAULT", "deaf"), v1beta2.ReasonProbeFailing},
		"an image that cannot be pulled":   {func(spec *v1beta2.FunctionSpec) { spec.Image = missing(spec.Image) }, v1beta2.ReasonImageNotPulled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.Create(t, echo(t, c.Namespace(t), "hello", tt.change))
			fn = c.AwaitFunction(t, fn, "report "+tt.reason, func(f *v1beta2.Function) bool {
				return f.Status.GetCondition(v1beta2.FunctionConditionReady).GetReason() == tt.reason
			})
			took := time.Since(fn.CreationTimestamp.Time)
			t.Logf("figure: %s: reported after %.0fs", name, took.Seconds())
			if took > reasonWithin {
				t.Errorf("the reason came after %s, want %s", took, reasonWithin)
			}
		})
	}
}

// missing returns another image of the same registry, which does not exist.
func missing(image string) string {
	for i, r := range image {
		if r == '/' {
			return image[:i] + "/missing:v1"
		}
	}
	return "missing:v1"
}
