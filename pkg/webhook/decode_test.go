/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// allowing admits everything.
type allowing struct{ admitter }

func (allowing) Admit(context.Context, *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
	return &admissionv1.AdmissionResponse{Allowed: true, Warnings: []string{"its own"}}
}

func request(t *testing.T, kind, spec, fieldValidation string) *admissionv1.AdmissionRequest {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte("metadata: {name: hello}\nspec: " + spec))
	if err != nil {
		t.Fatal(err)
	}
	r := &admissionv1.AdmissionRequest{
		Kind:      metav1.GroupVersionKind(v1beta2.SchemeGroupVersion.WithKind(kind)),
		Operation: admissionv1.Create,
		Object:    runtime.RawExtension{Raw: raw},
	}
	if fieldValidation != "" {
		r.Options.Raw = []byte(`{"fieldValidation":"` + fieldValidation + `"}`)
	}
	return r
}

func TestDecoderNamesUnknownFields(t *testing.T) {
	const spec = `{serving: {template: {containers: [{name: function, imagePullPoliccy: Always}], hostNetwrok: true}}}`
	unknown := []string{
		`unknown field "spec.serving.template.containers[0].imagePullPoliccy"`,
		`unknown field "spec.serving.template.hostNetwrok"`,
	}
	for name, tt := range map[string]struct {
		spec, fieldValidation string
		refused               bool
		warnings              []string
	}{
		"nothing unknown":  {spec: `{serving: {template: {hostNetwork: true}}}`, fieldValidation: "Strict", warnings: []string{"its own"}},
		"strict":           {spec: spec, fieldValidation: "Strict", refused: true},
		"warn":             {spec: spec, fieldValidation: "Warn", warnings: append([]string{"its own"}, unknown...)},
		"ignore":           {spec: spec, fieldValidation: "Ignore", warnings: []string{"its own"}},
		"not asked for":    {spec: spec, warnings: append([]string{"its own"}, unknown...)},
		"nobody's options": {spec: spec, fieldValidation: `"`, warnings: append([]string{"its own"}, unknown...)},
	} {
		t.Run(name, func(t *testing.T) {
			response := decoder{admitter: allowing{}}.Admit(t.Context(), request(t, "Function", tt.spec, tt.fieldValidation))
			if response.Allowed == tt.refused {
				t.Fatalf("allowed = %t: %v", response.Allowed, response.Result)
			}
			if diff := cmp.Diff(tt.warnings, response.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if want := strings.Join(unknown, ", "); tt.refused && !strings.HasSuffix(response.Result.Message, want) {
				t.Errorf("%q does not name %s", response.Result.Message, want)
			}
		})
	}
}

func TestDecoderLocatesWhatCannotBeRead(t *testing.T) {
	for name, tt := range map[string]struct{ kind, spec, want string }{
		"a duration": {
			"Function", `{build: {timeout: abc}, serving: {}}`,
			"Invalid value: spec.build.timeout\ntime: invalid duration \"abc\"",
		},
		"a quantity in a list": {
			"Function", `{serving: {template: {containers: [{name: a}, {name: b, resources: {limits: {cpu: 1.2.3, memory: 1Mi}}}]}}}`,
			"Invalid value: spec.serving.template.containers[1].resources.limits.cpu\nquantities must match the regular expression",
		},
		"of a Builder": {"Builder", `{timeout: 5}`, "Invalid value: spec.timeout\n"},
		"a list":       {"Serving", `{outputs: a}`, "Invalid value: spec.outputs\n"},
		"two at once":  {"Function", `{build: {timeout: abc}, serving: {timeout: def}}`, "Invalid value: spec\n"},
		"no spec":      {"Function", `text`, "Invalid value: spec\n"},
	} {
		t.Run(name, func(t *testing.T) {
			response := decoder{admitter: allowing{}}.Admit(t.Context(), request(t, tt.kind, tt.spec, ""))
			if response.Allowed || !strings.HasPrefix(response.Result.Message, "validation failed: "+tt.want) {
				t.Errorf("got %v, want %q", response.Result, tt.want)
			}
		})
	}
}

func TestDecoderLeavesTheRestAlone(t *testing.T) {
	other := request(t, "Function", `{}`, "")
	other.Kind.Kind = "Gateway"
	deletion := &admissionv1.AdmissionRequest{Kind: request(t, "Function", `{}`, "").Kind, Operation: admissionv1.Delete}
	for _, r := range []*admissionv1.AdmissionRequest{other, deletion} {
		if response := (decoder{admitter: allowing{}}).Admit(t.Context(), r); !response.Allowed {
			t.Errorf("%v of a %s is refused: %v", r.Operation, r.Kind.Kind, response.Result)
		}
	}
}
