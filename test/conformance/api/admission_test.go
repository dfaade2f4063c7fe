//go:build e2e || integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api

import (
	"slices"
	"strings"
	"testing"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/test/cluster"
)

const (
	threeErrors = `{image: "registry.example.com/team/hello:v1", version: v1/2, serving: {triggers: {http: {port: 9090}}, template: {hostNetwork: true}}}`
	patched     = `{"spec":{"version":"v1/2","serving":{"triggers":{"http":{"port":9090}},"template":{"hostNetwork":true}}}}`
)

var threePaths = []string{"spec.serving.template.hostNetwork", "spec.serving.triggers.http.port", "spec.version"}

func testAdmission(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	u := newUser(t, c)
	verify(t, c, "Refusals", []requirement{
		{"A rejection MUST list every error with the exact path of its field", u.checkAllErrors},
		{"A rejection MUST have the HTTP code 422 for create, update, patch, apply and dry run", u.checkEveryWay},
		{"A rejection MUST quote the value and describe the expected one", u.checkQuote},
		{"The rejection of an unsupported value MUST list the supported values", u.checkSupported},
		{"A rejection MUST NOT contain a secret", u.checkSecret},
		{"A value of the wrong type MUST be reported with the path of its field", u.checkUnreadable},
		{"Strict validation MUST reject an unknown field with its path", u.checkStrict},
		{"An unknown field SHOULD be warned of under default validation", u.checkWarned},
		{"A field without effect SHOULD be warned of when a Function is written", u.checkNoEffect},
		{"A Builder MUST pass the validation of its Function", u.checkBuilder},
		{"A Serving MUST pass the validation of its Function", u.checkServing},
		{"A user MUST be able to create a Builder or Serving without an owner", u.checkHandMade},
		{"Only the controller MUST be able to create a child of a Function", u.checkForged},
		{"A dry run of a Function MUST NOT store any object", u.checkDryRun},
		{"A write of the object MUST ignore its status", u.checkStatus},
		{"The spec of a Function that is being deleted MUST be immutable, and its finalizers MUST be removable", u.checkDeleted},
	})
	verify(t, c, "Immutability", []requirement{
		{"The spec of a Serving MUST be immutable", u.checkServingSpec},
		{"The spec of a Builder MUST be immutable except for its state", u.checkBuilderSpec},
		{"A Builder that was cancelled MUST stay cancelled", u.checkCancelled},
		{"Labels of Builders and Servings MUST be mutable", u.checkLabels},
	})
}

func (u *user) checkAllErrors(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Function", "wrong", threeErrors)
	wantRefusal(t, err, threePaths...)
	if got := paths(err); !slices.Equal(got, threePaths) {
		t.Errorf("the causes are about %q, want %q", got, threePaths)
	}
}

func (u *user) checkEveryWay(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	stored := u.mustCreate(t, "Function", "ways", plainSpec)
	changed := manifest(t, "Function", "ways", threeErrors)
	changed.SetResourceVersion(stored.GetResourceVersion())
	functions := u.of("Function")
	answers := map[string]error{}
	_, answers["create"] = u.create(t, "Function", "other", threeErrors)
	_, answers["dry run"] = functions.Create(t.Context(), manifest(t, "Function", "other", threeErrors), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	_, answers["update"] = functions.Update(t.Context(), changed, metav1.UpdateOptions{})
	_, answers["patch"] = functions.Patch(t.Context(), "ways", types.MergePatchType, []byte(patched), metav1.PatchOptions{})
	_, answers["apply"] = functions.Apply(t.Context(), "ways", manifest(t, "Function", "ways", threeErrors), metav1.ApplyOptions{FieldManager: "conformance", Force: true})
	for way, err := range answers {
		t.Run(way, func(t *testing.T) { wantRefusal(t, err, threePaths...) })
	}
}

func (u *user) checkQuote(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Function", "wrong", `{image: "registry.example.com/Team/hello", serving: {}}`)
	wantRefusal(t, err, "spec.image", "registry.example.com/Team/hello", "repository must be lowercase")
}

func (u *user) checkSupported(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Function", "wrong", `{image: hello, workloadRuntime: Docker, serving: {workloadType: DaemonSet}}`)
	wantRefusal(t, err, "OCIContainer", "WasmEdge", "Deployment", "StatefulSet", "Job")
}

func (u *user) checkSecret(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Function", "wrong", `{image: hello, build: {builder: b, srcRepo: {url: "https://user:hunter2@git.example.com/r"}}}`)
	wantRefusal(t, err, "spec.build.srcRepo.url")
	if err != nil && strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the answer repeats the password: %v", err)
	}
}

func (u *user) checkUnreadable(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Function", "wrong", `{image: hello, serving: {timeout: abc}}`)
	wantRefusal(t, err, "spec.serving.timeout")
}

func (u *user) checkStrict(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Function", "wrong", `{image: hello, servng: {}}`)
	wantError(t, err, apierrs.IsBadRequest, "spec.servng")
	_, err = u.create(t, "Function", "wrong", `{image: hello, serving: {template: {hostNetwrok: true}}}`)
	wantError(t, err, apierrs.IsBadRequest, "spec.serving.template.hostNetwrok")
}

