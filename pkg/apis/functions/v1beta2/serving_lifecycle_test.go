/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"knative.dev/pkg/apis"
)

// A Serving that starts reports more than one that was just created, and its
// Function repeats neither: that would be a write for each.
func TestStartingLooksLikePendingToTheFunction(t *testing.T) {
	pending, starting := &Serving{}, &Serving{}
	pending.Status.InitializeConditions()
	pending.Status.PropagateRevision(nil)
	starting.Status.InitializeConditions()
	starting.Status.MarkStarting("waiting to get ready; see the log: 100% of it")

	if starting.Status.Reason != ReasonStarting || starting.Status.State != StateStarting ||
		starting.Status.Message != "waiting to get ready; see the log: 100% of it" {
		t.Errorf("MarkStarting() made %+v", starting.Status)
	}
	var want, got FunctionStatus
	want.InitializeConditions()
	want.PropagateServing(pending, "")
	got.InitializeConditions()
	got.PropagateServing(starting, "")
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(apis.VolatileTime{})); diff != "" {
		t.Error("PropagateServing() (-pending, +starting):", diff)
	}
}
