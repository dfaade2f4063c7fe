/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fielderror

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"
)

// Warning is a warning about the value of a field, which is accepted nevertheless.
type Warning struct {
	// Path is the path of the field.
	Path *field.Path
	// Text is the warning.
	Text string
}

// ForKnative converts errors and warnings to the type that apis.Validatable returns.
func ForKnative(errs field.ErrorList, warnings ...Warning) *apis.FieldError {
	all := make([]*apis.FieldError, 0, len(errs)+len(warnings))
	for _, err := range errs {
		message := *err
		message.Detail = ""
		all = append(all, &apis.FieldError{Message: message.ErrorBody(), Paths: []string{err.Field}, Details: err.Detail})
	}
	for _, w := range warnings {
		all = append(all, &apis.FieldError{Message: w.Text, Paths: []string{w.Path.String()}, Level: apis.WarningLevel})
	}
	// All errors are passed in one call, because each call of Also copies the errors of
	// its receiver.
	var none *apis.FieldError
	return none.Also(all...)
}

// Problem is one error or warning of a *apis.FieldError, about one field.
type Problem struct {
	// Path is the path of the field, for example spec.build.env[A].
	Path string
	// Message is the kind of problem, with the value if it may be quoted.
	Message string
	// Details describe the expected value.
	Details string
	// Level distinguishes errors from warnings.
	Level apis.DiagnosticLevel
}

// Problems returns the errors and warnings that errs consists of, sorted by path.
func Problems(errs *apis.FieldError) []Problem {
	var all []Problem
	for _, err := range errs.WrappedErrors() {
		for _, path := range err.Paths {
			all = append(all, Problem{path, err.Message, err.Details, err.Level})
		}
	}
	slices.SortFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Details, b.Details))
	})
	return slices.Compact(all)
}

// String returns the problem on one line, in the form of the API server: the field, the
// problem, the expected value.
func (p Problem) String() string {
	return p.Path + ": " + p.Text()
}

// Text returns the problem and the expected value.
func (p Problem) Text() string {
	if p.Details == "" {
		return p.Message
	}
	return p.Message + ": " + p.Details
}

// Text returns errors on one line, as conditions show them.
func Text(errs *apis.FieldError) string {
	problems := Problems(errs)
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = problem.String()
	}
	return strings.Join(strings.Fields(strings.Join(lines, "; ")), " ")
}
