/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package rbac

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openfunction.dev/openfunction/test/cluster"
)

func TestSuperfluous(t *testing.T) {
	const user = "system:serviceaccount:openfunction:controller"
	grants := []Grant{
		{User: user, Group: "shipwright.io", Resource: "buildruns", Verb: "create"},
		{User: user, Group: "shipwright.io", Resource: "buildruns", Verb: "delete"},
		{User: user, Group: "", Resource: "secrets", Verb: "get", Name: "webhook-certs", Namespace: "openfunction"},
		{User: user, Group: "core.openfunction.io", Resource: "functions/status", Verb: "update"},
		{User: user, Group: "core.openfunction.io", Resource: "functions", Verb: "update"},
	}
	calls := []cluster.Write{
		{User: user, Group: "shipwright.io", Resource: "buildruns", Verb: "create", Namespace: "team"},
		{User: "alice", Group: "shipwright.io", Resource: "buildruns", Verb: "delete", Namespace: "team"},
		{User: user, Group: "", Resource: "secrets", Verb: "get", Name: "webhook-certs", Namespace: "openfunction"},
		{User: user, Group: "core.openfunction.io", Resource: "functions/status", Verb: "update", Namespace: "team"},
	}
	if diff := cmp.Diff([]Grant{grants[1], grants[4]}, Superfluous(grants, calls)); diff != "" {
		t.Errorf("superfluous (-want +got):\n%s", diff)
	}
	calls[2].Namespace = "team"
	if got := Superfluous(grants, calls); !slices.Contains(got, grants[2]) {
		t.Error("a secret of another namespace is taken for ours")
	}
}

// What the real manifests give is what the comparison is about: none of it may be
// more than can be named one by one, or out of sight.
func TestRead(t *testing.T) {
	grants, err := Read("../../config")
	if err != nil {
		t.Fatal(err)
	}
	users := make(map[string]bool)
	for _, grant := range grants {
		users[grant.User] = true
		for _, word := range []string{grant.Group, grant.Resource, grant.Verb} {
			if word == "*" || slices.Contains([]string{"escalate", "bind", "impersonate"}, word) {
				t.Errorf("%v: %s", grant, word)
			}
		}
		if grant.Namespace == "" && grant.Group == "" && slices.Contains([]string{"secrets", "configmaps", "pods", "pods/exec"}, grant.Resource) {
			t.Errorf("%v: of the whole cluster", grant)
		}
	}
	for _, name := range []string{"controller", "webhook", "scheduler"} {
		if !users["system:serviceaccount:openfunction:"+name] {
			t.Errorf("%s may do nothing", name)
		}
	}
	want := Grant{
		File: "config/200-role-webhook.yaml", Role: "Role openfunction-webhook", User: "system:serviceaccount:openfunction:webhook",
		Namespace: "openfunction", Resource: "secrets", Verb: "update", Name: "webhook-certs",
	}
	if !slices.Contains(grants, want) {
		t.Errorf("%v is not found", want)
	}
}
