/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/keda"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
	"openfunction.dev/openfunction/pkg/webhook/requester"
)

// These tests call the package without Knative's framework. plugins are the plug-ins of
// cmd/webhook.
var plugins = plugin.New(shipwright.New(), knative.New(), keda.New(), async.New())

var (
	validating = admission{withConfig: func(ctx context.Context) context.Context { return ctx }, requester: endUser, plugins: plugins}
	fillingIn  = admission{withConfig: validating.withConfig, requester: endUser, setsDefaults: true, plugins: plugins}
)

func endUser(user *authenticationv1.UserInfo) requester.Requester {
	return requester.Requester{User: user}
}

func request(tb testing.TB, kind, spec, fieldValidation string) *admissionv1.AdmissionRequest {
	tb.Helper()
	raw, err := yaml.YAMLToJSON([]byte("metadata: {name: hello}\nspec: " + spec))
	if err != nil {
		tb.Fatal(err)
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

func TestAdmitNamesUnknownFields(t *testing.T) {
	const spec = `{image: hello, serving: {template: {containers: [{name: function, imagePullPoliccy: Always}], hostNetwrok: true}}}`
	unknown := []string{
		`unknown field "spec.serving.template.containers[0].imagePullPoliccy"`,
		`unknown field "spec.serving.template.hostNetwrok"`,
	}
	for name, tt := range map[string]struct {
		spec, fieldValidation string
		refused               bool
		warnings              []string
	}{
		"nothing unknown": {spec: `{image: hello, serving: {}}`, fieldValidation: "Strict"},
		"strict":          {spec: spec, fieldValidation: "Strict", refused: true},
		"warn":            {spec: spec, fieldValidation: "Warn", warnings: unknown},
		"ignore":          {spec: spec, fieldValidation: "Ignore"},
		"not requested":   {spec: spec, warnings: unknown},
		"invalid options": {spec: spec, fieldValidation: `"`, warnings: unknown},
	} {
		t.Run(name, func(t *testing.T) {
			response := validating.Admit(t.Context(), request(t, "Function", tt.spec, tt.fieldValidation))
			if response.Allowed == tt.refused {
				t.Fatalf("allowed = %t: %v", response.Allowed, response.Result)
			}
			if diff := cmp.Diff(tt.warnings, response.Warnings, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if want := strings.Join(unknown, ", "); tt.refused && !strings.HasSuffix(response.Result.Message, want) {
				t.Errorf("%q does not name %s", response.Result.Message, want)
			}
		})
	}
}

func TestAdmitLocatesWhatCannotBeRead(t *testing.T) {
	for name, tt := range map[string]struct {
		kind, spec string
		want       []string
	}{
		"a duration": {
			"Function", `{image: hello, build: {timeout: abc, builder: builder, srcRepo: {url: "https://git.example.com/r"}}}`,
			[]string{`spec.build.timeout: Invalid value: must be a duration, for example 90s or 1h30m`},
		},
		"a quantity in a list": {
			"Function", `{image: hello, serving: {template: {containers: [{name: a, image: aa}, {name: b, image: bb, resources: {limits: {cpu: 1.2.3, memory: 1Mi}}}]}}}`,
			[]string{`spec.serving.template.containers[1].resources.limits[cpu]: Invalid value: must be a quantity, for example 500m or 1Gi`},
		},
		"of a Builder": {"Builder", `{image: hello, builder: builder, srcRepo: {url: "https://git.example.com/r"}, timeout: 5}`, []string{
			`spec.timeout: Invalid value: must be a duration, for example 90s or 1h30m`,
		}},
		"several at once, with what is wrong beside": {
			"Serving", `{image: UPPER, outputs: a, params: {A.B: 1}, triggers: {http: {port: "80"}}, timeout: {}, template: []}`,
			[]string{
				"spec.image: Invalid value: \"UPPER\": repository must be lowercase",
				"spec.outputs: Invalid value: must be a list",
				"spec.params[A.B]: Invalid value: must be a string",
				"spec.template: Invalid value: must be an object",
				"spec.timeout: Invalid value: must be a duration, for example 90s or 1h30m",
				"spec.triggers.http.port: Invalid value: must be a whole number of 32 bits",
			},
		},
		"in its place, not as missing": {"Function", `{image: [hello], serving: {}}`, []string{"spec.image: Invalid value: must be a string"}},
		"no spec":                      {"Function", `text`, []string{"spec: Invalid value: must be an object"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, a := range []admission{validating, fillingIn} {
				response := a.Admit(t.Context(), request(t, tt.kind, tt.spec, ""))
				if response.Allowed {
					t.Fatal("it is allowed")
				}
				text, _ := strings.CutPrefix(response.Result.Message, "validation failed: ")
				if diff := cmp.Diff(tt.want, strings.Split(text, "\n")); diff != "" {
					t.Errorf("problems (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// A value that cannot be decoded can be huge and can be a secret.
func TestAdmitRepeatsLittle(t *testing.T) {
	huge := strings.Repeat("a\x01", 1<<20)
	text, err := json.Marshal(huge)
	if err != nil {
		t.Fatal(err)
	}
	response := validating.Admit(t.Context(), request(t, "Function", `{serving: {timeout: `+string(text)+`}}`, ""))
	if response.Allowed || len(response.Result.Message) > 1000 {
		t.Errorf("allowed = %t with a message of %d bytes", response.Allowed, len(response.Result.Message))
	}
}

func TestAdmitLeavesTheRestAlone(t *testing.T) {
	deletion := &admissionv1.AdmissionRequest{Kind: request(t, "Function", `{}`, "").Kind, Operation: admissionv1.Delete}
	status := request(t, "Function", `{}`, "")
	status.SubResource = "status"
	for _, r := range []*admissionv1.AdmissionRequest{deletion, status} {
		if response := validating.Admit(t.Context(), r); !response.Allowed {
			t.Errorf("%v of %q is refused: %v", r.Operation, r.SubResource, response.Result)
		}
	}
}

func TestAdmitRefusesWhatItDoesNotKnow(t *testing.T) {
	other, nothing, text := request(t, "Function", `{}`, ""), request(t, "Function", `{}`, ""), request(t, "Function", `{}`, "")
	other.Kind.Kind = "Gateway"
	nothing.Object.Raw = nil
	text.Object.Raw = []byte(`"text"`)
	for want, r := range map[string]*admissionv1.AdmissionRequest{"kind: ": other, "object: Required": nothing, "object: Invalid": text} {
		response := validating.Admit(t.Context(), r)
		if response.Allowed || !strings.HasPrefix(response.Result.Message, "validation failed: "+want) {
			t.Errorf("got %v, want one about %s", response.Result, want)
		}
	}
}

func TestCheckSize(t *testing.T) {
	raw := func(bytes int) runtime.RawExtension { return runtime.RawExtension{Raw: make([]byte, bytes)} }
	for name, tt := range map[string]struct {
		object, old int
		want        string
	}{
		"an object of the limit":              {maxObjectBytes, 0, ""},
		"a larger object":                     {maxObjectBytes + 1, 0, "spec: Too long: must have at most 524288 bytes, has 524289"},
		"an update of a stored larger object": {maxObjectBytes + 1, maxObjectBytes + 1, ""},
		"an update that makes it larger still": {
			maxObjectBytes + 2, maxObjectBytes + 1,
			"spec: Too long: must have at most 524288 bytes, has 524290",
		},
	} {
		got := checkSize(&admissionv1.AdmissionRequest{Object: raw(tt.object), OldObject: raw(tt.old)})
		if text := fielderror.Text(got); text != tt.want {
			t.Errorf("%s: got %q, want %q", name, text, tt.want)
		}
	}
}
