//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/simulator"
)

func toNextRevision(spec *v1beta2.FunctionSpec) { spec.Build.SrcRepo.Revision = new("next") }

func isFalse(f *v1beta2.Function) bool {
	return f.Status.GetCondition(v1beta2.FunctionConditionReady).IsFalse()
}

func TestFailedBuildKeepsServing(t *testing.T) {
	p := start(t)
	fn := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
	before := p.route(t, fn)

	p.shipwright.EndBuilds(&simulator.BuildEnd{Reason: "BuildFailed", Message: "no luck"})
	got := p.AwaitFunction(t, p.Edit(t, fn, toNextRevision), "report that the build failed", isFalse)
	p.expectKept(t, got, before)
}

func TestVersionThatCannotStartKeepsServing(t *testing.T) {
	p := start(t)
	fn := p.AwaitReady(t, p.Create(t, served(p.namespace, "hello")))
	before := p.route(t, fn)

	const broken = repository + ":broken"
	p.knative.Decide(func(image string) simulator.RevisionState {
		if image == broken {
			return simulator.RevisionState{Failure: "Container failed with: exec format error"}
		}
		return simulator.RevisionState{}
	})
	edited := p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Image = broken })
	got := p.AwaitFunction(t, edited, "report that the version cannot start", isFalse)
	if message := got.Status.GetCondition(v1beta2.FunctionConditionReady).Message; !strings.Contains(message, "exec format error") {
		t.Errorf("the message of Ready does not name the cause: %q", message)
	}
	p.expectKept(t, got, before)
}

func TestSlowVersionWaitsForItsTraffic(t *testing.T) {
	p := start(t)
	fn := p.AwaitReady(t, p.Create(t, served(p.namespace, "hello")))
	before := p.route(t, fn)

	const slow = repository + ":slow"
	p.knative.Decide(func(image string) simulator.RevisionState {
		return simulator.RevisionState{Starting: image == slow}
	})
	edited := p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Image = slow })
	got := p.AwaitFunction(t, edited, "start its new version", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionServingReady).IsUnknown()
	})
	p.expectKept(t, got, before)

	p.knative.Decide(func(string) simulator.RevisionState { return simulator.RevisionState{} })
	p.AwaitReady(t, edited)
	if cmp.Equal(before.Spec, p.route(t, fn).Spec) {
		t.Error("traffic did not move to the version that got ready")
	}
}

func TestSupersededBuildIsCancelled(t *testing.T) {
	p := start(t)
	p.shipwright.EndBuilds(nil)
	fn := p.Create(t, built(p.namespace, "hello"))
	runs := cluster.Query{GroupVersionResource: cluster.BuildRuns, Namespace: p.namespace}
	first := cluster.Await(t, p.Cluster, runs, "have begun", func(runs []buildv1beta1.BuildRun) bool {
		return len(runs) == 1 && runs[0].Status.StartTime != nil
	})[0].Name

	edited := p.Edit(t, fn, toNextRevision)
	runs.Name = first
	cluster.AwaitOne(t, p.Cluster, runs, "be cancelled", (*buildv1beta1.BuildRun).IsCanceled)
	p.shipwright.EndBuilds(&simulator.BuildEnd{})
	got := p.AwaitReady(t, edited)
	if image := p.configurations(t)[0].Spec.Template.Spec.Containers[0].Image; strings.HasSuffix(image, simulator.DigestOf(first)) {
		t.Errorf("%s serves the image of the cancelled build", got.Name)
	}
}

// expectKept fails the test if the route of fn has changed.
func (p *platform) expectKept(t *testing.T, fn *v1beta2.Function, before *servingv1.Route) {
	t.Helper()
	if !fn.Status.GetCondition(v1beta2.FunctionConditionRouteReady).IsTrue() {
		t.Errorf("RouteReady is %v, want True: what served still serves", fn.Status.GetCondition(v1beta2.FunctionConditionRouteReady))
	}
	if diff := cmp.Diff(before.Spec, p.route(t, fn).Spec); diff != "" {
		t.Error("the route changed (-before, +after):", diff)
	}
}

func (p *platform) route(t *testing.T, fn *v1beta2.Function) *servingv1.Route {
	t.Helper()
	return cluster.AwaitOne(t, p.Cluster, cluster.Query{
		GroupVersionResource: cluster.Routes, Namespace: fn.Namespace, Name: fn.Name,
	}, "exist", func(*servingv1.Route) bool { return true })
}
