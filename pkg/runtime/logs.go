/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"

// Logged is a Runtime that says how to see what a function printed.
type Logged interface {
	// LogsCommand returns the command that shows the log of one Serving.
	LogsCommand(s *v1beta2.Serving) string
}
