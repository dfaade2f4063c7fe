//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"strings"
	"sync"
	"testing"

	"openfunction.dev/openfunction/test/cluster"
)

// sharedReply is the reply of sharedImage without GREETING.
const sharedReply = "shared"

var shared struct {
	once  sync.Once
	image string
}

// sharedImage returns an image that serves, by digest. The first test that needs it
// builds it, in a namespace of its own.
func sharedImage(t *testing.T, c *cluster.Cluster) string {
	t.Helper()
	shared.once.Do(func() {
		namespace := c.Namespace(t)
		fn := c.AwaitReady(t, c.Create(t, buildOnly(c, namespace, git.New(t, namespace, greeter(sharedReply)))))
		shared.image = strings.TrimSuffix(fn.Spec.Image, ":latest") + "@" + fn.Status.Revision.ImageDigest
	})
	if shared.image == "" {
		t.Fatal("the image that several tests share was not built; see the failure of another test")
	}
	return shared.image
}
