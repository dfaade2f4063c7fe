/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package admission

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/sets"
)

// introduction begins the page of the rows.
const introduction = `# Admission

What the webhook replies to each kind of input. A reply has every error at once, as
"path: what is wrong: what to write instead", with the code 422, and
"status.details.causes" for programs. It is the same for create, update, apply and dry
run. An update is checked only where it changes something.

The rows are data in test/admission/testdata/rows. The same rows are tested on the
types, on the webhook over TLS and on an API server. This page is generated from them.

`

// The page shows the rows. To update it: UPDATE_DOCS=true go test ./test/admission.
func TestManualShowsTheRows(t *testing.T) {
	const path = "../../docs/reference/admission.md"
	want := introduction + Table(rows(t))
	if os.Getenv("UPDATE_DOCS") == "true" {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is out of date (-want +got):\n%s", path, diff)
	}
}

func TestRowsAreNamedOnce(t *testing.T) {
	seen := sets.New[string]()
	for _, row := range rows(t) {
		if seen.Has(row.Name()) {
			t.Errorf("two rows are named %q", row.Name())
		}
		seen.Insert(row.Name())
	}
}

// Rows that change ConfigMaps cannot run beside others on one server.
func TestEachMechanismHasOneRowWithoutConfigMaps(t *testing.T) {
	mechanisms, err := Mechanisms()
	if err != nil {
		t.Fatal(err)
	}
	seen := sets.New[string]()
	for _, row := range mechanisms {
		if seen.Has(row.Mechanism) || row.Config != nil {
			t.Errorf("row %q: another row has mechanism %q, or it changes a ConfigMap", row.Name(), row.Mechanism)
		}
		seen.Insert(row.Mechanism)
	}
	const fewest = 15
	if len(seen) < fewest {
		t.Errorf("%d mechanisms, want %d at least", len(seen), fewest)
	}
}
