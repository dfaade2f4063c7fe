//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// quickToZero makes Knative scale a function to zero as soon as possible.
func quickToZero() *v1beta2.ScaleOptions {
	return &v1beta2.ScaleOptions{Knative: &map[string]string{"autoscaling.knative.dev/window": "6s"}}
}

// An existing image is served with few writes of ours, and scales to zero and back with
// none: we are never on the cold path.
func TestAnImageIsServedAndScalesToZeroAndBack(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	image := sharedImage(t, c)
	namespace := c.Namespace(t)
	before := c.Contents(t, namespace)
	began := time.Now()

	fn := fromImage(namespace, image)
	fn.Spec.Serving.ScaleOptions = quickToZero()
	fn = c.AwaitReady(t, c.Create(t, fn))
	t.Logf("figure: serving an image, apply to Ready: %.1fs", time.Since(began).Seconds())
	if got := answer(t, c, fn); got != sharedReply {
		t.Errorf("the function answers %q, want %q", got, sharedReply)
	}
	writes := c.Writes(t, namespace, cluster.ControllerUsers, began)
	checkWrites(t, "image to Ready", writes, 8)
	if builds := created(writes, "builders"); builds != 0 {
		t.Errorf("%d Builders were made, want none", builds)
	}

	quiet := time.Now()
	pods := cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: namespace, Labels: "serving.knative.dev/revision",
	}
	cluster.AwaitNone(t, c, pods)
	t.Logf("figure: last request to no pod: %.1fs", time.Since(quiet).Seconds())

	cold := time.Now()
	if got := answer(t, c, fn); got != sharedReply {
		t.Errorf("from zero the function answers %q, want %q", got, sharedReply)
	}
	t.Logf("figure: reply from zero: %.2fs", time.Since(cold).Seconds())

	// It scales to zero once more, so that all effects of the return are visible.
	cluster.AwaitNone(t, c, pods)
	if writes := c.Writes(t, namespace, cluster.ControllerUsers, quiet); len(writes) > 0 {
		logWrites(t, "scaling to zero and back", writes)
		t.Error("our controllers wrote while the function scaled, want no write")
	}
	latest, err := c.Functions(namespace).Get(t.Context(), fn.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if latest.ResourceVersion != fn.ResourceVersion {
		t.Errorf("the Function changed while it scaled, from resource version %s to %s", fn.ResourceVersion, latest.ResourceVersion)
	}
	deleteAndCheck(t, c, fn, before)
}
