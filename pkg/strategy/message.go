/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package strategy

import "openfunction.dev/openfunction/pkg/plaintext"

// MaxMessage is the maximum length of what Message returns, in bytes. With the log
// command and the name of the Serving that keeps serving, the message of a condition
// stays below one kilobyte.
const MaxMessage = 640

// Message shortens the output of a build for a condition. It keeps the end of a long
// text, because tools report the cause there.
func Message(text string) string {
	return plaintext.Tail(plaintext.Line(text, " | "), MaxMessage)
}
