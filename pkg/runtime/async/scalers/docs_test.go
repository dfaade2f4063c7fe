/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const guides = "../../../../docs/guides/"

// section returns the part of docs/guides/events.md that is about scalers.
func section(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(guides + "events.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "\n## Which scaler is derived\n")
	if !found {
		t.Fatal("docs/guides/events.md does not list which scaler is derived")
	}
	before, _, _ := strings.Cut(after, "\n## ")
	return before
}

// The table has every type that a scaler is derived of, and no other.
func TestTypesAreDocumented(t *testing.T) {
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(section(t), -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			documented = append(documented, strings.Trim(name, "`"))
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(derivations)), documented); diff != "" {
		t.Errorf("types in docs/guides/events.md (-derived, +documented): %s", diff)
	}
}

// Each type that is derived has a case, and its triggers are those of the table.
func TestTriggersAreDocumented(t *testing.T) {
	rows := map[string]string{}
	for row := range strings.SplitSeq(section(t), "\n") {
		for kind := range derivations {
			if strings.Contains(row, "`"+kind+"`") && strings.HasPrefix(row, "| ") {
				rows[kind] = row
			}
		}
	}
	cases := map[string]bool{}
	for name, src := range derived {
		kind := src.Trigger.Component.Type
		cases[kind] = true
		for _, trigger := range mustDerive(t, src).Triggers {
			if kind != "" && !strings.Contains(rows[kind], "`"+trigger.Type+"`") {
				t.Errorf("%s: the row of %s does not have the trigger %s", name, kind, trigger.Type)
			}
		}
	}
	for kind := range derivations {
		if !cases[kind] {
			t.Errorf("no case derives a scaler of %s", kind)
		}
	}
}

// brokerPage returns the page of the broker of a type: the row of the type links to it.
func brokerPage(t *testing.T, kind string) string {
	t.Helper()
	link := regexp.MustCompile("(?m)^\\|[^|]*`" + regexp.QuoteMeta(kind) + "`[^|]*\\| \\[[^]]+\\]\\(([a-z-]+\\.md)").FindStringSubmatch(section(t))
	if link == nil {
		t.Fatalf("the row of %s has no link to a page", kind)
	}
	text, err := os.ReadFile(filepath.Clean(guides + link[1]))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The page of a broker has every setting that its scaler is derived from.
func TestSettingsAreDocumented(t *testing.T) {
	for name, src := range derived {
		component := src.Serving.Spec.Component("shop-orders")
		if component == nil {
			continue
		}
		text := brokerPage(t, component.Type)
		for _, setting := range component.Metadata {
			switch setting.Name {
			case "Brokers", "authRequired", "token", "saslExternal", "schedule", "namespaceScoped":
				// Spelled otherwise, deprecated, or nothing that is looked for.
			default:
				if !strings.Contains(text, "`"+setting.Name+"`") {
					t.Errorf("%s: the page of %s does not have %s", name, component.Type, setting.Name)
				}
			}
		}
	}
}
