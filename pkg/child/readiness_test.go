/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package child

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func condition(t, status, reason string) map[string]any {
	return map[string]any{"type": t, "status": status, "reason": reason, "message": "m"}
}

func seenAt(generation int64, cond map[string]any) map[string]any {
	cond["observedGeneration"] = generation
	return cond
}

func live(status map[string]any) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{"status": status}}
	u.SetGeneration(2)
	return u
}

func TestReadiness(t *testing.T) {
	yes := &apis.Condition{Status: corev1.ConditionTrue, Message: "m"}
	cond := func(status corev1.ConditionStatus, reason string) *apis.Condition {
		return &apis.Condition{Status: status, Reason: reason, Message: "m"}
	}
	conditions := func(items ...any) map[string]any { return map[string]any{"conditions": items} }
	for name, test := range map[string]struct {
		status map[string]any
		want   *apis.Condition
	}{
		"no status":        {nil, nil},
		"no conditions":    {map[string]any{"observedGeneration": int64(2)}, nil},
		"other conditions": {conditions(condition("Active", "True", "")), nil},
		"nonsense":         {map[string]any{"conditions": "ready"}, nil},
		"more nonsense":    {conditions("ready", condition("Ready", "True", "")), yes},
		"ready":            {conditions(condition("Active", "False", "Idle"), condition("Ready", "True", "")), yes},
		"succeeded":        {conditions(condition("Succeeded", "False", "Failed")), cond("False", "Failed")},
		"ready first":      {conditions(condition("Succeeded", "False", "Failed"), condition("Ready", "True", "")), yes},
		"generation seen": {map[string]any{
			"observedGeneration": int64(2),
			"conditions":         []any{condition("Ready", "True", "")},
		}, yes},
		"generation not seen": {map[string]any{
			"observedGeneration": int64(1),
			"conditions":         []any{condition("Ready", "True", "")},
		}, nil},
		"condition saw the generation":     {conditions(seenAt(2, condition("Ready", "True", ""))), yes},
		"condition is of a generation ago": {conditions(seenAt(1, condition("Ready", "True", ""))), nil},
		"unknown without reason":           {conditions(condition("Ready", "Unknown", "")), cond("Unknown", v1beta2.ReasonPending)},
		"false without reason":             {conditions(condition("Ready", "False", "")), cond("False", v1beta2.ReasonNotReady)},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Readiness(live(test.status))); diff != "" {
				t.Errorf("Readiness() (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestQuote(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"short":         {"no", "no"},
		"at the limit":  {strings.Repeat("x", maxMessage), strings.Repeat("x", maxMessage)},
		"long":          {strings.Repeat("x", maxMessage+1), strings.Repeat("x", maxMessage-len("…")) + "…"},
		"cut character": {strings.Repeat("x", maxMessage-4) + "éé!", strings.Repeat("x", maxMessage-4) + "…"},
		"not text":      {"a\xffb", "ab"},
		"credentials":   {"pulling https://ada:s3cr3t@r.example.com/a:\n denied", "pulling https://r.example.com/a: denied"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Quote(test.in)
			if got != test.want || !utf8.ValidString(got) {
				t.Errorf("Quote() = %q, want %q", got, test.want)
			}
		})
	}
}
