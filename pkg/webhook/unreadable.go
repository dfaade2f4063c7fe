/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// takeUnreadable returns what of fields can be read as kind has them, and says
// where the rest is and what it must be.
func takeUnreadable(fields map[string]any, kind any) ([]byte, *apis.FieldError, error) {
	rest, errs := readable("", fields, reflect.TypeOf(kind))
	text, err := json.Marshal(rest)
	return text, errs, err
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// readable returns what of value, which is at path, can be read as typ, or nil
// where nothing can.
func readable(path string, value any, typ reflect.Type) (any, *apis.FieldError) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case value == nil:
		return nil, nil
	case reflect.PointerTo(typ).Implements(unmarshaler):
		return leaf(path, value, typ)
	}
	switch typ.Kind() {
	case reflect.Struct, reflect.Map:
		if fields, ok := value.(map[string]any); ok {
			return fields, readableFields(path, fields, typ)
		}
		return nil, unread(path, "must be an object")
	case reflect.Slice:
		if items, ok := value.([]any); ok {
			return items, readableItems(path, items, typ.Elem())
		}
		return nil, unread(path, "must be a list")
	default:
		return leaf(path, value, typ)
	}
}

func readableItems(path string, items []any, typ reflect.Type) *apis.FieldError {
	var errs *apis.FieldError
	for i := range items {
		item, err := readable(path+"["+strconv.Itoa(i)+"]", items[i], typ)
		items[i], errs = item, errs.Also(err)
	}
	return errs
}

func readableFields(path string, fields map[string]any, typ reflect.Type) *apis.FieldError {
	types := map[string]reflect.Type{}
	if typ.Kind() == reflect.Struct {
		addFields(types, typ)
	}
	var errs *apis.FieldError
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		at, field := strings.TrimPrefix(path+"."+name, "."), types[name]
		if typ.Kind() == reflect.Map {
			at, field = fielderror.KeyPath(path, name), typ.Elem()
		}
		if field == nil {
			continue
		}
		part, err := readable(at, fields[name], field)
		if err == nil {
			continue
		}
		fields[name], errs = part, errs.Also(err)
		if part == nil {
			delete(fields, name)
		}
	}
	return errs
}

// addFields adds the types of the fields of a struct by their names in JSON.
func addFields(types map[string]reflect.Type, typ reflect.Type) {
	for field := range typ.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "" && field.Anonymous && field.Type.Kind() == reflect.Pointer:
			addFields(types, field.Type.Elem())
		case name == "" && field.Anonymous:
			addFields(types, field.Type)
		case name != "" && name != "-":
			types[name] = field.Type
		}
	}
}

// leaf reads a value that has no parts.
func leaf(path string, value any, typ reflect.Type) (any, *apis.FieldError) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, unread(path, shorten(err.Error()))
	}
	if err = json.Unmarshal(text, reflect.New(typ).Interface()); err == nil {
		return value, nil
	}
	switch kind := typ.Kind(); {
	case typ == reflect.TypeFor[metav1.Duration]():
		return nil, unread(path, "must be a duration, as 90s or 1h30m")
	case typ == reflect.TypeFor[resource.Quantity]():
		return nil, unread(path, "must be a quantity, as 500m or 1Gi")
	case kind == reflect.String:
		return nil, unread(path, "must be a string")
	case kind == reflect.Bool:
		return nil, unread(path, "must be true or false")
	case kind == reflect.Int, kind == reflect.Int32, kind == reflect.Int64:
		return nil, unread(path, fmt.Sprintf("must be a whole number of %d bits", typ.Bits()))
	}
	return nil, unread(path, shorten(err.Error()))
}

// unread never repeats the value, which may be a secret in a wrong place.
func unread(path, why string) *apis.FieldError {
	return &apis.FieldError{Message: "Invalid value", Paths: []string{path}, Details: why}
}

// maxErrorBytes bounds what is repeated of the text of an error, which may hold
// the whole value.
const maxErrorBytes = 200

func shorten(text string) string {
	if len(text) > maxErrorBytes {
		text = strings.ToValidUTF8(text[:maxErrorBytes], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}

// without returns those of errs that are not about what could not be read.
func without(errs, unreadable *apis.FieldError) *apis.FieldError {
	if errs == nil || unreadable == nil {
		return errs
	}
	lost := fielderror.Problems(unreadable)
	var kept *apis.FieldError
	for _, problem := range fielderror.Problems(errs) {
		isLost := slices.ContainsFunc(lost, func(l fielderror.Problem) bool {
			rest, found := strings.CutPrefix(problem.Path, l.Path)
			return found && (rest == "" || rest[0] == '.' || rest[0] == '[')
		})
		if !isLost {
			kept = kept.Also(&apis.FieldError{
				Message: problem.Message, Details: problem.Details, Paths: []string{problem.Path}, Level: problem.Level,
			})
		}
	}
	return kept
}
