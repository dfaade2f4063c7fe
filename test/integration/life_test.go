//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/integration/simulator"
)

// A user sees what happened to a function, each change once, also if the controller
// restarts.
func TestFunctionHasTheEventsOfItsLife(t *testing.T) {
	p := start(t)
	fn := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	p.awaitLife(t, fn, map[string]int32{"Built": 1, "RolledOut": 1})

	token := func(value string) func(*v1beta2.FunctionSpec) {
		return func(spec *v1beta2.FunctionSpec) { spec.Build.RebuildToken = value }
	}
	fn = p.AwaitReady(t, p.Edit(t, fn, token("2")))
	p.awaitLife(t, fn, map[string]int32{"Built": 2, "RolledOut": 2})

	fn = p.AwaitReady(t, p.Edit(t, fn, token("")))
	p.awaitLife(t, fn, map[string]int32{"Built": 2, "RolledOut": 2, "RolledBack": 1})

	p.controller.Stop()
	p.startController(t)
	p.shipwright.EndBuilds(&simulator.BuildEnd{Reason: "BuildFailed", Message: "undefined: fmt.Printl"})
	p.Edit(t, fn, token("3"))
	p.awaitLife(t, fn, map[string]int32{"Built": 2, "RolledOut": 2, "RolledBack": 1, "BuildFailed": 1})
}

// awaitLife waits until fn has exactly these Kubernetes events, counted by reason.
func (p *platform) awaitLife(t *testing.T, fn *v1beta2.Function, want map[string]int32) {
	t.Helper()
	var diff string
	err := wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
		events, err := p.Kube.CoreV1().Events(fn.Namespace).List(ctx, metav1.ListOptions{
			FieldSelector: "involvedObject.kind=Function,involvedObject.uid=" + string(fn.UID),
		})
		if err != nil {
			return false, err
		}
		got := map[string]int32{}
		for i := range events.Items {
			got[events.Items[i].Reason] += events.Items[i].Count
		}
		diff = cmp.Diff(want, got)
		return diff == "", nil
	})
	if err != nil {
		t.Fatalf("the events of the Function (-want, +got): %s", diff)
	}
}
