/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// Functions that the rows of the tables change.
const (
	builtAndServed = `
metadata: {name: hello, namespace: team}
spec:
  image: registry.example.com/team/hello:v1
  build:
    builder: registry.example.com/builder:v1
    srcRepo: {url: "https://git.example.com/team/hello.git"}
  serving: {}
`
	servedOnly = `
metadata: {name: hello, namespace: team}
spec:
  image: registry.example.com/team/hello:v1
  serving: {}
`
)

// validationRow is one input and everything that is wrong with it.
type validationRow struct {
	// row is that of the register of bad input; 0 for what is not in it.
	row  int
	name string
	// spec is merged into the spec of the base; null removes a field.
	spec string
	want []string
}

// runValidation holds rows against what admission does: it fills in defaults,
// then validates.
func runValidation(t *testing.T, base string, rows []validationRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(fmt.Sprintf("%d %s", row.row, row.name), func(t *testing.T) {
			f := function(t, base, row.spec)
			f.SetDefaults(context.Background())
			got := list(f.Validate(apis.WithinCreate(context.Background())).Filter(apis.ErrorLevel))
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// large stands for values that are too long to write down.
var large = strings.NewReplacer(
	"LONG4097", strings.Repeat("a", 4097),
	"LONG300K", strings.Repeat("a", 300<<10),
	"LONG33K", strings.Repeat("a", 33<<10),
	"LONG256", strings.Repeat("a", 256),
	"LONG70", strings.Repeat("a", 70),
	"LONG64", strings.Repeat("a", 64),
	"LONGURL", "https://git.example.com/"+strings.Repeat("a", 2048),
	"ENV101", series("{", "}", 101, func(i int) string { return fmt.Sprintf("A%d: x", i) }),
	"ENV300K", series("{", "}", 10, func(i int) string { return fmt.Sprintf("A%d: %s", i, strings.Repeat("a", 30<<10)) }),
	"HOSTS17", series("[", "]", 17, func(i int) string { return fmt.Sprintf("h%d.example.com", i) }),
	"RULES17", series("[", "]", 17, func(int) string { return "{}" }),
)

func series(open, shut string, n int, item func(int) string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = item(i)
	}
	return open + strings.Join(items, ", ") + shut
}

// function returns the base with spec merged into its spec.
func function(t *testing.T, base, spec string) *Function {
	t.Helper()
	var change map[string]any
	if err := yaml.Unmarshal([]byte("spec: {"+large.Replace(spec)+"}"), &change); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(changed(t, base, change))
	if err != nil {
		t.Fatal(err)
	}
	f := &Function{}
	if err := yaml.UnmarshalStrict(text, f); err != nil {
		t.Fatal(err)
	}
	return f
}

// hugeFunction is function for changes that are too large for YAML: parsing them takes
// seconds with the race detector.
func hugeFunction(t *testing.T, base string, change map[string]any) *Function {
	t.Helper()
	text, err := json.Marshal(changed(t, base, change))
	if err != nil {
		t.Fatal(err)
	}
	f := &Function{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(f); err != nil {
		t.Fatal(err)
	}
	return f
}

// changed returns the fields of the base with change merged into them.
func changed(t *testing.T, base string, change map[string]any) map[string]any {
	t.Helper()
	var fields map[string]any
	if err := yaml.Unmarshal([]byte(base), &fields); err != nil {
		t.Fatal(err)
	}
	merge(fields, change)
	return fields
}

func merge(fields, change map[string]any) {
	for key, value := range change {
		into, ok := fields[key].(map[string]any)
		from, isMap := value.(map[string]any)
		switch {
		case value == nil:
			delete(fields, key)
		case ok && isMap:
			merge(into, from)
		default:
			fields[key] = value
		}
	}
}

// list returns each error as path: message: details, sorted.
func list(errs *apis.FieldError) []string {
	var all []string
	for _, problem := range fielderror.Problems(errs) {
		all = append(all, problem.String())
	}
	return all
}
