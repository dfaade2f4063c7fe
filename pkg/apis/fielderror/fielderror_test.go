/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fielderror

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"
)

func TestTexts(t *testing.T) {
	path := field.NewPath("spec", "x")
	long := strings.Repeat("a", 70)
	number := int32(7)
	for name, tt := range map[string]struct {
		errs field.ErrorList
		want string
	}{
		"a number is not quoted":                 {field.ErrorList{Invalid(path, number, "w")}, "spec.x: Invalid value: 7: w"},
		"a duration is quoted":                   {field.ErrorList{Invalid(path, time.Minute, "w")}, `spec.x: Invalid value: "1m0s": w`},
		"a long value is shortened":              {field.ErrorList{Invalid(path, long, "w")}, `spec.x: Invalid value: "` + long[:64] + `…": w`},
		"a secret is not repeated":               {field.ErrorList{InvalidSecret(path, "w")}, "spec.x: Invalid value: w"},
		"a duplicate":                            {field.ErrorList{Duplicate(path, "a")}, `spec.x: Duplicate value: "a"`},
		"a text that is too long":                {field.ErrorList{TooLong(path, 3, 2)}, "spec.x: Too long: must have at most 2 bytes, has 3"},
		"a list that is too long":                {AtMost(path, 3, 2), "spec.x: Too many: must have at most 2 items, has 3"},
		"a value that is not supported":          {OneOf(path, "c", "", "a"), `spec.x: Unsupported value: "c": supported values: "", a`},
		"a secret that is not supported":         {field.ErrorList{NotSupportedSecret(path, "w")}, "spec.x: Unsupported value: w"},
		"a number outside of bounds":             {Between(path, &number, 1, 6), "spec.x: Invalid value: 7: must be between 1 and 6"},
		"a number below a bound":                 {AtLeast(path, &number, 8), "spec.x: Invalid value: 7: must be at least 8"},
		"a missing name":                         {ObjectName(path, ""), "spec.x: Required value: set the name of the object"},
		"an image with a scheme":                 {Image(path, "https://a/b"), `spec.x: Invalid value: "https://a/b": must not contain a scheme: begin with the registry's host`},
		"a key with dots":                        {field.ErrorList{field.Forbidden(Key(path, "a.b/c"), "w")}, "spec.x[a.b/c]: Forbidden: w"},
		"a key that is not printable":            {field.ErrorList{field.Forbidden(Key(path, "a\n"), "w")}, `spec.x["a\n"]: Forbidden: w`},
		"an empty key":                           {field.ErrorList{field.Forbidden(Key(path, ""), "w")}, `spec.x[""]: Forbidden: w`},
		"several errors are sorted, on one line": {field.ErrorList{field.Forbidden(field.NewPath("b"), "w\nv"), field.Required(field.NewPath("a"), ""), field.Required(field.NewPath("a"), "")}, "a: Required value; b: Forbidden: w v"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Text(ForKnative(tt.errs)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestForKnativeKeepsWarningsApart(t *testing.T) {
	path := field.NewPath("spec")
	got := ForKnative(field.ErrorList{field.Required(path, "w")}, Warning{Path: path, Text: "has no effect"})
	if diff := cmp.Diff("spec: has no effect", Text(got.Filter(apis.WarningLevel))); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("spec: Required value: w", Text(got.Filter(apis.ErrorLevel))); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if none := ForKnative(nil); none != nil {
		t.Errorf("no error becomes %v", none)
	}
}

func TestRatchet(t *testing.T) {
	type object struct {
		Env map[string]string `json:"env,omitempty"`
	}
	bad := func(key string) *field.Error { return field.Forbidden(Key(field.NewPath("env"), key), "w") }
	missing := field.Required(field.NewPath("image"), "w")
	for name, tt := range map[string]struct {
		errs, before field.ErrorList
		now, then    object
		want         string
	}{
		"a new error":                   {errs: field.ErrorList{bad("a.b")}, before: field.ErrorList{missing}, want: "env[a.b]: Forbidden: w"},
		"an error that was there":       {errs: field.ErrorList{bad("a.b")}, before: field.ErrorList{bad("a.b")}, now: object{map[string]string{"a.b": "1"}}, then: object{map[string]string{"a.b": "1"}}},
		"the same error, another value": {errs: field.ErrorList{bad("a.b")}, before: field.ErrorList{bad("a.b")}, now: object{map[string]string{"a.b": "2"}}, then: object{map[string]string{"a.b": "1"}}, want: "env[a.b]: Forbidden: w"},
		"a field that is still missing": {errs: field.ErrorList{missing}, before: field.ErrorList{missing}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Text(ForKnative(Ratchet(tt.errs, tt.before, &tt.now, &tt.then))); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
