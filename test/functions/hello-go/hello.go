/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package hello is a function: one exported handler and no main.
package hello

import (
	"fmt"
	"net/http"
)

const version = "v1"

// Hello answers with a greeting and the version of the source that it was built from.
func Hello(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "hello from OpenFunction, version %s\n", version)
}
