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

	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// mistake is an edit that makes the next build fail.
type mistake struct {
	name   string
	change func(*v1beta2.BuildSpec)
	// wantText are the required parts of the Function's message.
	wantText []string
}

func mistakes(c *cluster.Cluster, brokenCommit string) []mistake {
	return []mistake{{
		name:     "code that does not compile",
		change:   func(b *v1beta2.BuildSpec) { b.SrcRepo.Revision = &brokenCommit },
		wantText: []string{"noSuchVariable", "kubectl logs"},
	}, {
		name:     "a function that is not in the source",
		change:   func(b *v1beta2.BuildSpec) { b.Env = map[string]string{"FUNC_NAME": "Goodbye"} },
		wantText: []string{"Goodbye", "kubectl logs"},
	}, {
		name:     "a branch that does not exist",
		change:   func(b *v1beta2.BuildSpec) { b.SrcRepo.Revision = new("no-such-branch") },
		wantText: []string{"no-such-branch"},
	}, {
		name:     "a repository that does not exist",
		change:   func(b *v1beta2.BuildSpec) { b.SrcRepo.URL = git.URL("no-such-repository") },
		wantText: []string{"repository"},
	}, {
		name:     "a folder that does not exist",
		change:   func(b *v1beta2.BuildSpec) { b.SrcRepo.SourceSubPath = new("no-such-folder") },
		wantText: []string{"no-such-folder"},
	}, {
		name:     "a builder image that does not exist",
		change:   func(b *v1beta2.BuildSpec) { b.Builder = new(c.Registry + "/no-such-builder:v1") },
		wantText: []string{"no-such-builder"},
	}}
}

// A failed build reports its cause on the Function, and changes nothing that serves.
//
//nolint:tparallel // the mistakes are made to one Function, one after the other
func TestFailedBuildsKeepTheOldVersionServingAndSayWhy(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	began := time.Now()
	repository := git.New(t, namespace, greeter("good"))
	good := repository.Commit(t, map[string]string{"README.md": "good"})
	bad := repository.Commit(t, broken())

	fn := fromSource(c, namespace, repository)
	fn.Spec.Build.SrcRepo.Revision = &good
	fn = c.AwaitReady(t, c.Create(t, fn))
	intact := fn.Spec.Build.DeepCopy()
	serving, url := fn.Status.Serving.LastSuccessfulResourceRef, fn.Status.URL.String()
	prober := c.Probe(t, url)
	prober.AwaitReply(t, "good")

	for _, m := range mistakes(c, bad) {
		t.Run(m.name, func(t *testing.T) {
			failed := c.AwaitFunction(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
				spec.Build = intact.DeepCopy()
				m.change(spec.Build)
			}), "report that the build failed", func(f *v1beta2.Function) bool {
				return f.Status.GetCondition(v1beta2.FunctionConditionBuilderReady).IsFalse()
			})
			checkFailure(t, failed, v1beta2.FunctionConditionBuilderReady, append(m.wantText, serving+" keeps serving")...)
			checkSaidAtOnce(t, c, failed)
			if got := failed.Status.URL.String(); got != url {
				t.Errorf("the address is %s, want it to stay %s", got, url)
			}
			if got := answer(t, c, failed); got != "good" {
				t.Errorf("the function answers %q, want what served before, %q", got, "good")
			}
		})
	}

	t.Run("a change of the workload alone rolls out meanwhile", func(t *testing.T) {
		c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
			spec.Serving.Params = map[string]string{"GREETING": "good, and greeted"}
		})
		prober.AwaitReply(t, "good, and greeted")
	})
	t.Run("the old inputs are Ready again without a build", func(t *testing.T) {
		made := created(c.Writes(t, namespace, cluster.ControllerUsers, began), "buildruns")
		c.AwaitReady(t, c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build = intact.DeepCopy() }))
		if now := created(c.Writes(t, namespace, cluster.ControllerUsers, began), "buildruns"); now != made {
			t.Errorf("%d more builds were made, want none", now-made)
		}
	})
	prober.Stop(t)
}

// checkFailure checks that a condition and Ready are False, that the message has all
// parts, and that the route has not changed.
func checkFailure(t *testing.T, fn *v1beta2.Function, condition apis.ConditionType, parts ...string) {
	t.Helper()
	failed := fn.Status.GetCondition(condition)
	t.Logf("%s=%s %s: %s", condition, failed.Status, failed.Reason, failed.Message)
	for _, part := range parts {
		if !strings.Contains(failed.Message, part) {
			t.Errorf("the message of %s is %q, want it to name %q", condition, failed.Message, part)
		}
	}
	if ready := fn.Status.GetCondition(v1beta2.FunctionConditionReady); !ready.IsFalse() || ready.Message != failed.Message {
		t.Errorf("Ready is %+v, want it to repeat %s", ready, condition)
	}
	if route := fn.Status.GetCondition(v1beta2.FunctionConditionRouteReady); !route.IsTrue() {
		t.Errorf("RouteReady is %+v, want True: the old version serves", route)
	}
}

// checkSaidAtOnce checks that the first write of the Function's status after the end of
// its Builder reports the failure, and is the last one.
func checkSaidAtOnce(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) {
	t.Helper()
	builder, writes := fn.Status.Build.ResourceRef, 0
	since := fn.Status.GetCondition(v1beta2.FunctionConditionBuilderReady).LastTransitionTime.Inner.Add(-time.Minute)
	for _, w := range c.Writes(t, fn.Namespace, cluster.ControllerUsers, since) {
		switch {
		case w.Resource == "builders/status" && w.Name == builder:
			writes = 0
		case w.Resource == "functions/status" && w.Name == fn.Name:
			writes++
		}
	}
	if writes != 1 {
		t.Errorf("the Function's status was written %d times after its Builder failed, want once", writes)
	}
}
