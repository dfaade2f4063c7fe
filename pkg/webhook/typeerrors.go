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

// extractTypeErrors removes the values from fields whose types differ from those of
// kind. It returns the rest as JSON, and an error for each removed value.
func extractTypeErrors(fields map[string]any, kind any) ([]byte, *apis.FieldError, error) {
	rest, errs := extract("", fields, reflect.TypeOf(kind))
	text, err := json.Marshal(rest)
	return text, errs, err
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// extract returns value, the value at path, without the parts that cannot be decoded as
// typ. It returns nil if nothing remains.
func extract(path string, value any, typ reflect.Type) (any, *apis.FieldError) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case value == nil:
		return nil, nil
	case reflect.PointerTo(typ).Implements(unmarshaler):
		return extractLeaf(path, value, typ)
	}
	switch typ.Kind() {
	case reflect.Struct, reflect.Map:
		if fields, ok := value.(map[string]any); ok {
			return fields, extractFields(path, fields, typ)
		}
		return nil, typeError(path, "must be an object")
	case reflect.Slice:
		if items, ok := value.([]any); ok {
			return items, extractItems(path, items, typ.Elem())
		}
		return nil, typeError(path, "must be a list")
	default:
		return extractLeaf(path, value, typ)
	}
}

func extractItems(path string, items []any, typ reflect.Type) *apis.FieldError {
	var errs *apis.FieldError
	for i := range items {
		item, err := extract(path+"["+strconv.Itoa(i)+"]", items[i], typ)
		items[i], errs = item, errs.Also(err)
	}
	return errs
}

func extractFields(path string, fields map[string]any, typ reflect.Type) *apis.FieldError {
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
		part, err := extract(at, fields[name], field)
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

// addFields adds the types of the fields of a struct by their JSON names.
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

// extractLeaf decodes a value without parts.
func extractLeaf(path string, value any, typ reflect.Type) (any, *apis.FieldError) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, typeError(path, shorten(err.Error()))
	}
	if err = json.Unmarshal(text, reflect.New(typ).Interface()); err == nil {
		return value, nil
	}
	switch kind := typ.Kind(); {
	case typ == reflect.TypeFor[metav1.Duration]():
		return nil, typeError(path, "must be a duration, for example 90s or 1h30m")
	case typ == reflect.TypeFor[resource.Quantity]():
		return nil, typeError(path, "must be a quantity, for example 500m or 1Gi")
	case kind == reflect.String:
		return nil, typeError(path, "must be a string")
	case kind == reflect.Bool:
		return nil, typeError(path, "must be true or false")
	case kind == reflect.Int, kind == reflect.Int32, kind == reflect.Int64:
		return nil, typeError(path, fmt.Sprintf("must be a whole number of %d bits", typ.Bits()))
	}
	return nil, typeError(path, shorten(err.Error()))
}

// typeError returns an error that does not quote the value, because it can be a secret.
func typeError(path, why string) *apis.FieldError {
	return &apis.FieldError{Message: "Invalid value", Paths: []string{path}, Details: why}
}

// maxErrorBytes limits how much of an error is quoted, because the error can contain
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

// subtract returns errs without the errors of the fields in typeErrors.
func subtract(errs, typeErrors *apis.FieldError) *apis.FieldError {
	if errs == nil || typeErrors == nil {
		return errs
	}
	excluded := fielderror.Problems(typeErrors)
	var kept *apis.FieldError
	for _, problem := range fielderror.Problems(errs) {
		isExcluded := slices.ContainsFunc(excluded, func(l fielderror.Problem) bool {
			rest, found := strings.CutPrefix(problem.Path, l.Path)
			return found && (rest == "" || rest[0] == '.' || rest[0] == '[')
		})
		if !isExcluded {
			kept = kept.Also(&apis.FieldError{
				Message: problem.Message, Details: problem.Details, Paths: []string{problem.Path}, Level: problem.Level,
			})
		}
	}
	return kept
}
