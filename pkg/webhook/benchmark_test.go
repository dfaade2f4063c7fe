/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"fmt"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
)

// large returns the spec of a function of 100 KB.
func large() string {
	var env strings.Builder
	for i := range 100 {
		fmt.Fprintf(&env, "V%d: %q, ", i, strings.Repeat("x", 1000))
	}
	return `{image: "registry.example.com/team/hello:v1", serving: {}, build: {builder: "registry.example.com/builder:v1",
		srcRepo: {url: "https://git.example.com/r"}, env: {` + env.String() + `}}}`
}

func BenchmarkAdmit(b *testing.B) {
	const small = `{image: "registry.example.com/team/hello:v1", serving: {params: {A: b}, template: {containers: [{name: function}]}}}`
	const bad = `{image: "registry.example.com/team/hello:v1", version: a/b, serving: {triggers: {http: {port: 9090}}, template: {hostNetwork: true}}}`
	for _, tt := range []struct{ name, spec string }{{"small", small}, {"bad", bad}, {"large", large()}} {
		create := request(b, "Function", tt.spec, "")
		update := create.DeepCopy()
		update.Operation, update.OldObject = admissionv1.Update, create.Object
		update.Object.Raw = []byte(strings.Replace(string(create.Object.Raw), "team/hello", "Team/hello", 1))
		if tt.name != "bad" {
			update.Object.Raw = []byte(strings.Replace(string(create.Object.Raw), "hello:v1", "hello:v2", 1))
		}
		for _, r := range []*admissionv1.AdmissionRequest{create, update} {
			for name, a := range map[string]admission{"defaulting": fillingIn, "validation": validating} {
				b.Run(tt.name+"/"+string(r.Operation)+"/"+name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if response := a.Admit(b.Context(), r); response.Allowed == (tt.name == "bad") {
							b.Fatal(response.Result)
						}
					}
				})
			}
		}
	}
}
