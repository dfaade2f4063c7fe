/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"encoding/json"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// parse reads JSON as the API machinery does, whole numbers as int64.
func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON([]byte(`{"apiVersion": "v1", "kind": "K", "it": ` + text + `}`)); err != nil {
		t.Fatalf("Reading %s: %v", text, err)
	}
	return map[string]any{"it": u.Object["it"]}
}

func TestFirstDifference(t *testing.T) {
	for name, test := range map[string]struct{ live, want, path string }{
		"equal":                   {`{"a": 1, "b": ["x"]}`, `{"a": 1, "b": ["x"]}`, ""},
		"more in live":            {`{"a": 1, "b": 2}`, `{"a": 1}`, ""},
		"changed":                 {`{"a": {"b": 2}}`, `{"a": {"b": 1}}`, ".it.a.b"},
		"removed":                 {`{"a": {}}`, `{"a": {"b": 1}}`, ".it.a.b"},
		"removed with its parent": {`{}`, `{"a": {"b": 1}}`, ".it.a.b"},
		"first of two":            {`{}`, `{"z": 1, "b": 1}`, ".it.b"},
		"another type":            {`{"a": "1"}`, `{"a": 1}`, ".it.a"},
		"map for a list":          {`{"a": {}}`, `{"a": [1]}`, ".it.a"},
		"list for a map":          {`{"a": []}`, `{"a": {"b": 1}}`, ".it.a"},
		"scalar for a map":        {`{"a": 1}`, `{"a": {}}`, ".it.a"},
		"float and int":           {`{"a": 1.0}`, `{"a": 1}`, ""},
		"other float":             {`{"a": 1.5}`, `{"a": 1}`, ".it.a"},
		"empty map dropped":       {`{}`, `{"a": {}}`, ""},
		"empty list dropped":      {`{}`, `{"a": []}`, ""},
		"zeros dropped":           {`{}`, `{"a": 0, "b": "", "c": false, "d": {"e": ""}}`, ""},
		"one dropped":             {`{}`, `{"a": 1}`, ".it.a"},
		"zero changed":            {`{"a": 3}`, `{"a": 0}`, ".it.a"},
		"false changed":           {`{"a": true}`, `{"a": false}`, ".it.a"},
		"empty list filled":       {`{"a": [1]}`, `{"a": []}`, ".it.a"},
		"item changed":            {`{"a": [1, 3]}`, `{"a": [1, 2]}`, ".it.a[1]"},
		"item added":              {`{"a": [1, 2, 3]}`, `{"a": [1, 2]}`, ".it.a"},
		"item defaulted":          {`{"a": [{"n": "x", "d": 1}]}`, `{"a": [{"n": "x"}]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := firstDifference(parse(t, test.live), parse(t, test.want), ""); got != test.path {
				t.Errorf("firstDifference() = %q, want %q", got, test.path)
			}
			if got := covers(parse(t, test.live), parse(t, test.want)); got != (test.path == "") {
				t.Errorf("covers() = %t, want %t", got, test.path == "")
			}
		})
	}
}

func TestDiff(t *testing.T) {
	hashed := func(hash string, value string) *unstructured.Unstructured {
		u := object(configurationKind, "c", map[string]any{"spec": spec(value)})
		u.SetAnnotations(map[string]string{functions.AppliedAnnotationKey: hash})
		return u
	}
	for name, test := range map[string]struct {
		want, live *unstructured.Unstructured
		path       string
	}{
		"none":            {hashed("1", "x"), hashed("1", "x"), ""},
		"changed by us":   {hashed("2", "x"), hashed("1", "x"), ".metadata.annotations.openfunction.io/applied"},
		"changed by them": {hashed("1", "x"), hashed("1", "y"), ".spec.field"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := diff(test.want, test.live); got != test.path {
				t.Errorf("diff() = %q, want %q", got, test.path)
			}
		})
	}
}

func TestProject(t *testing.T) {
	for name, test := range map[string]struct{ got, want, projected string }{
		"what is wanted":    {`{"a": 1, "b": 2}`, `{"a": 3}`, `{"a": 1}`},
		"what is there":     {`{"a": 1}`, `{"a": 1, "b": 2}`, `{"a": 1}`},
		"deeper":            {`{"a": {"b": 1, "c": 2}}`, `{"a": {"b": 0}}`, `{"a": {"b": 1}}`},
		"items":             {`[{"a": 1, "b": 2}]`, `[{"a": 1}]`, `[{"a": 1}]`},
		"list of more":      {`[{"a": 1, "b": 2}, 3]`, `[{"a": 1}]`, `[{"a": 1, "b": 2}, 3]`},
		"scalar for a map":  {`1`, `{"a": 1}`, `1`},
		"scalar for a list": {`1`, `[1]`, `1`},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := json.Marshal(project(parse(t, test.got), parse(t, test.want)))
			want, _ := json.Marshal(parse(t, test.projected))
			if string(got) != string(want) {
				t.Errorf("project() = %s, want %s", got, want)
			}
		})
	}
}
