/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "context"

// SetDefaults fills in what the author left out. What a Function made is whole
// already and stays as it is.
func (b *Builder) SetDefaults(ctx context.Context) {
	b.Spec.BuildSpec.SetDefaults(ctx)
	if b.Spec.State == BuildStateCancelled && b.Spec.StateReason == "" {
		b.Spec.StateReason = StateReasonCancelled
	}
}
