/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "context"

// SetDefaults fills in what the author left out.
func (s *Serving) SetDefaults(ctx context.Context) {
}
