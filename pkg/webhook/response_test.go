/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestRefusalHasCausesForPrograms(t *testing.T) {
	const spec = `{version: "", image: UPPER, serving: {workloadType: x, params: {PORT: "1"}, hooks: {pre: [a, a]}, labels: {a: b}}}`
	response := validating.Admit(t.Context(), request(t, "Function", spec, ""))
	if response.Allowed || response.Result.Code != 422 || response.Result.Reason != metav1.StatusReasonInvalid {
		t.Fatalf("got %v, want an invalid object", response)
	}
	want := map[string]metav1.CauseType{
		"spec.version":              metav1.CauseTypeFieldValueRequired,
		"spec.image":                metav1.CauseTypeFieldValueInvalid,
		"spec.serving.workloadType": metav1.CauseTypeFieldValueNotSupported,
		"spec.serving.params[PORT]": metav1.CauseTypeForbidden,
		"spec.serving.hooks.pre[1]": metav1.CauseTypeFieldValueDuplicate,
	}
	got := map[string]metav1.CauseType{}
	for _, cause := range response.Result.Details.Causes {
		got[cause.Field] = cause.Type
		if !strings.Contains(response.Result.Message, cause.Field+": "+cause.Message) {
			t.Errorf("the message does not hold the cause %v", cause)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("causes (-want +got):\n%s", diff)
	}
}

// An object can have hundreds of errors; the response stays readable.
func TestErrorsAreLimited(t *testing.T) {
	values := map[string]string{}
	for i := range 60 {
		values[fmt.Sprintf("A-%d-", i)] = "x y"
	}
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	spec := fmt.Sprintf(`{image: hello, serving: {params: %s, labels: %s}}`, text, text)
	response := validating.Admit(t.Context(), request(t, "Function", spec, ""))
	lines := strings.Split(response.Result.Message, "\n")
	if len(lines) != maxProblems+1 || lines[maxProblems] != "and 80 more" || len(response.Result.Details.Causes) != maxProblems {
		t.Errorf("%d lines, the last %q, and %d causes", len(lines), lines[len(lines)-1], len(response.Result.Details.Causes))
	}
}
