/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// reconcileTriggers says of each event trigger what is so, and returns the
// condition of the first that fails; nil where none does.
func (r *Reconciler) reconcileTriggers(ctx context.Context, s *v1beta2.Serving, parts []part) *apis.Condition {
	var verdicts []v1beta2.TriggerVerdict
	for _, p := range parts {
		triggered, ok := p.plugin.(runtime.Triggered)
		if !ok {
			continue
		}
		verdicts = append(verdicts, triggered.Triggers(ctx, s, runtime.Seen{
			Observations: p.observations,
			Pods:         r.witness.Pods(s),
			Sidecars:     r.witness.Sidecars(s),
			Complaints:   r.witness.Complaints(s),
			Warnings:     r.witness.Warnings(s),
		})...)
	}
	var failed *apis.Condition
	for i := range verdicts {
		verdicts[i].Message = short(verdicts[i].Message)
		if verdicts[i].Reason == v1beta2.ReasonSidecarFailed {
			r.witness.WatchSidecars(s)
		}
		if failed == nil && verdicts[i].Status == corev1.ConditionFalse {
			failed = &apis.Condition{
				Status: corev1.ConditionFalse, Reason: verdicts[i].Reason,
				Message: fmt.Sprintf("trigger %q: %s", verdicts[i].Key, verdicts[i].Message),
			}
		}
	}
	s.Status.PropagateTriggers(verdicts)
	return failed
}
