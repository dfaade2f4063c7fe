//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// A function reports which component is missing if Dapr is installed, and reports
// nothing if it is not.
func TestAMissingComponentIsNamed(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	fn := fromImage(namespace, c.Registry+"/"+namespace+"/no-such-image:v1")
	fn.Spec.Serving.Outputs = []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{
		DaprComponentRef: &v1beta2.DaprComponentRef{Name: "absent"}, Operation: "create",
	}}}
	want := v1beta2.ReasonResolvedRefs
	if c.HasDapr(t) {
		want = v1beta2.ReasonComponentNotFound
	}
	c.AwaitFunction(t, c.Create(t, fn), "report on the component", func(f *v1beta2.Function) bool {
		cond := f.Status.GetCondition(v1beta2.FunctionConditionResolvedRefs)
		return cond != nil && cond.GetReason() == want
	})
}
