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

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// TestContract checks the requirements that need no node.
func TestContract(t *testing.T) {
	c := connect(t)
	testDefinitions(t, c)
	testAdmission(t, c)
	u := newUser(t, c)
	verify(t, c, "Defaults", []requirement{
		{"A Function without triggers MUST serve requests on port 8080 with the engine knative", u.checkDefaultTrigger},
		{"A Function without a version MUST have the version latest", u.checkDefaultVersion},
		{"A Function without a workloadRuntime MUST be an OCIContainer", u.checkDefaultRuntime},
		{"A value that differs from a documented one only in letter case MUST be accepted and stored as documented", u.checkCase},
		{"Applying the same manifest again MUST change nothing", u.checkAppliedAgain},
	})
	verify(t, c, "Versions", []requirement{
		{"v1beta2 MUST be the storage version", checkStored},
		{"v1beta1 MUST be served, with a warning that it is deprecated", u.checkOldVersion},
		{"Reading and writing an object in v1beta1 MUST NOT lose fields that only v1beta2 has", u.checkLossless},
	})
	verify(t, c, "Children", []requirement{
		{"Equal Functions MUST have children with equal names", u.checkNames},
		{"A child MUST have its Function as controller owner, by UID, and the name of the Function as a label", u.checkOwner},
		{"A Function MUST report the generation of its status", u.checkObserved},
	})
}

func (u *user) stored(t *testing.T, name, spec string, path ...string) any {
	t.Helper()
	fn := u.mustCreate(t, "Function", name, spec)
	value, _, err := unstructured.NestedFieldNoCopy(fn.Object, append([]string{"spec"}, path...)...)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func (u *user) checkDefaultTrigger(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	want := map[string]any{"http": map[string]any{"port": int64(8080), "engine": "knative"}}
	if diff := cmp.Diff(want, u.stored(t, "trigger", plainSpec, "serving", "triggers")); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
}

func (u *user) checkDefaultVersion(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	if got := u.stored(t, "version", plainSpec, "version"); got != "latest" {
		t.Errorf("version is %v", got)
	}
}

func (u *user) checkDefaultRuntime(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	if got := u.stored(t, "runtime", plainSpec, "workloadRuntime"); got != "OCIContainer" {
		t.Errorf("workloadRuntime is %v", got)
	}
}

func (u *user) checkCase(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	const spec = `{image: hello, workloadRuntime: ocicontainer, serving: {hooks: {policy: override, pre: [a]}}}`
	fn := u.mustCreate(t, "Function", "case", spec)
	runtime, _, _ := unstructured.NestedString(fn.Object, "spec", "workloadRuntime")
	policy, _, _ := unstructured.NestedString(fn.Object, "spec", "serving", "hooks", "policy")
	if runtime != "OCIContainer" || policy != "Override" {
		t.Errorf("stored are %q and %q", runtime, policy)
	}
}

func (u *user) checkAppliedAgain(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	var generations []int64
	for range 2 {
		fn, err := u.of("Function").Apply(t.Context(), "again", manifest(t, "Function", "again", plainSpec), metav1.ApplyOptions{FieldManager: "conformance"})
		if err != nil {
			t.Fatal(err)
		}
		generations = append(generations, fn.GetGeneration())
	}
	if generations[0] != generations[1] {
		t.Errorf("the generations are %v", generations)
	}
}

func checkStored(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	for plural := range expected {
		for _, v := range definition(t, c, plural).Spec.Versions {
			if v.Storage != (v.Name == version) {
				t.Errorf("%s: that %s is stored is %t", plural, v.Name, v.Storage)
			}
		}
	}
}

func (u *user) checkOldVersion(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	u.warnings = nil
	old := manifest(t, "Function", "old", `{image: "registry.example.com/team/hello:v1", port: 9000, serving: {runtime: knative}}`)
	old.SetAPIVersion("core.openfunction.io/v1beta1")
	if _, err := u.resource("v1beta1", "Function").Create(t.Context(), old, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(u.warnings, func(w string) bool { return strings.Contains(w, "deprecated") }) {
		t.Errorf("the warnings are %q", u.warnings)
	}
	fn, err := u.of("Function").Get(t.Context(), "old", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if port, _, _ := unstructured.NestedInt64(fn.Object, "spec", "serving", "triggers", "http", "port"); port != 9000 {
		t.Errorf("in v1beta2 the port is %d, want 9000", port)
	}
}

func (u *user) checkLossless(t *testing.T, _ *cluster.Cluster) {
	t.Helper()
	fn := u.mustCreate(t, "Function", "kept", `{image: hello, serving: {hooks: {pre: [a]}, triggers: {http: {engine: knative, port: 3000}}}}`)
	client := u.resource("v1beta1", "Function")
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error { // the controller writes the status meanwhile
		old, err := client.Get(t.Context(), "kept", metav1.GetOptions{})
		if err != nil {
			return err
		}
		old.SetLabels(map[string]string{"touched": "yes"})
		_, err = client.Update(t.Context(), old, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	after, err := u.of("Function").Get(t.Context(), "kept", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fn.Object["spec"], after.Object["spec"]); diff != "" {
		t.Errorf("the spec (-before +after):\n%s", diff)
	}
}

// served creates a Function and returns it after it has a Serving.
func (u *user) served(t *testing.T, c *cluster.Cluster, name string) *v1beta2.Function {
	t.Helper()
	u.mustCreate(t, "Function", name, plainSpec)
	q := cluster.Query{GroupVersionResource: cluster.Functions, Namespace: u.namespace, Name: name}
	return cluster.AwaitOne(t, c, q, "have a Serving", func(fn *v1beta2.Function) bool {
		return fn.Status.ObservedGeneration == fn.Generation && fn.Status.Serving != nil && fn.Status.Serving.ResourceRef != ""
	})
}

func (u *user) checkNames(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	here, there := u.served(t, c, "twin"), newUser(t, c).served(t, c, "twin")
	if a, b := here.Status.Serving.ResourceRef, there.Status.Serving.ResourceRef; a != b || !strings.HasPrefix(a, "twin-") {
		t.Errorf("the Servings are %s and %s", a, b)
	}
}

func (u *user) checkOwner(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	fn := u.served(t, c, "owner")
	serving, err := c.Servings(u.namespace).Get(t.Context(), fn.Status.Serving.ResourceRef, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !metav1.IsControlledBy(serving, fn) || serving.Labels["openfunction.io/function"] != "owner" {
		t.Errorf("owners %+v and labels %v", serving.OwnerReferences, serving.Labels)
	}
}

func (u *user) checkObserved(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	fn := u.served(t, c, "observed")
	if err := u.patch(t, "Function", "observed", `{"spec":{"serving":{"params":{"A":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	fn = c.AwaitFunction(t, fn, "be observed", func(f *v1beta2.Function) bool { return f.Generation > fn.Generation })
	if ready := fn.Status.GetCondition(v1beta2.FunctionConditionReady); ready == nil {
		t.Error("there is no condition Ready")
	}
}
