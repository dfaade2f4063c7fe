/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"testing"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
)

// HasDapr reports whether Dapr is installed.
func (c *Cluster) HasDapr(t *testing.T) bool {
	t.Helper()
	_, err := c.Kube.Discovery().ServerResourcesForGroupVersion("dapr.io/v1alpha1")
	if err != nil && !apierrs.IsNotFound(err) {
		t.Fatalf("asking for Dapr: %v", err)
	}
	return err == nil
}
