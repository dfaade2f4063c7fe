//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"testing"
	"time"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// A new commit replaces the old one without a failed request, and a rollback only
// changes the route.
func TestUpdatesFailNoRequest(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	began := time.Now()

	repository := git.New(t, namespace, greeter("placeholder"))
	repository.Commit(t, greeter("version A"))
	first := repository.Tag(t, "20240116") // looks like a commit
	second := repository.Commit(t, greeter("version B"))

	fn := fromSource(c, namespace, repository)
	fn.Spec.Build.SrcRepo.Revision = &first
	fn = c.AwaitReady(t, c.Create(t, fn))
	servingA := fn.Status.Serving.LastSuccessfulResourceRef

	prober := c.Probe(t, fn.Status.URL.String())
	prober.AwaitReply(t, "version A")

	edited := time.Now()
	fn = c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.SrcRepo.Revision = &second })
	t.Logf("figure: edit to the reply of the second build: %.1fs", prober.AwaitReply(t, "version B").Sub(edited).Seconds())
	fn = c.AwaitReady(t, fn)
	if serving := fn.Status.Serving.LastSuccessfulResourceRef; serving == servingA {
		t.Errorf("another commit is served by the same Serving, %s", serving)
	}

	edited = time.Now()
	fn = c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.SrcRepo.Revision = &first }))
	t.Logf("figure: going back to the first commit: %.1fs", time.Since(edited).Seconds())
	if serving := fn.Status.Serving.LastSuccessfulResourceRef; serving != servingA {
		t.Errorf("going back is served by %s, want the Serving that served before, %s", serving, servingA)
	}
	if got := answer(t, c, fn); got != "version A" {
		t.Errorf("after going back the function answers %q, want %q", got, "version A")
	}
	prober.Stop(t)

	writes := c.Writes(t, namespace, cluster.ControllerUsers, began)
	if builds := created(writes, "buildruns"); builds != 2 {
		logWrites(t, "A to B to A", writes)
		t.Errorf("%d builds were made for two commits, want 2", builds)
	}
	if servings := created(writes, "servings"); servings != 2 {
		t.Errorf("%d Servings were made for two commits, want 2", servings)
	}
}

// A revision that never becomes ready gets no traffic.
func TestAVersionThatCannotStartGetsNoTraffic(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	image := sharedImage(t, c)
	namespace := c.Namespace(t)

	fn := c.AwaitReady(t, c.Create(t, fromImage(namespace, image)))
	serving := fn.Status.Serving.LastSuccessfulResourceRef
	prober := c.Probe(t, fn.Status.URL.String())
	prober.AwaitReply(t, sharedReply)

	missing := c.Registry + "/" + namespace + "/no-such-image:v1"
	fn = c.AwaitFunction(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Image = missing }),
		"report that the image is missing", func(f *v1beta2.Function) bool {
			return f.Status.GetCondition(v1beta2.FunctionConditionServingReady).IsFalse()
		})
	checkFailure(t, fn, v1beta2.FunctionConditionServingReady, "no-such-image", serving+" keeps serving")

	// A change of the workload alone rolls out as soon as the image is right.
	c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		spec.Image = image
		spec.Serving.Params = map[string]string{"GREETING": "mended"}
	}))
	prober.AwaitReply(t, "mended")
	prober.Stop(t)
}
