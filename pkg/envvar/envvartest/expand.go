/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package envvartest expands values of environment variables as Kubernetes does.
package envvartest

import (
	"regexp"
)

// syntax is what the kubelet acts on: an escaped operator, or a reference.
var syntax = regexp.MustCompile(`(?s)\$\$|\$\(([^)]*)\)`)

// Expand returns the value that a container gets for the variable of a pod. It follows the
// documentation of EnvVar: $(NAME) is the value of a variable that was defined before, and
// stays as it is if there is none; $$ is one $.
func Expand(value string, defined map[string]string) string {
	return syntax.ReplaceAllStringFunc(value, func(found string) string {
		if found == "$$" {
			return "$"
		}
		if text, ok := defined[syntax.FindStringSubmatch(found)[1]]; ok {
			return text
		}
		return found
	})
}
