/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package notes is a function that events call. It handles messages of any kind, except
// the ones that it cannot read.
package notes

import (
	"encoding/json"
	"errors"

	"openfunction.dev/functions-framework-go/functions"
)

// Keep sends each message that is JSON to the output copies.
func Keep(ctx functions.Context, data []byte) (functions.Out, error) {
	if !json.Valid(data) {
		return functions.Out{}, errors.New("the message is no JSON")
	}
	_, err := ctx.Send("copies", data)
	return functions.Out{}, err
}
