/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package broken does not compile, on purpose: tests check how that is reported.
package broken

import (
	"fmt"
	"net/http"
)

// Hello uses a name that is not declared anywhere.
func Hello(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, undeclared)
}
