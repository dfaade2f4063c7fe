/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestSummarize(t *testing.T) {
	const other = v1beta2.FunctionConditionServingReady
	const reported = v1beta2.FunctionConditionRouteReady
	existing := &unstructured.Unstructured{Object: map[string]any{}}
	deleted := existing.DeepCopy()
	deleted.SetDeletionTimestamp(&metav1.Time{Time: time.Unix(1, 0)})
	cond := func(status corev1.ConditionStatus, reason string) *apis.Condition {
		return &apis.Condition{Status: status, Reason: reason, Message: "m"}
	}
	seen := func(reports apis.ConditionType, c *apis.Condition) Observation {
		return Observation{Live: existing, ConditionType: reports, Condition: c}
	}
	absent := func(reports apis.ConditionType, c *apis.Condition) Observation {
		return Observation{ConditionType: reports, Condition: c}
	}
	yes, no, maybe := seen(reported, cond("True", "")), seen(reported, cond("False", "No")), seen(reported, cond("Unknown", "Maybe"))
	result := func(status corev1.ConditionStatus, reason string) *apis.Condition {
		c := &apis.Condition{Type: reported, Status: status, Reason: reason}
		if status != corev1.ConditionTrue {
			c.Message = "m"
		}
		return c
	}
	for name, test := range map[string]struct {
		observations []Observation
		want         *apis.Condition
	}{
		"nothing to report":            {nil, result("True", "")},
		"ready":                        {[]Observation{yes, yes}, result("True", "")},
		"one failed":                   {[]Observation{yes, maybe, no}, result("False", "No")},
		"first of two failures":        {[]Observation{no, seen(reported, cond("False", "Neither"))}, result("False", "No")},
		"one on its way":               {[]Observation{yes, maybe, seen(reported, cond("Unknown", "Perhaps"))}, result("Unknown", "Maybe")},
		"one has not reported":         {[]Observation{yes, seen(reported, nil)}, nil},
		"failure before silence":       {[]Observation{seen(reported, nil), no}, result("False", "No")},
		"silent child that exists":     {[]Observation{seen("", nil), yes}, result("True", "")},
		"silent child that is missing": {[]Observation{yes, absent("", nil)}, nil},
		"silent child that goes":       {[]Observation{yes, {Live: deleted}}, nil},
		"silent child that was refused": {
			[]Observation{yes, absent("", cond("False", "Rejected"))},
			result("False", "Rejected"),
		},
		"silent child that failed":         {[]Observation{yes, seen("", cond("False", "FailedCreate"))}, result("False", "FailedCreate")},
		"child without conditions reports": {[]Observation{yes, seen("", cond("Unknown", "Whatever"))}, result("True", "")},
		"another condition's child":        {[]Observation{yes, seen(other, nil), seen(other, cond("Unknown", "Maybe"))}, result("True", "")},
		"another's that is missing":        {[]Observation{yes, absent(other, nil)}, nil},
		"reporting child is missing":       {[]Observation{absent(reported, nil)}, nil},
		"reporting child was refused":      {[]Observation{absent(reported, cond("False", "Rejected"))}, result("False", "Rejected")},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Summarize(test.observations, reported)); diff != "" {
				t.Errorf("Summarize() (-want, +got):\n%s", diff)
			}
		})
	}
}
