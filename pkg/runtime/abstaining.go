/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import "context"

type abstainingKey struct{}

// WithAbstaining returns a context for a version that is to leave alone what a
// broker gives to one connection only, as another version of its function has it.
// Pods that were made so carry functions.AbstainsAnnotationKey.
func WithAbstaining(ctx context.Context) context.Context {
	return context.WithValue(ctx, abstainingKey{}, true)
}

// IsAbstaining tells whether ctx is one of WithAbstaining.
func IsAbstaining(ctx context.Context) bool {
	abstaining, _ := ctx.Value(abstainingKey{}).(bool)
	return abstaining
}
