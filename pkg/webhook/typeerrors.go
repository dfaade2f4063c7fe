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

// maxTypeErrors limits the type errors that are recorded. It is more than a response
// contains, and every item of a large object may have a wrong type.
const maxTypeErrors = 10 * maxProblems

// extractTypeErrors removes the values from fields whose types differ from those of
// kind. It returns the rest as JSON, and an error for each removed value.
func extractTypeErrors(fields map[string]any, kind any) ([]byte, *apis.FieldError, error) {
	var e extraction
	rest, _ := e.extract("", fields, reflect.TypeOf(kind))
	text, err := json.Marshal(rest)
	// Adding the errors one by one would take quadratic time.
	return text, (*apis.FieldError)(nil).Also(e.errs...), err
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// extraction removes values with wrong types from an object.
type extraction struct {
	errs []*apis.FieldError
}

// fail records why the value at path is removed.
func (e *extraction) fail(path, why string) (rest any, ok bool) {
	if len(e.errs) < maxTypeErrors {
		e.errs = append(e.errs, typeError(path, why))
	}
	return nil, false
}

// extract returns value, the value at path, without the parts that cannot be decoded as
// typ, and whether it had none. It returns nil if nothing remains.
func (e *extraction) extract(path string, value any, typ reflect.Type) (rest any, ok bool) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case value == nil:
		return nil, true
	case reflect.PointerTo(typ).Implements(unmarshaler):
		return e.extractLeaf(path, value, typ)
	}
	switch typ.Kind() {
	case reflect.Struct, reflect.Map:
		if fields, isObject := value.(map[string]any); isObject {
			return fields, e.extractFields(path, fields, typ)
		}
		return e.fail(path, "must be an object")
	case reflect.Slice:
		if items, isList := value.([]any); isList {
			return items, e.extractItems(path, items, typ.Elem())
		}
		return e.fail(path, "must be a list")
	default:
		return e.extractLeaf(path, value, typ)
	}
}

func (e *extraction) extractItems(path string, items []any, typ reflect.Type) bool {
	ok := true
	for i := range items {
		item, itemOK := e.extract(path+"["+strconv.Itoa(i)+"]", items[i], typ)
		items[i], ok = item, ok && itemOK
	}
	return ok
}

func (e *extraction) extractFields(path string, fields map[string]any, typ reflect.Type) bool {
	types := map[string]reflect.Type{}
	if typ.Kind() == reflect.Struct {
		addFields(types, typ)
	}
	ok := true
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		at, field := strings.TrimPrefix(path+"."+name, "."), types[name]
		if typ.Kind() == reflect.Map {
			at, field = fielderror.KeyPath(path, name), typ.Elem()
		}
		if field == nil {
			continue
		}
		part, partOK := e.extract(at, fields[name], field)
		if partOK {
			continue
		}
		fields[name], ok = part, false
		if part == nil {
			delete(fields, name)
		}
	}
	return ok
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
func (e *extraction) extractLeaf(path string, value any, typ reflect.Type) (rest any, ok bool) {
	text, err := json.Marshal(value)
	if err != nil {
		return e.fail(path, shorten(err.Error()))
	}
	if err = json.Unmarshal(text, reflect.New(typ).Interface()); err == nil {
		return value, true
	}
	switch kind := typ.Kind(); {
	case typ == reflect.TypeFor[metav1.Duration]():
		return e.fail(path, "must be a duration, for example 90s or 1h30m")
	case typ == reflect.TypeFor[resource.Quantity]():
		return e.fail(path, "must be a quantity, for example 500m or 1Gi")
	case kind == reflect.String:
		return e.fail(path, "must be a string")
	case kind == reflect.Bool:
		return e.fail(path, "must be true or false")
	case kind == reflect.Int, kind == reflect.Int32, kind == reflect.Int64:
		return e.fail(path, fmt.Sprintf("must be a whole number of %d bits", typ.Bits()))
	}
	return e.fail(path, shorten(err.Error()))
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
