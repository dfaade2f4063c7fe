/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// UnsupportedField is a field of the spec that has no effect. It is accepted so that
// manifests of the old project stay valid.
//
// +k8s:deepcopy-gen=false
type UnsupportedField struct {
	// Path is the path of the field.
	Path string
	// Why is the reason; empty if the field is not implemented yet.
	Why string
}

// UnsupportedFields collects the fields that a plug-in does not support.
//
// +k8s:deepcopy-gen=false
type UnsupportedFields []UnsupportedField

// Add appends the field at path if isSet is true.
func (l *UnsupportedFields) Add(path string, isSet bool) {
	if isSet {
		*l = append(*l, UnsupportedField{Path: path})
	}
}

// AddAll appends fields whose paths are relative to prefix.
func (l *UnsupportedFields) AddAll(prefix string, fields []UnsupportedField) {
	for _, field := range fields {
		*l = append(*l, UnsupportedField{Path: prefix + field.Path, Why: field.Why})
	}
}

// SortUnsupported sorts fields by their paths, and returns them.
func SortUnsupported(fields []UnsupportedField) []UnsupportedField {
	slices.SortStableFunc(fields, func(a, b UnsupportedField) int { return strings.Compare(a.Path, b.Path) })
	return fields
}

// WarnOfUnsupported returns a warning for each field of the spec that has no effect.
func WarnOfUnsupported(fields []UnsupportedField) []fielderror.Warning {
	warnings := make([]fielderror.Warning, 0, len(fields))
	for _, unsupported := range fields {
		text := "has no effect yet"
		if unsupported.Why != "" {
			text = "has no effect: " + unsupported.Why
		}
		warnings = append(warnings, fielderror.Warning{Path: field.NewPath("spec." + unsupported.Path), Text: text})
	}
	return warnings
}

// ValidateEngine returns an error if spec, which is at path, names an engine that is not
// one of names.
func (ws *WorkloadSpec) ValidateEngine(path *field.Path, names ...HTTPEngine) field.ErrorList {
	if ws.Triggers == nil || ws.Triggers.HTTP == nil || ws.Triggers.HTTP.Engine == nil {
		return nil
	}
	return fielderror.OneOf(path.Child("triggers", "http", "engine"), *ws.Triggers.HTTP.Engine, names...)
}
