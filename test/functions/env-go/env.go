/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package env shows how the build's environment reaches a program: the value
// comes in through FUNC_GOLDFLAGS, for example
//
//	-X 'openfunction.dev/examples/env-go.greeting=hello, "world" #1'
package env

import (
	"fmt"
	"net/http"
)

var greeting = "FUNC_GOLDFLAGS did not set the greeting"

// Greet replies with the greeting that was set when the function was built.
func Greet(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, greeting)
}
