/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// diff returns the path of the first field in which live differs from want; empty if
// live contains all of want. A change of want is visible in its hash. Fields that other
// managers added are not compared.
func diff(want, live *unstructured.Unstructured) string {
	// In nearly all cases: building a path costs more than the comparison.
	if covers(live.Object, want.Object) {
		return ""
	}
	return firstDifference(live.Object, want.Object, "")
}

// covers reports whether live has all of want. An empty map or list in want equals an
// absent one, as API servers drop those.
func covers(live, want any) bool {
	switch w := want.(type) {
	case map[string]any:
		l, ok := live.(map[string]any)
		if !ok && live != nil {
			return false
		}
		for key, item := range w {
			if !covers(l[key], item) {
				return false
			}
		}
		return true
	case []any:
		l, ok := live.([]any)
		if !ok && live != nil || len(l) != len(w) {
			return false
		}
		for i, item := range w {
			if !covers(l[i], item) {
				return false
			}
		}
		return true
	default:
		return equalScalars(live, want)
	}
}

// firstDifference returns the path of the first field that makes covers false.
func firstDifference(live, want any, path string) string {
	switch w := want.(type) {
	case map[string]any:
		if l, ok := live.(map[string]any); ok || live == nil {
			return firstFieldDifference(l, w, path)
		}
	case []any:
		if l, ok := live.([]any); ok || live == nil {
			return firstItemDifference(l, w, path)
		}
	default:
		if equalScalars(live, want) {
			return ""
		}
	}
	return path
}

func firstFieldDifference(live, want map[string]any, path string) string {
	// Sorted, so that a message keeps its path.
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if at := firstDifference(live[key], want[key], path+"."+key); at != "" {
			return at
		}
	}
	return ""
}

func firstItemDifference(live, want []any, path string) string {
	if len(live) != len(want) {
		return path
	}
	for i := range want {
		if at := firstDifference(live[i], want[i], fmt.Sprintf("%s[%d]", path, i)); at != "" {
			return at
		}
	}
	return ""
}

// project returns the fields of got that want has. A list of another length is returned
// whole.
func project(got, want any) any {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return got
		}
		return projectFields(g, w)
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return got
		}
		projected := make([]any, len(w))
		for i := range w {
			projected[i] = project(g[i], w[i])
		}
		return projected
	default:
		return got
	}
}

func projectFields(got, want map[string]any) map[string]any {
	projected := make(map[string]any, len(want))
	for key := range want {
		if item, found := got[key]; found {
			projected[key] = project(item, want[key])
		}
	}
	return projected
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
