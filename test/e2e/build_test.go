//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// The main case: source code without a main program becomes a reachable address, with
// few writes of ours, and deleting it leaves nothing.
func TestSourceBecomesAReply(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	before := c.Contents(t, namespace)
	began := time.Now()

	fn := c.Create(t, fromSource(c, namespace, git.New(t, namespace, greeter("hello"))))
	fn = c.AwaitReady(t, fn)
	t.Logf("figure: first build, apply to Ready: %.1fs", time.Since(began).Seconds())

	if got := answer(t, c, fn); got != "hello" {
		t.Errorf("the function answers %q, want %q", got, "hello")
	}
	checkServedByDigest(t, c, fn)

	writes := c.Writes(t, namespace, cluster.ControllerUsers, began)
	checkWrites(t, "source to Ready", writes, 14)
	if builds := created(writes, "buildruns"); builds != 1 {
		t.Errorf("%d builds were made, want 1", builds)
	}

	deleteAndCheck(t, c, fn, before)
}

func checkServedByDigest(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) {
	t.Helper()
	if fn.Status.Revision == nil || !strings.HasPrefix(fn.Status.Revision.ImageDigest, "sha256:") {
		t.Fatalf("status.revision is %+v, want the digest of the image", fn.Status.Revision)
	}
	serving, err := c.Servings(fn.Namespace).Get(t.Context(), fn.Status.Serving.LastSuccessfulResourceRef, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "@" + fn.Status.Revision.ImageDigest; !strings.HasSuffix(serving.Spec.Image, want) {
		t.Errorf("the Serving runs %s, want the image that was built, %s", serving.Spec.Image, want)
	}
}

// deleteAndCheck deletes fn and waits until its namespace contains the same objects as
// before, of every kind.
func deleteAndCheck(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function, before cluster.Contents) {
	t.Helper()
	began := time.Now()
	err := c.Functions(fn.Namespace).Delete(t.Context(), fn.Name, metav1.DeleteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c.AwaitContents(t, fn.Namespace, before)
	t.Logf("figure: delete to nothing left: %.1fs", time.Since(began).Seconds())
}

func TestAFunctionThatOnlyBuildsIsReadyWhenItsImageIsPushed(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	began := time.Now()
	fn := c.AwaitReady(t, c.Create(t, buildOnly(c, namespace, git.New(t, namespace, greeter("hello")))))

	if fn.Status.URL != nil || fn.Status.Address != nil {
		t.Errorf("it has the address %v, %v, want none", fn.Status.URL, fn.Status.Address)
	}
	writes := c.Writes(t, namespace, cluster.ControllerUsers, began)
	if servings := created(writes, "servings"); servings != 0 {
		t.Errorf("%d Servings were made, want none", servings)
	}

	// The image that the build pushed is served unchanged.
	image := strings.TrimSuffix(fn.Spec.Image, ":latest") + "@" + fn.Status.Revision.ImageDigest
	served := fromImage(namespace, image)
	served.Name = "served"
	served = c.AwaitReady(t, c.Create(t, served))
	if got := answer(t, c, served); got != "hello" {
		t.Errorf("its image answers %q, want %q", got, "hello")
	}

	// The same inputs give the same image: a build with a new token has the same
	// digest.
	digest := fn.Status.Revision.ImageDigest
	fn = c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.RebuildToken = "again" }))
	writes = c.Writes(t, namespace, cluster.ControllerUsers, began)
	if builds := created(writes, "buildruns"); builds != 2 {
		t.Errorf("%d builds were made, want 2", builds)
	}
	if got := fn.Status.Revision.ImageDigest; got != digest {
		t.Errorf("building the same source again gave %s, want %s", got, digest)
	}
}
