//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/toy"
)

// A new runtime and a new strategy need no change in the core. One package, one file of
// roles and one line, here the call of plugin.New, are enough for a ready Function.
func TestNewPluginsTakeAFunctionToReady(t *testing.T) {
	t.Parallel()
	e := environment.Start(t)
	namespace := e.NamespaceWithoutWebhook(t)
	e.Kubectl(t, "apply", "-f", "../toy/clusterrole.yaml")
	e.StartControllerWith(t, namespace, plugin.New(toy.Strategy{}, toy.Runtime{}))

	fn := built(namespace, "hello")
	engine := toy.Engine
	fn.Spec.Serving.Triggers.HTTP.Engine = &engine
	fn = e.AwaitReady(t, e.Create(t, fn))

	if got, want := fn.Status.URL.String(), "http://hello."+namespace+".toy.test"; got != want {
		t.Errorf("status.url is %q, want %q", got, want)
	}
	if fn.Status.Serving.Runtime != string(toy.Engine) {
		t.Errorf("status.serving.runtime is %q, want %q", fn.Status.Serving.Runtime, toy.Engine)
	}
	if fn.Status.Revision == nil || fn.Status.Revision.ImageDigest != toy.DigestOf(fn.Spec.Build.SrcRepo.URL) {
		t.Errorf("status.revision is %+v, want the digest of the build", fn.Status.Revision)
	}
	if cond := fn.Status.GetCondition(v1beta2.FunctionConditionSpecHonored); !cond.IsTrue() {
		t.Errorf("condition SpecHonored is %+v, want True", cond)
	}
}
