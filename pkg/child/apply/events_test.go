/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestSkipSilentAdds(t *testing.T) {
	reported := &v1beta2.Serving{}
	reported.Status.PropagateRevision(&apis.Condition{Status: corev1.ConditionTrue})
	foreign := &unstructured.Unstructured{Object: map[string]any{"status": map[string]any{
		"conditions": []any{map[string]any{"type": "Ready"}},
	}}}
	tests := []struct {
		name    string
		obj     any
		initial bool
		want    int
	}{
		{"our own create", &v1beta2.Serving{}, false, 0},
		{"our own create of another's kind", &unstructured.Unstructured{Object: map[string]any{}}, false, 0},
		{"it was there before the watch", &v1beta2.Serving{}, true, 1},
		{"it has a message", reported, false, 1},
		{"a child of another kind has a message", foreign, false, 1},
		{"what we cannot read", "tombstone", false, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			calls := 0
			count := func(any) { calls++ }
			handler := SkipSilentAdds(cache.ResourceEventHandlerFuncs{
				AddFunc: count, DeleteFunc: count, UpdateFunc: func(_, obj any) { count(obj) },
			})
			if handler.OnAdd(test.obj, test.initial); calls != test.want {
				t.Errorf("an add was handed on %d times, want %d", calls, test.want)
			}
			handler.OnUpdate(test.obj, test.obj)
			if handler.OnDelete(test.obj); calls != test.want+2 {
				t.Errorf("an update and a delete were handed on %d times, want 2", calls-test.want)
			}
		})
	}
}
