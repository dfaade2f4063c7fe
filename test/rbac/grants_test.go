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

// ofTheCluster are the objects that may be read in every namespace, with the reason.
// RBAC cannot limit it to objects with our labels, by which the programs select them.
var ofTheCluster = map[string]string{
	"system:serviceaccount:openfunction:controller list pods":  "only the pod shows that a container or a sidecar fails",
	"system:serviceaccount:openfunction:controller watch pods": "only the pod shows that a container or a sidecar fails",
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
			if ofTheCluster[grant.User+" "+grant.Verb+" "+grant.Resource] == "" {
				t.Errorf("%v: of the whole cluster", grant)
			}
		}
	}
	for _, name := range []string{"controller", "webhook", "scheduler", "mqtt-scaler"} {
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

// The roles by whose names exceptions are made exist, and every right on a kind of Dapr or
// KEDA is in one of them.
func TestIsForEvents(t *testing.T) {
	grants, err := Read("../../config")
	if err != nil {
		t.Fatal(err)
	}
	missing := slices.Clone(forEvents)
	for _, grant := range grants {
		missing = slices.DeleteFunc(missing, func(role string) bool { return role == grant.Role })
		foreign := slices.Contains([]string{"dapr.io", "keda.sh"}, grant.Group)
		if foreign && !isForEvents(grant) && !isForKeda(grant) {
			t.Errorf("%v is of no use without Dapr and KEDA, and none of %v", grant, forEvents)
		}
	}
	if len(missing) > 0 {
		t.Errorf("no role is named %v", missing)
	}
}

// Every right on a kind of Knative Eventing is in the role by whose name exceptions are
// made.
func TestIsForEventing(t *testing.T) {
	grants, err := Read("../../config")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, grant := range grants {
		if isForEventing(grant) != (grant.Group == "eventing.knative.dev") {
			t.Errorf("%v is in the wrong role", grant)
		}
		found = found || isForEventing(grant)
	}
	if !found {
		t.Error("no role allows the controller to make Triggers")
	}
}
