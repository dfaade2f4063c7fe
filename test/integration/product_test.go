//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"

	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

// TestProgram needs a server of its own: cmd/controller reconciles all namespaces, and
// a product is installed or removed for all of them. The tests run one after the other.
func TestProgram(t *testing.T) {
	t.Parallel()
	e := environment.New(t, environment.OpenFunction)
	for _, tt := range []struct {
		name string
		test func(t *testing.T, p *platform)
	}{
		{"a function becomes Ready once Shipwright and Knative are installed", testMissingProductsForRequests},
		{"a function becomes Ready once the http add-on and the Gateway API are installed", testMissingProductsForKeda},
		{"a function becomes Ready once Dapr and KEDA are installed", testMissingProductsForEvents},
		{"Knative may be removed and installed again", testKnativeRemoved},
		{"KEDA may be removed and installed again", testKEDARemoved},
		{"the controller may be killed before a write", testKilled},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, &platform{Environment: e, namespace: e.Namespace(t)}) })
	}
}

func testMissingProductsForRequests(t *testing.T, p *platform) {
	t.Helper()
	p.StartProgram(t)
	fn := p.Create(t, built(p.namespace, "hello"))
	p.awaitReason(t, fn, v1beta2.FunctionConditionBuilderReady, "ShipwrightNotInstalled")

	p.Install(t, environment.ShipwrightBuild)
	simulator.StartShipwright(t, p.As(t, environment.Shipwright), p.namespace, 0)
	p.awaitReason(t, fn, v1beta2.FunctionConditionServingReady, "KnativeNotInstalled")

	p.Install(t, environment.KnativeServing)
	simulator.StartKnative(t, p.As(t, environment.Knative), p.namespace, 0)
	p.AwaitReady(t, fn)
	if builds := p.BuildsOf(t, fn); len(builds) != 1 {
		t.Errorf("%d builds, want 1", len(builds))
	}
}

func testKnativeRemoved(t *testing.T, p *platform) {
	t.Helper()
	p.Install(t, environment.KnativeServing)
	p.StartProgram(t)
	t.Run("installed", func(t *testing.T) {
		simulator.StartKnative(t, p.As(t, environment.Knative), p.namespace, 0)
		p.AwaitReady(t, p.Create(t, served(p.namespace, "first")))
	})
	p.Remove(t, environment.KnativeServing)
	second := p.Create(t, served(p.namespace, "second"))
	p.awaitReason(t, second, v1beta2.FunctionConditionServingReady, "KnativeNotInstalled")

	p.Install(t, environment.KnativeServing)
	simulator.StartKnative(t, p.As(t, environment.Knative), p.namespace, 0)
	p.AwaitReady(t, second)
	p.AwaitReady(t, served(p.namespace, "first"))
}

// awaitReason waits until a condition and Ready have that reason, are not True, and
// their messages contain the advice.
func (p *platform) awaitReason(t *testing.T, fn *v1beta2.Function, condition apis.ConditionType, reason string) {
	t.Helper()
	got := p.AwaitFunction(t, fn, "have "+string(condition)+" not True for "+reason, func(f *v1beta2.Function) bool {
		c := f.Status.GetCondition(condition)
		return !c.IsTrue() && c.GetReason() == reason
	})
	ready := got.Status.GetCondition(v1beta2.FunctionConditionReady)
	if ready.IsTrue() || ready.GetReason() != reason || !strings.Contains(ready.GetMessage(), "hack/install-runtimes.sh") {
		t.Errorf("Ready does not contain what is missing and how to install it: %v", ready)
	}
}
