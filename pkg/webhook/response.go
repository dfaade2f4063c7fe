/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"fmt"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/webhook"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// maxProblems limits the number of problems in a response, because every part of a
// large object may be wrong.
const maxProblems = 100

// errorResponse returns a response with all problems: one line each for users, and
// causes for programs.
func errorResponse(request *admissionv1.AdmissionRequest, errs *apis.FieldError) *admissionv1.AdmissionResponse {
	problems := fielderror.Problems(errs)
	named := problems[:min(len(problems), maxProblems)]
	details := &metav1.StatusDetails{
		Group: request.Kind.Group, Kind: request.Kind.Kind, Name: request.Name,
	}
	lines := make([]string, 0, len(named)+1)
	for _, problem := range named {
		lines = append(lines, problem.String())
		details.Causes = append(details.Causes, metav1.StatusCause{
			Type: causeOf(problem), Field: problem.Path, Message: problem.Text(),
		})
	}
	if more := len(problems) - len(named); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	response := webhook.MakeErrorStatus("validation failed: %s", strings.Join(lines, "\n"))
	response.Result.Details = details
	return response
}

// causes maps the beginning of a message to the cause for programs.
var causes = []struct {
	message string
	cause   metav1.CauseType
}{
	{"Required", metav1.CauseTypeFieldValueRequired},
	{"Unsupported", metav1.CauseTypeFieldValueNotSupported},
	{"Duplicate", metav1.CauseTypeFieldValueDuplicate},
	{"Forbidden", metav1.CauseTypeForbidden},
	{"Too long", metav1.CauseTypeTooLong},
	{"Too many", metav1.CauseTypeTooMany},
}

func causeOf(problem fielderror.Problem) metav1.CauseType {
	for _, known := range causes {
		if strings.HasPrefix(problem.Message, known.message) {
			return known.cause
		}
	}
	return metav1.CauseTypeFieldValueInvalid
}

// warnings returns the warnings for the author, one line each.
func warnings(found *apis.FieldError) []string {
	problems := fielderror.Problems(found.Filter(apis.WarningLevel))
	lines := make([]string, 0, len(problems))
	for _, problem := range problems {
		lines = append(lines, problem.String())
	}
	return lines
}

func join(texts []string) string {
	return strings.Join(texts, ", ")
}
