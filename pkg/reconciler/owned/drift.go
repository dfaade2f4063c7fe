/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

import (
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// differs tells whether live has to be written: what we want changed since we
// wrote it, or somebody else changed what we set. What others added stays.
func differs(want, live *unstructured.Unstructured) bool {
	if want.GetAnnotations()[functions.AppliedAnnotationKey] != live.GetAnnotations()[functions.AppliedAnnotationKey] {
		return true
	}
	return !covers(live.Object, want.Object)
}

// covers tells whether live holds all that want holds. An empty map or list in
// want asks for nothing, as API servers drop those.
func covers(live, want any) bool {
	switch w := want.(type) {
	case map[string]any:
		l, ok := live.(map[string]any)
		if !ok {
			return live == nil && len(w) == 0
		}
		for key, item := range w {
			if !covers(l[key], item) {
				return false
			}
		}
		return true
	case []any:
		l, ok := live.([]any)
		if !ok {
			return live == nil && len(w) == 0
		}
		if len(l) != len(w) {
			return false
		}
		for i := range w {
			if !covers(l[i], w[i]) {
				return false
			}
		}
		return true
	default:
		return equalScalars(live, want)
	}
}

// equalScalars compares values of JSON; an absent one equals the zero value,
// which API servers drop as well.
func equalScalars(live, want any) bool {
	if live == nil {
		return want == nil || reflect.ValueOf(want).IsZero()
	}
	if l, ok := asFloat(live); ok {
		w, ok := asFloat(want)
		return ok && l == w
	}
	return live == want
}

func asFloat(value any) (float64, bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	default:
		return 0, false
	}
}
