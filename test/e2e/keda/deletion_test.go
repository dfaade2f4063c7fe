//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// A request that wakes a function while it is deleted is answered.
func TestNoRequestHangsAtTheDeletion(t *testing.T) {
	for _, name := range []v1beta2.HTTPEngine{v1beta2.HTTPEngineKeda, v1beta2.HTTPEngineKnative} {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, c.Create(t, echo(t, c.Namespace(t), "hello", engine(name))))
			cluster.AwaitNone(t, c, pods(fn))
			c.DeleteUnderRequests(t, fn)
		})
	}
}
