//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	"openfunction.dev/openfunction/test/integration/environment"
)

// TestInstallation needs a server of its own: the tests change settings, definitions
// and the process of the webhook, which all namespaces share. They run one after the
// other.
func TestInstallation(t *testing.T) {
	t.Parallel()
	e := environment.New(t)
	for _, tt := range []struct {
		name string
		test func(*testing.T, *environment.Environment)
	}{
		{"kubectl apply installs and changes nothing the second time", testClientSideApply},
		{"stored objects are held to new rules only where they change", testStoredObjectsRatchet},
		{"settings of all namespaces and of one count for the next request", testConfiguration},
		{"a ConfigMap that cannot be read is refused", testConfigMaps},
		{"a service account needs the right to impersonate it", testServiceAccount},
		{"a service account needs that right also without the webhook", testServiceAccountWithoutWebhook},
		{"the webhook answers malformed requests and terminates", testProtocol},
		{"without the webhook only writes of a spec are refused", testWithoutWebhook},
		{"without conversion v1beta2 can be read and deleted", testWithoutConversion},
		{"storage migration leaves no object in v1beta1", testStorageMigration},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, e) })
	}
}

// testClientSideApply installs with kubectl apply. The whole manifest must fit into the
// annotation that kubectl writes for the next comparison.
func testClientSideApply(t *testing.T, e *environment.Environment) {
	t.Helper()
	for line := range strings.SplitSeq(e.Kubectl(t, "apply", "-f", "../../config"), "\n") {
		if !strings.HasSuffix(line, " created") {
			t.Errorf("the first apply printed %q", line)
		}
	}
	again := e.Kubectl(t, "apply", "-f", "../../config")
	for line := range strings.SplitSeq(again, "\n") {
		if !strings.HasSuffix(line, " unchanged") && !strings.HasSuffix(line, " configured") {
			t.Errorf("the second apply printed %q", line)
		}
	}
	for _, name := range []string{"functions", "builders", "servings"} {
		if want := name + ".core.openfunction.io unchanged"; !strings.Contains(again, want) {
			t.Errorf("the second apply does not report that %s", want)
		}
	}
}
