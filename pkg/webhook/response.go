/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"fmt"
	"net/http"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// maxProblems limits the number of problems in a response, because every part of a
// large object may be wrong.
const maxProblems = 100

// errorResponse returns a response with all problems: one line each for users, and
// causes for programs. It has the code of an invalid object, for which kubectl edit opens
// the editor again.
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
	return &admissionv1.AdmissionResponse{Result: &metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusUnprocessableEntity, Reason: metav1.StatusReasonInvalid,
		Message: "validation failed: " + strings.Join(lines, "\n"), Details: details,
	}}
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
