//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/test/cluster"
)

// A function answers, goes to zero pods and answers from zero, without a write of the
// controller and without a change of its status.
func TestAFunctionScalesToZeroAndBack(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	began := time.Now()
	fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello")))
	t.Logf("figure: apply to Ready: %.1fs", time.Since(began).Seconds())
	url := fn.Status.URL.String()
	send := func() {
		t.Helper()
		got, err := c.Get(t.Context(), url)
		if err != nil || got != "hello" {
			t.Fatalf("the reply is %q, %v", got, err)
		}
	}
	send()
	// Not the Kubernetes events: they change no object.
	writes := slices.DeleteFunc(c.Writes(t, fn.Namespace, cluster.ControllerUsers, began), cluster.Write.IsEvent)
	if len(writes) > 16 {
		t.Errorf("%d writes until the function was ready, want at most 16: %v", len(writes), writes)
	}

	quiet := time.Now()
	cluster.AwaitNone(t, c, pods(fn))
	t.Logf("figure: last request to no pod: %.1fs", time.Since(quiet).Seconds())
	cold := time.Now()
	send()
	t.Logf("figure: reply from zero: %.2fs", time.Since(cold).Seconds())
	cluster.AwaitNone(t, c, pods(fn))

	if writes := c.Writes(t, fn.Namespace, cluster.ControllerUsers, quiet); len(writes) > 0 {
		t.Errorf("our controllers wrote while the function scaled: %v", writes)
	}
	latest, err := c.Functions(fn.Namespace).Get(t.Context(), fn.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if latest.ResourceVersion != fn.ResourceVersion {
		t.Errorf("the Function changed while it scaled: %+v", latest.Status)
	}
}
