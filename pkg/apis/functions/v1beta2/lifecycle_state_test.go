/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

// status.build.state repeats the word of the Builder and is derived from its
// condition alone.
func TestBuildState(t *testing.T) {
	for state, mark := range map[string]func(*Builder){
		StateBuilding:  func(b *Builder) { b.Status.MarkBuilding(ReasonBuilding, "the build runs") },
		StateSucceeded: func(b *Builder) { b.Status.MarkSucceeded() },
		StateFailed:    func(b *Builder) { b.Status.MarkFailed("BuildFailed", "no such file") },
		StateTimeout:   func(b *Builder) { b.Status.MarkTimeout("too slow") },
		StateCanceled: func(b *Builder) {
			b.Spec.State, b.Spec.StateReason = BuildStateCancelled, StateReasonSuperseded
			b.Status.MarkCancelled(StateReasonSuperseded, "another build is wanted")
		},
	} {
		b := &Builder{}
		mark(b)
		if b.Status.State != state {
			t.Errorf("The state of the Builder is %q, want %q", b.Status.State, state)
		}
		b.Status.State = "edited"
		fs := &FunctionStatus{}
		fs.PropagateBuilder(b, "")
		if fs.Build.State != state {
			t.Errorf("The state of the Function is %q, want %q", fs.Build.State, state)
		}
	}
	b := &Builder{}
	b.Status.MarkCancelled("", "the run was cancelled")
	fs := &FunctionStatus{}
	if fs.PropagateBuilder(b, ""); fs.Build.State != StateCanceled {
		t.Errorf("The state of the Function is %q, want %q", fs.Build.State, StateCanceled)
	}
}
