/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package fielderror adds to k8s.io/apimachinery/pkg/util/validation/field what our
// validation needs: errors with shortened values, checks that several types share,
// warnings, and the conversion to the errors of knative.dev/pkg/apis.
//
// Validation collects a field.ErrorList, whose texts are those of the API server. The
// message holds the value, the detail is what to write instead. ForKnative converts
// the list once, where a kind implements apis.Validatable.
package fielderror

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxQuoted is the number of bytes of a value that an error quotes.
const maxQuoted = 64

// Invalid returns an error that quotes the value.
func Invalid(path *field.Path, value any, why string) *field.Error {
	switch number := value.(type) {
	case int:
		return field.Invalid(path, int64(number), why)
	case int32, int64:
		return field.Invalid(path, number, why)
	default:
		return field.Invalid(path, shorten(fmt.Sprint(value)), why)
	}
}

// InvalidSecret returns an error about a value that may be a secret, so the message
// does not quote it.
func InvalidSecret(path *field.Path, why string) *field.Error {
	return field.Invalid(path, field.OmitValueType{}, why)
}

// Duplicate returns an error about a value that is in the list twice.
func Duplicate(path *field.Path, value string) *field.Error {
	return field.Duplicate(path, shorten(value))
}

// NotSupported returns an error about a value that is not one of allowed.
func NotSupported[T ~string](path *field.Path, value T, allowed ...T) *field.Error {
	return &field.Error{
		Type: field.ErrorTypeNotSupported, Field: path.String(), BadValue: shorten(string(value)),
		Detail: "supported values: " + Join(allowed),
	}
}

// NotSupportedSecret is like NotSupported for a value that may be a secret, so the
// message does not quote it.
func NotSupportedSecret(path *field.Path, why string) *field.Error {
	return &field.Error{
		Type: field.ErrorTypeNotSupported, Field: path.String(), BadValue: field.OmitValueType{}, Detail: why,
	}
}

// TooLong returns an error about a text of more than maximum bytes.
func TooLong(path *field.Path, has, maximum int) *field.Error {
	return &field.Error{
		Type: field.ErrorTypeTooLong, Field: path.String(), BadValue: field.OmitValueType{},
		Detail: fmt.Sprintf("must have at most %d bytes, has %d", maximum, has),
	}
}

// TooMany returns an error about a list or map of more than maximum items.
func TooMany(path *field.Path, has, maximum int) *field.Error {
	return &field.Error{
		Type: field.ErrorTypeTooMany, Field: path.String(), BadValue: field.OmitValueType{},
		Detail: fmt.Sprintf("must have at most %d items, has %d", maximum, has),
	}
}

// Quote returns a value in the form in which messages contain it: quoted, printable and
// short.
func Quote(value string) string {
	return strconv.Quote(shorten(value))
}

func shorten(text string) string {
	if len(text) > maxQuoted {
		return strings.ToValidUTF8(text[:maxQuoted], "") + "…"
	}
	return text
}

// Join returns values as a list in a message.
func Join[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
		if v == "" {
			texts[i] = `""`
		}
	}
	return strings.Join(texts, ", ")
}

// Key returns the path of one key of a map. A key is text of the user, so the path
// contains it in a short and printable form.
func Key(path *field.Path, key string) *field.Path {
	return path.Key(printable(key))
}

// KeyPath is like Key for a path in text form.
func KeyPath(path, key string) string {
	return path + "[" + printable(key) + "]"
}

func printable(key string) string {
	quoted := Quote(key)
	if key == "" || quoted != `"`+key+`"` {
		return quoted
	}
	return key
}
