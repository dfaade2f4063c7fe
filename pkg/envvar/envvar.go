/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package envvar writes values of environment variables that reach a container unchanged.
package envvar

import (
	"strings"
)

// Escape returns the value to write into a pod so that its container gets exactly the
// given text. The kubelet replaces $(NAME) in a value and turns $$ into $, so Escape
// doubles every $.
func Escape(text string) string {
	return strings.ReplaceAll(text, "$", "$$")
}
