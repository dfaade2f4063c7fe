/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testAdmitted tests that the product's admission stores an object as it was sent.
// Otherwise the Applier would write it again at each reconcile.
func (s *suite) testAdmitted(t *testing.T) {
	if s.Admit == nil {
		return
	}
	for _, object := range s.everything(t) {
		want := s.content(t, object)
		if err := s.Admit(context.Background(), object); err != nil {
			t.Errorf("%s: refused: %v", object.GetName(), err)
		}
		for _, difference := range rewritten(want, s.content(t, object), object.GetName()) {
			t.Error(difference)
		}
	}
}

// rewritten returns the fields in which got differs from want. got may contain more
// fields, but not longer lists.
func rewritten(want, got any, path string) []string {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		differences := make([]string, 0, len(w))
		for key, item := range w {
			differences = append(differences, rewritten(item, g[key], path+"."+key)...)
		}
		return differences
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return []string{fmt.Sprintf("%s: has %d items, want %d", path, len(g), len(w))}
		}
		differences := make([]string, 0, len(w))
		for i := range w {
			differences = append(differences, rewritten(w[i], g[i], fmt.Sprintf("%s[%d]", path, i))...)
		}
		return differences
	default:
		if diff := cmp.Diff(want, got); diff != "" {
			return []string{fmt.Sprintf("%s (-want, +got): %s", path, diff)}
		}
		return nil
	}
}
