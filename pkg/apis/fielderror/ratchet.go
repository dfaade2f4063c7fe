/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fielderror

import (
	"reflect"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Ratchet returns the errors of object that an update from old introduces. An error
// that old already has does not block the update if the field keeps its value.
func Ratchet(errs, before field.ErrorList, object, old any) field.ErrorList {
	if len(before) == 0 || len(errs) == 0 {
		return errs
	}
	known := sets.New[string]()
	for _, err := range before {
		known.Insert(err.Error())
	}
	now, then := fieldsOf(object), fieldsOf(old)
	var introduced field.ErrorList
	for _, err := range errs {
		if !known.Has(err.Error()) || !isUnchanged(err, now, then) {
			introduced = append(introduced, err)
		}
	}
	return introduced
}

// isUnchanged reports whether the field of a known error has the value that it had. A
// required field that is missing in both is unchanged.
func isUnchanged(err *field.Error, now, then any) bool {
	if err.Type == field.ErrorTypeRequired {
		return true
	}
	steps := splitPath(err.Field)
	return reflect.DeepEqual(lookup(now, steps), lookup(then, steps))
}

func fieldsOf(object any) any {
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil
	}
	return fields
}

// lookup follows the steps of a path as far as the fields exist.
func lookup(value any, steps []string) any {
	for _, step := range steps {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return value
		}
	}
	return value
}

// splitPath splits spec.env[A.B].x into spec, env, A.B, x.
func splitPath(path string) []string {
	var steps []string
	for path != "" {
		if rest, isKey := strings.CutPrefix(path, "["); isKey {
			key, after, _ := strings.Cut(rest, "]")
			steps, path = append(steps, key), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			return append(steps, path)
		}
		steps = append(steps, path[:end])
		path = strings.TrimPrefix(path[end:], ".")
	}
	return steps
}
