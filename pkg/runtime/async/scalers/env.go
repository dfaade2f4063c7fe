/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"slices"
	"unicode/utf8"
)

// escapeForKEDA returns the value of a variable from which KEDA reads exactly the given
// text. KEDA alone reads the variables of a scaler, and its rule differs from that of the
// kubelet, for which package envvar escapes: KEDA expands a $ only if three more bytes
// follow, so it leaves $$ near the end as it is; and it damages a character of several
// bytes after a $.
func escapeForKEDA(text string) string {
	const follow = 3
	// The value is built from its end, because the rule depends on what follows.
	reversed := make([]byte, 0, len(text))
	for _, char := range slices.Backward([]byte(text)) {
		if n := len(reversed); char == '$' && n >= follow && isSpecialAfterDollar(reversed[n-1]) {
			reversed = append(reversed, '$')
		}
		reversed = append(reversed, char)
	}
	slices.Reverse(reversed)
	return string(reversed)
}

func isSpecialAfterDollar(char byte) bool {
	return char == '$' || char == '(' || char >= utf8.RuneSelf
}