func (u *user) checkWarned(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.warnings = nil
	_, err := u.of("Function").Create(t.Context(), manifest(t, "Function", "warned", `{image: hello, servng: {}, serving: {}}`),
		metav1.CreateOptions{FieldValidation: metav1.FieldValidationWarn, DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(u.warnings, func(w string) bool { return strings.Contains(w, "spec.servng") }) {
		t.Errorf("the warnings are %q", u.warnings)
	}
}

func (u *user) checkNoEffect(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.warnings = nil
	_, err := u.of("Function").Create(t.Context(), manifest(t, "Function", "warned", `{image: hello, serving: {workloadType: Deployment}}`),
		metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(u.warnings, func(w string) bool { return strings.Contains(w, "spec.serving.workloadType") }) {
		t.Errorf("the warnings are %q", u.warnings)
	}
}

func (u *user) checkBuilder(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Builder", "wrong", `{image: hello, builder: b, timeout: 1s, srcRepo: {url: "ext::sh -c id"}}`)
	wantRefusal(t, err, "spec.timeout", "spec.srcRepo.url")
}

func (u *user) checkServing(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.create(t, "Serving", "wrong", `{image: hello, triggers: {http: {port: 9090}}, template: {hostPID: true}}`)
	wantRefusal(t, err, "spec.triggers.http.port", "spec.template.hostPID")
}

func (u *user) checkHandMade(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.mustCreate(t, "Builder", "hand-made", builtSpec)
	u.mustCreate(t, "Serving", "hand-made", `{image: "registry.example.com/team/hello:v1"}`)
}

func (u *user) checkForged(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	fn := u.mustCreate(t, "Function", "victim", plainSpec)
	forged := manifest(t, "Serving", "forged", `{image: "registry.example.com/team/hello:v1"}`)
	forged.SetOwnerReferences([]metav1.OwnerReference{*metav1.NewControllerRef(fn, fn.GroupVersionKind())})
	if _, err := u.of("Serving").Create(t.Context(), forged, metav1.CreateOptions{}); !apierrs.IsInvalid(err) && !apierrs.IsForbidden(err) {
		t.Errorf("with the Function as owner: got %v, want a refusal", err)
	}
	labelled := manifest(t, "Serving", "labelled", `{image: "registry.example.com/team/hello:v1"}`)
	labelled.SetLabels(map[string]string{"openfunction.io/function": "victim"})
	if _, err := u.of("Serving").Create(t.Context(), labelled, metav1.CreateOptions{}); !apierrs.IsInvalid(err) && !apierrs.IsForbidden(err) {
		t.Errorf("with our label: got %v, want a refusal", err)
	}
}

func (u *user) checkDryRun(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	_, err := u.of("Function").Create(t.Context(), manifest(t, "Function", "dry", plainSpec), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.of("Function").Get(t.Context(), "dry", metav1.GetOptions{}); !apierrs.IsNotFound(err) {
		t.Errorf("the dry run left something: %v", err)
	}
}

func (u *user) checkStatus(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	forged := manifest(t, "Function", "forged-status", plainSpec)
	forged.Object["status"] = map[string]any{"image": "forged"}
	stored, err := u.of("Function").Create(t.Context(), forged, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if stored.Object["status"] != nil {
		t.Errorf("status is %v", stored.Object["status"])
	}
}

func (u *user) checkDeleted(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	functions := u.of("Function")
	fn := manifest(t, "Function", "leaving", plainSpec)
	fn.SetFinalizers([]string{"example.com/conformance"})
	if _, err := functions.Create(t.Context(), fn, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := functions.Delete(t.Context(), "leaving", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err := functions.Patch(t.Context(), "leaving", types.MergePatchType, []byte(`{"spec":{"version":"v2"}}`), metav1.PatchOptions{})
	wantRefusal(t, err, "being deleted")
	if _, err := functions.Patch(t.Context(), "leaving", types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{}); err != nil {
		t.Errorf("removing the finalizer: %v", err)
	}
}

func (u *user) patch(t *testing.T, kind, name, patch string) error {
	t.Helper()
	_, err := u.of(kind).Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	return err
}

func (u *user) checkServingSpec(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.mustCreate(t, "Serving", "fixed", `{image: "registry.example.com/team/hello:v1"}`)
	wantRefusal(t, u.patch(t, "Serving", "fixed", `{"spec":{"image":"other"}}`), "spec", "immutable")
	wantRefusal(t, u.patch(t, "Serving", "fixed", `{"spec":{"template":{"terminationGracePeriodSeconds":5}}}`), "spec", "immutable")
}

func (u *user) checkBuilderSpec(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.mustCreate(t, "Builder", "fixed", builtSpec)
	wantRefusal(t, u.patch(t, "Builder", "fixed", `{"spec":{"srcRepo":{"revision":"dev"}}}`), "spec", "immutable")
	if err := u.patch(t, "Builder", "fixed", `{"spec":{"state":"Cancelled"}}`); err != nil {
		t.Errorf("cancelling: %v", err)
	}
}

func (u *user) checkCancelled(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.mustCreate(t, "Builder", "ended", builtSpec)
	if err := u.patch(t, "Builder", "ended", `{"spec":{"state":"Cancelled"}}`); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, u.patch(t, "Builder", "ended", `{"spec":{"state":null,"stateReason":null}}`), "spec.state", "cannot be resumed")
}

func (u *user) checkLabels(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.mustCreate(t, "Builder", "labelled", builtSpec)
	u.mustCreate(t, "Serving", "labelled", `{image: "registry.example.com/team/hello:v1"}`)
	for _, kind := range []string{"Builder", "Serving"} {
		if err := u.patch(t, kind, "labelled", `{"metadata":{"labels":{"team":"a"},"annotations":{"example.com/a":"b"}}}`); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
