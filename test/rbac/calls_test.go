//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package rbac

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"openfunction.dev/openfunction/test/cluster"
)

const (
	// suiteBegan is the variable with the time from which calls count.
	suiteBegan = "SUITE_BEGAN"
	// suiteParts is the variable with the parts that the tests had, separated by commas. A
	// cluster can have parts of earlier runs.
	suiteParts = "SUITE_PARTS"
)

// exceptions are what no call needs and a role allows all the same, by the end of
// the grant's name, with the reason.
var exceptions = map[string]string{
	"update functions/finalizers.core.openfunction.io": whyBlocking,
	"update builders/finalizers.core.openfunction.io":  whyBlocking,
	"update servings/finalizers.core.openfunction.io":  whyBlocking,
	"update namespaces/finalizers openfunction":        whyBlocking,

	"update gateways/finalizers.networking.openfunction.io": whyBlocking,

	"get functions.core.openfunction.io": whyConflict,
	"get builders.core.openfunction.io":  whyConflict,
	"get servings.core.openfunction.io":  whyConflict,

	"get gateways.networking.openfunction.io": whyConflict,

	"delete leases.coordination.k8s.io": whyLater,

	"get namespaces": whyBehind,
	"patch events":   whyAgain,
}

const (
	whyBlocking = "checked only by the admission plugin OwnerReferencesPermissionEnforcement if it is enabled, never by a request"
	whyConflict = "used after a conflict of status updates, which no test can cause reliably"
	whyBehind   = "used for a namespace that the watch has not delivered yet, which no test can cause reliably"
	whyAgain    = "used for an event that repeats an earlier one, such as a write that fails twice, which no test can cause reliably"
	whyLater    = "used an hour after a schedule was deleted, which is longer than all tests"
	whyFallback = "informers list where the API server cannot stream a list to them"
	whyKeda     = "requested for functions of the engine keda, which only the tests with part keda have"
	whyEventing = "requested for functions with triggers of Brokers, which only the tests with part eventing have"
	whyEvents   = "requested for functions with events, which only the tests with part async have"
)

// exception returns why a grant that no call needed is kept, or nothing. A list is
// one where the same role allows the watch that it stands in for; and what events and
// the engine keda need is where the run has none.
func exception(grant Grant, all []Grant, parts []string) string {
	watch := grant
	watch.Verb = "watch"
	switch {
	case grant.Verb == "list" && slices.Contains(all, watch):
		return whyFallback
	case !slices.Contains(parts, "async") && isForEvents(grant):
		return whyEvents
	case !slices.Contains(parts, "keda") && isForKeda(grant):
		return whyKeda
	case !slices.Contains(parts, "eventing") && isForEventing(grant):
		return whyEventing
	}
	for end, reason := range exceptions {
		if strings.HasSuffix(grant.String(), ": "+end) {
			return reason
		}
	}
	return ""
}

// The roles of the programs allow the requests that they sent while all tests ran, and
// nothing else. An attacker who controls a program would have an unused permission, too.
func TestRolesEqualCalls(t *testing.T) {
	since, err := time.Parse(time.RFC3339, os.Getenv(suiteBegan))
	if err != nil {
		t.Fatalf("%s must say when the tests began: %v", suiteBegan, err)
	}
	grants, err := Read("../../config")
	if err != nil {
		t.Fatal(err)
	}
	c := cluster.Connect(t)
	parts := strings.Split(os.Getenv(suiteParts), ",")
	for _, grant := range Superfluous(grants, c.Calls(t, cluster.ControllerUsers, since)) {
		if reason := exception(grant, grants, parts); reason != "" {
			t.Logf("never used, but kept: %v: %s", grant, reason)
			continue
		}
		t.Errorf("never used: %v", grant)
	}
	for _, call := range c.Refused(t, cluster.ControllerUsers, since) {
		t.Errorf("no role of %s allows: %v", call.User, call)
	}
}
