/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairqueue

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// firstPart returns the namespace of a key namespace/name.
func firstPart(key any) string {
	namespace, _, _ := strings.Cut(fmt.Sprint(key), "/")
	return namespace
}

// run performs operations: +key and -key add a key to the fast and the slow lane, and
// ^key is a change of a key that waits. It returns the keys in the order of processing.
func run(operations ...string) []string {
	t := newTurns(firstPart)
	for _, o := range operations {
		operation, key := o[0], o[1:]
		t.lane = fast
		switch operation {
		case '^':
			t.Touch(key)
			continue
		case '-':
			t.lane = slow
		}
		t.Push(key)
	}
	var popped []string
	for t.Len() > 0 {
		popped = append(popped, fmt.Sprint(t.Pop()))
	}
	return popped
}

func TestTurns(t *testing.T) {
	for name, test := range map[string]struct {
		operations, want []string
	}{
		"namespaces take turns": {
			operations: []string{"+a/1", "+a/2", "+a/3", "+b/1", "+c/1", "+c/2"},
			want:       []string{"a/1", "b/1", "c/1", "a/2", "c/2", "a/3"},
		},
		"a namespace keeps its order": {
			operations: []string{"+a/3", "+a/1", "+a/2"},
			want:       []string{"a/3", "a/1", "a/2"},
		},
		"the slow lane follows the fast one": {
			operations: []string{"-a/1", "-a/2", "+a/3"},
			want:       []string{"a/3", "a/1", "a/2"},
		},
		"the fast lane of a namespace does not stop the slow lane of another": {
			operations: []string{"+a/1", "+a/2", "+a/3", "-b/1"},
			want:       []string{"a/1", "b/1", "a/2", "a/3"},
		},
		"a change moves a key to the fast lane": {
			operations: []string{"-a/1", "-a/2", "-a/3", "^a/3"},
			want:       []string{"a/3", "a/1", "a/2"},
		},
		"a change keeps the place of a fast key": {
			operations: []string{"+a/1", "+a/2", "^a/1"},
			want:       []string{"a/1", "a/2"},
		},
		"objects without a namespace take turns, too": {
			operations: []string{"+a/1", "+a/2", "+/1", "+/2"},
			want:       []string{"a/1", "/1", "a/2", "/2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, run(test.operations...)); diff != "" {
				t.Errorf("unexpected order (-want, +got):\n%s", diff)
			}
		})
	}
}

func TestTurnsForgetNamespacesWithoutKeys(t *testing.T) {
	order := newTurns(firstPart)
	for i := range 1000 {
		order.lane = lane(i % int(lanes))
		order.Push(fmt.Sprintf("%d/x", i))
		order.Pop()
	}
	if len(order.backlogs)+order.order.Len()+len(order.waiting) > 0 {
		t.Errorf("%d namespaces, %d turns and %d places are left, want none", len(order.backlogs), order.order.Len(), len(order.waiting))
	}
}

// BenchmarkTurns adds and gets a key while many wait: the time does not depend on them.
func BenchmarkTurns(b *testing.B) {
	for _, waiting := range []int{10, 100_000} {
		b.Run(strconv.Itoa(waiting), func(b *testing.B) {
			order := newTurns(firstPart)
			for i := range waiting {
				order.Push(fmt.Sprintf("%d/%d", i%100, i))
			}
			for b.Loop() {
				order.Push(order.Pop())
			}
		})
	}
}
