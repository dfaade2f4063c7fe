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
	return c.serves(t, "dapr.io/v1alpha1")
}

// HasHTTPAddOn reports whether KEDA's http add-on is installed.
func (c *Cluster) HasHTTPAddOn(t *testing.T) bool {
	t.Helper()
	return c.serves(t, "http.keda.sh/v1beta1")
}

func (c *Cluster) serves(t *testing.T, groupVersion string) bool {
	t.Helper()
	_, err := c.Kube.Discovery().ServerResourcesForGroupVersion(groupVersion)
	if err != nil && !apierrs.IsNotFound(err) {
		t.Fatalf("looking up %s: %v", groupVersion, err)
	}
	return err == nil
}
