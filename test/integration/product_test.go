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

// Products may come, go and come again while the controller runs.
func TestMissingProductIsNamedAndHeals(t *testing.T) {
	e := environment.New(t, environment.OpenFunction)
	p := &platform{Environment: e, namespace: e.Namespace(t), controller: e.StartController(t)}
	fn := p.Create(t, built(p.namespace, "hello"))
	p.awaitReason(t, fn, v1beta2.FunctionConditionBuilderReady, "ShipwrightNotInstalled")

	e.Install(t, environment.ShipwrightBuild)
	simulator.StartShipwright(t, e.As(t, environment.Shipwright), 0)
	p.awaitReason(t, fn, v1beta2.FunctionConditionServingReady, "KnativeNotInstalled")

	e.Install(t, environment.KnativeServing)
	simulator.StartKnative(t, e.As(t, environment.Knative), 0)
	p.AwaitReady(t, fn)
	if builds := p.BuildsOf(t, fn); len(builds) != 1 {
		t.Errorf("%d builds, want 1", len(builds))
	}
}

func TestProductMayBeRemovedAndComeBack(t *testing.T) {
	e := environment.New(t, environment.OpenFunction, environment.KnativeServing)
	p := &platform{Environment: e, namespace: e.Namespace(t), controller: e.StartController(t)}
	t.Run("installed", func(t *testing.T) {
		simulator.StartKnative(t, e.As(t, environment.Knative), 0)
		p.AwaitReady(t, p.Create(t, served(p.namespace, "first")))
	})
	e.Remove(t, environment.KnativeServing)
	second := p.Create(t, served(p.namespace, "second"))
	p.awaitReason(t, second, v1beta2.FunctionConditionServingReady, "KnativeNotInstalled")

	e.Install(t, environment.KnativeServing)
	simulator.StartKnative(t, e.As(t, environment.Knative), 0)
	p.AwaitReady(t, second)
	p.AwaitReady(t, served(p.namespace, "first"))
}

// awaitReason waits until a condition is not True for a reason, and Ready for the
// same one, with words on what to do about it.
func (p *platform) awaitReason(t *testing.T, fn *v1beta2.Function, condition apis.ConditionType, reason string) {
	t.Helper()
	got := p.AwaitFunction(t, fn, "have "+string(condition)+" not True for "+reason, func(f *v1beta2.Function) bool {
		c := f.Status.GetCondition(condition)
		return !c.IsTrue() && c.GetReason() == reason
	})
	ready := got.Status.GetCondition(v1beta2.FunctionConditionReady)
	if ready.IsTrue() || ready.GetReason() != reason || !strings.Contains(ready.GetMessage(), "hack/install-runtimes.sh") {
		t.Errorf("Ready does not say what is missing and how to install it: %v", ready)
	}
}
