/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func says(t, status, reason string) map[string]any {
	return map[string]any{"type": t, "status": status, "reason": reason, "message": "m"}
}

func seenAt(generation int64, cond map[string]any) map[string]any {
	cond["observedGeneration"] = generation
	return cond
}

func child(gvk schema.GroupVersionKind, status map[string]any) *unstructured.Unstructured {
	u := object(gvk, "c", map[string]any{"status": status})
	u.SetGeneration(2)
	return u
}

func TestConditionOf(t *testing.T) {
	yes := &apis.Condition{Status: corev1.ConditionTrue, Message: "m"}
	cond := func(status corev1.ConditionStatus, reason string) *apis.Condition {
		return &apis.Condition{Status: status, Reason: reason, Message: "m"}
	}
	conditions := func(items ...any) map[string]any { return map[string]any{"conditions": items} }
	for name, test := range map[string]struct {
		gvk    schema.GroupVersionKind
		status map[string]any
		want   *apis.Condition
	}{
		"no status":        {configurationKind, nil, nil},
		"no conditions":    {configurationKind, map[string]any{"observedGeneration": int64(2)}, nil},
		"other conditions": {configurationKind, conditions(says("Active", "True", "")), nil},
		"nonsense":         {configurationKind, map[string]any{"conditions": "ready"}, nil},
		"more nonsense":    {configurationKind, conditions("ready", says("Ready", "True", "")), yes},
		"ready":            {configurationKind, conditions(says("Active", "False", "Idle"), says("Ready", "True", "")), yes},
		"succeeded":        {configurationKind, conditions(says("Succeeded", "False", "Failed")), cond("False", "Failed")},
		"ready first":      {configurationKind, conditions(says("Succeeded", "False", "Failed"), says("Ready", "True", "")), yes},
		"generation seen": {configurationKind, map[string]any{
			"observedGeneration": int64(2),
			"conditions":         []any{says("Ready", "True", "")},
		}, yes},
		"generation not seen": {configurationKind, map[string]any{
			"observedGeneration": int64(1),
			"conditions":         []any{says("Ready", "True", "")},
		}, nil},
		"condition saw the generation":     {configurationKind, conditions(seenAt(2, says("Ready", "True", ""))), yes},
		"condition is of a generation ago": {configurationKind, conditions(seenAt(1, says("Ready", "True", ""))), nil},
		"unknown without reason":           {configurationKind, conditions(says("Ready", "Unknown", "")), cond("Unknown", v1beta2.ReasonPending)},
		"false without reason":             {configurationKind, conditions(says("Ready", "False", "")), cond("False", v1beta2.ReasonNotReady)},

		"deployment that is available": {deploymentKind, conditions(says("Available", "True", "Min"), says("Progressing", "True", "New")), cond("True", "Min")},
		"deployment that starts":       {deploymentKind, conditions(says("Available", "False", "Min"), says("Progressing", "True", "New")), cond("Unknown", "Min")},
		"deployment that took too long": {deploymentKind, conditions(says("Available", "False", "Min"),
			says("Progressing", "False", "ProgressDeadlineExceeded")), cond("False", "ProgressDeadlineExceeded")},
		"deployment whose pods are refused": {deploymentKind, conditions(says("Available", "False", "Min"),
			says("ReplicaFailure", "True", "FailedCreate")), cond("False", "FailedCreate")},
		"deployment that is new": {deploymentKind, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, conditionOf(child(test.gvk, test.status))); diff != "" {
				t.Errorf("conditionOf() (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestConditionOfHTTPRoute(t *testing.T) {
	gvk := schema.GroupVersionKind{Group: "gateway.networking.k8s.io", Version: "v1", Kind: "HTTPRoute"}
	parent := func(conditions ...any) any { return map[string]any{"conditions": conditions} }
	accepted, resolved := says("Accepted", "True", "Accepted"), says("ResolvedRefs", "True", "ResolvedRefs")
	for name, test := range map[string]struct {
		wanted  int
		parents []any
		want    *apis.Condition
	}{
		"not seen":      {1, nil, nil},
		"accepted":      {1, []any{parent(accepted, resolved)}, &apis.Condition{Status: "True"}},
		"backends open": {1, []any{parent(accepted)}, nil},
		"one of two":    {2, []any{parent(accepted, resolved)}, nil},
		"refused":       {1, []any{parent(says("Accepted", "False", "NoMatch"))}, &apis.Condition{Status: "False", Reason: "NoMatch", Message: "m"}},
		"no backend": {
			1,
			[]any{parent(accepted, says("ResolvedRefs", "False", "BackendNotFound"))},
			&apis.Condition{Status: "False", Reason: "BackendNotFound", Message: "m"},
		},
		"of a generation ago": {1, []any{parent(accepted, seenAt(1, says("ResolvedRefs", "True", "")))}, nil},
		"second refused": {
			2,
			[]any{parent(accepted, resolved), parent(says("Accepted", "False", "NoMatch"))},
			&apis.Condition{Status: "False", Reason: "NoMatch", Message: "m"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			route := child(gvk, map[string]any{"parents": test.parents})
			route.Object["spec"] = map[string]any{"parentRefs": make([]any, test.wanted)}
			if diff := cmp.Diff(test.want, conditionOf(route)); diff != "" {
				t.Errorf("conditionOf() (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestConditionOfStatefulSet(t *testing.T) {
	gvk := schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "StatefulSet"}
	waiting := func(message string) *apis.Condition {
		return &apis.Condition{Status: "Unknown", Reason: v1beta2.ReasonPending, Message: message}
	}
	counts := func(seen, available, updated int64) map[string]any {
		return map[string]any{"observedGeneration": seen, "readyReplicas": available, "availableReplicas": available, "updatedReplicas": updated}
	}
	justReady := counts(2, 0, 1)
	justReady["readyReplicas"] = int64(1)
	for name, test := range map[string]struct {
		wanted any
		status map[string]any
		want   *apis.Condition
	}{
		"not seen":            {int64(1), nil, nil},
		"of a generation ago": {int64(1), counts(1, 1, 1), nil},
		"starts":              {nil, counts(2, 0, 1), waiting("0 of 1 pods are ready")},
		"not ready for long":  {int64(1), justReady, waiting("0 of 1 pods are ready")},
		"old pods":            {int64(2), counts(2, 2, 1), waiting("1 of 2 pods are ready")},
		"ready":               {int64(2), counts(2, 2, 2), &apis.Condition{Status: "True"}},
		"at zero":             {int64(0), counts(2, 0, 0), &apis.Condition{Status: "True"}},
	} {
		t.Run(name, func(t *testing.T) {
			set := child(gvk, test.status)
			set.Object["spec"] = map[string]any{"replicas": test.wanted}
			if diff := cmp.Diff(test.want, conditionOf(set)); diff != "" {
				t.Errorf("conditionOf() (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestTrim(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"short":         {"no", "no"},
		"at the limit":  {strings.Repeat("x", maxMessage), strings.Repeat("x", maxMessage)},
		"long":          {strings.Repeat("x", maxMessage+1), strings.Repeat("x", maxMessage-len("…")) + "…"},
		"cut character": {strings.Repeat("x", maxMessage-4) + "éé!", strings.Repeat("x", maxMessage-4) + "…"},
		"not text":      {"a\xffb", "ab"},
		"credentials":   {"pulling https://ada:s3cr3t@r.example.com/a:\n denied", "pulling https://r.example.com/a: denied"},
	} {
		t.Run(name, func(t *testing.T) {
			got := trim(test.in)
			if got != test.want || !utf8.ValidString(got) {
				t.Errorf("trim() = %q, want %q", got, test.want)
			}
		})
	}
}
