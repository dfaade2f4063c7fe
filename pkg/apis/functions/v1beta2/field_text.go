/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"strconv"
	"strings"

	"knative.dev/pkg/apis"
)

// Text returns errors on one line, each as "path: message: details", as conditions
// show them.
func Text(errs *apis.FieldError) string {
	problems := Problems(errs)
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = problem.String()
	}
	return strings.Join(strings.Fields(strings.Join(lines, "; ")), " ")
}

func quote(value any) string {
	text := fmt.Sprint(value)
	if len(text) > maxQuoted {
		text = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
	}
	switch value.(type) {
	case int, int32, int64:
		return text
	}
	return strconv.Quote(text)
}

func join[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
		if v == "" {
			texts[i] = `""`
		}
	}
	return strings.Join(texts, ", ")
}

// KeyPath returns the path of one key of a map. ViaKey would set a dot before a
// key that has dots in it. A key is user text: in a path it is short and
// printable.
func KeyPath(field, key string) string {
	quoted := quote(key)
	if key == "" || quoted != `"`+key+`"` {
		return field + "[" + quoted + "]"
	}
	return field + "[" + key + "]"
}
