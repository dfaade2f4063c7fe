/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package funccontext

import (
	"encoding/json"
	"testing"
)

func TestMarshal(t *testing.T) {
	c := &Context{Name: "hello", Version: "v1", Runtime: RuntimeHTTP, Port: "8080"}
	got, err := c.Marshal()
	if err != nil {
		t.Fatal("Marshal() =", err)
	}
	want := `{"name":"hello","version":"v1","runtime":"Knative","port":"8080"}`
	if got != want {
		t.Errorf("Marshal() = %s, want %s", got, want)
	}
}

// Frameworks refuse a document without these keys, even where they are empty.
func TestMarshalKeepsRequiredKeys(t *testing.T) {
	got, err := (&Context{}).Marshal()
	if err != nil {
		t.Fatal("Marshal() =", err)
	}
	var keys map[string]any
	if err := json.Unmarshal([]byte(got), &keys); err != nil {
		t.Fatalf("%s is not JSON: %v", got, err)
	}
	for _, key := range []string{"name", "version", "runtime"} {
		if _, ok := keys[key]; !ok {
			t.Errorf("%s has no %q", got, key)
		}
	}
}
