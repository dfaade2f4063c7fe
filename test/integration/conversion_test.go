//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta1 "openfunction.dev/openfunction/pkg/apis/functions/v1beta1"
	"openfunction.dev/openfunction/test/integration/environment"
)

// conversions is an environment with the webhook and a client that only supports v1beta1.
type conversions struct {
	*admission

	old dynamic.ResourceInterface
}

func newConversions(t *testing.T, a *admission) *conversions {
	t.Helper()
	c := &conversions{admission: a, old: a.Dynamic.Resource(oldFunctions()).Namespace(a.namespace)}
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, last = c.old.List(ctx, metav1.ListOptions{})
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("v1beta1 cannot be listed: %v", last)
	}
	return c
}

func oldFunctions() schema.GroupVersionResource {
	return v1beta1.SchemeGroupVersion.WithResource(functions.FunctionsResource.Resource)
}

func oldManifest(t *testing.T, name, spec string) *unstructured.Unstructured {
	t.Helper()
	return parse(t, "apiVersion: core.openfunction.io/v1beta1\nkind: Function\nmetadata: {name: "+name+"}\nspec: "+spec)
}

const oldGood = `{image: "registry.example.com/team/hello:v1", port: 9000, serving: {runtime: knative, params: {A: b}}}`

func TestConversion(t *testing.T) {
	c := newConversions(t, startAdmission(t))
	t.Run("stores what v1beta1 means", c.testMeaning)
	t.Run("refuses with every error, by every kind of request", c.testRefusal)
	t.Run("keeps what v1beta1 has no place for", c.testKept)
	t.Run("applies v1beta1", c.testApply)
	t.Run("leaves what is stored as it is", c.testUntouched)
	t.Run("shows v1beta1 to kubectl", c.testKubectl)
	t.Run("keeps nothing that is forged", c.testForged)
}

// spec returns the stored spec in v1beta2.
func (c *conversions) spec(t *testing.T, name string) map[string]any {
	t.Helper()
	fn, err := c.functions.Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	spec, _, _ := unstructured.NestedMap(fn.Object, "spec")
	return spec
}

func (c *conversions) testMeaning(t *testing.T) {
	strict := metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}
	for name, dryRun := range map[string][]string{"tried": {metav1.DryRunAll}, "meant": nil} {
		options := strict
		options.DryRun = dryRun
		created, err := c.old.Create(t.Context(), oldManifest(t, name, oldGood), options)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"image": "registry.example.com/team/hello:v1", "port": int64(9000),
			"version": "latest", "workloadRuntime": "OCIContainer", // the default in v1beta2
			"serving": map[string]any{"runtime": "knative", "params": map[string]any{"A": "b"}},
		}
		if diff := cmp.Diff(want, created.Object["spec"]); diff != "" {
			t.Errorf("answer to a v1beta1 client (-want +got):\n%s", diff)
		}
	}
	want := map[string]any{
		"image": "registry.example.com/team/hello:v1", "version": "latest", "workloadRuntime": "OCIContainer",
		"serving": map[string]any{
			"params":   map[string]any{"A": "b"},
			"triggers": map[string]any{"http": map[string]any{"port": int64(9000), "engine": "knative"}},
		},
	}
	if diff := cmp.Diff(want, c.spec(t, "meant")); diff != "" {
		t.Errorf("stored spec (-want +got):\n%s", diff)
	}
	if _, err := c.functions.Get(t.Context(), "tried", metav1.GetOptions{}); !apierrs.IsNotFound(err) {
		t.Errorf("a dry run is stored: %v", err)
	}
}

func (c *conversions) testRefusal(t *testing.T) {
	const bad = `{image: "registry.example.com/team/hello:v1", version: v1/2, port: 70000, serving: {runtime: knative, template: {hostNetwork: true}}}`
	paths := []string{"spec.version", "spec.serving.triggers.http.port", "spec.serving.template.hostNetwork"}
	if _, err := c.old.Create(t.Context(), oldManifest(t, "refused", oldGood), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, send := range map[string]func() error{
		"create": func() error {
			_, err := c.old.Create(t.Context(), oldManifest(t, "other", bad), metav1.CreateOptions{})
			return err
		},
		"dry run": func() error {
			_, err := c.old.Create(t.Context(), oldManifest(t, "other", bad), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
			return err
		},
		"update": func() error {
			stored, err := c.old.Get(t.Context(), "refused", metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			stored.Object["spec"] = oldManifest(t, "refused", bad).Object["spec"]
			_, err = c.old.Update(t.Context(), stored, metav1.UpdateOptions{})
			return err
		},
		"apply": func() error {
			_, err := c.old.Apply(t.Context(), "refused", oldManifest(t, "refused", bad), metav1.ApplyOptions{FieldManager: "test", Force: true})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := send()
			if !apierrs.IsInvalid(err) {
				t.Fatalf("got %v, want an invalid object", err)
			}
			for _, path := range paths {
				if !strings.Contains(err.Error(), path) {
					t.Errorf("%v does not name %s", err, path)
				}
			}
		})
	}
	for spec, want := range map[string]string{
		`{image: hello, serving: {}}`:                                           "spec.serving.runtime: Required value",
		`{image: hello, serving: {runtime: other}}`:                             `spec.serving.runtime: Unsupported value: "other"`,
		`{image: hello, serving: {runtime: async}}`:                             "spec.serving.inputs: Required value",
		`{image: hello, serving: {runtime: knative, triggers: {http: {}}}}`:     "spec.serving.triggers",
		`{image: hello, serving: {runtime: knative, template: {hostNtwrk: 1}}}`: `unknown field "spec.serving.template.hostNtwrk"`,
		`{image: hello, servng: {}}`:                                            `unknown field "spec.servng"`,
	} {
		_, err := c.old.Create(t.Context(), oldManifest(t, "other", spec), metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", spec, err, want)
		}
	}
	unread := oldManifest(t, "other", oldGood)
	unread.SetAnnotations(map[string]string{"plugins": "["})
	if _, err := c.old.Create(t.Context(), unread, metav1.CreateOptions{}); err == nil || !strings.Contains(err.Error(), "metadata.annotations[plugins]") {
		t.Errorf("plugins that are no YAML: got %v, want an error that names them", err)
	}
}

const rich = `{image: "registry.example.com/team/hello:v1", build: {builder: builder, srcRepo: {url: "https://git.example.com/r"},
  shipwright: {strategy: {name: mine}, params: [{name: b, value: "1"}, {name: a, secretValue: {name: s, key: k}}]}},
  serving: {triggers: {http: {port: 9000, engine: keda, route: {hostnames: [a.example.com]}}, inputs: [{dapr: {name: store}}]}, states: {store: {}}}}`

func (c *conversions) testKept(t *testing.T) {
	if _, err := c.try(t, "rich", rich, false); err != nil {
		t.Fatal(err)
	}
	before := c.spec(t, "rich")
	stored, err := c.old.Get(t.Context(), "rich", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if stored.GetAnnotations()[functions.ConversionDataAnnotationKey] == "" {
		t.Error("v1beta1 does not list the fields that it lacks")
	}
	stored.SetLabels(map[string]string{"a": "b"})
	if stored, err = c.old.Update(t.Context(), stored, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, c.spec(t, "rich")); diff != "" {
		t.Errorf("a label in v1beta1 changed the stored spec (-before +after):\n%s", diff)
	}
	if got := stored.GetGeneration(); got != 1 {
		t.Errorf("a label made generation %d", got)
	}
	edit := []byte(`{"spec":{"port":9001,"build":{"params":{"b":"2","c":"3"}}}}`)
	if _, err := c.old.Patch(t.Context(), "rich", types.MergePatchType, edit, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	want := parse(t, strings.NewReplacer(`value: "1"`, `value: "2"`, `{name: a,`, `{name: c, value: "3"}, {name: a,`).
		Replace(rich)).Object
	if err := unstructured.SetNestedField(want, int64(9001), "serving", "triggers", "http", "port"); err != nil {
		t.Fatal(err)
	}
	got := c.spec(t, "rich")
	for _, defaulted := range []string{"version", "workloadRuntime"} {
		delete(got, defaulted)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored after an edit in v1beta1 (-want +got):\n%s", diff)
	}
	fn, err := c.functions.Get(t.Context(), "rich", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(annotationsOfNew, fn.GetAnnotations()); diff != "" {
		t.Errorf("annotations of the stored version (-want +got):\n%s", diff)
	}
}

// annotationsOfNew are the annotations that admission adds to a new object.
var annotationsOfNew = map[string]string{functions.IdentityAnnotationKey: functions.IdentityUnique}

func (c *conversions) testApply(t *testing.T) {
	options := metav1.ApplyOptions{FieldManager: "old"}
	if _, err := c.old.Apply(t.Context(), "applied", oldManifest(t, "applied", oldGood), options); err != nil {
		t.Fatal(err)
	}
	mine := manifest(t, "applied", `{serving: {triggers: {http: {engine: keda, route: {hostnames: [a.example.com]}}}}}`)
	if _, err := c.functions.Apply(t.Context(), "applied", mine, metav1.ApplyOptions{FieldManager: "new", Force: true}); err != nil {
		t.Fatal(err)
	}
	again := oldManifest(t, "applied", strings.Replace(oldGood, "9000", "9001", 1))
	if _, err := c.old.Apply(t.Context(), "applied", again, options); err != nil {
		t.Fatal(err)
	}
	http, _, _ := unstructured.NestedMap(c.spec(t, "applied"), "serving", "triggers", "http")
	if diff := cmp.Diff(map[string]any{"port": int64(9001), "engine": "keda", "route": map[string]any{"hostnames": []any{"a.example.com"}}}, http); diff != "" {
		t.Errorf("trigger after both applied (-want +got):\n%s", diff)
	}
	gone := oldManifest(t, "applied", strings.Replace(oldGood, "params: {A: b}", "", 1))
	if _, err := c.old.Apply(t.Context(), "applied", gone, options); err != nil {
		t.Fatal(err)
	}
	if params, found, _ := unstructured.NestedMap(c.spec(t, "applied"), "serving", "params"); found {
		t.Errorf("params that are no longer applied are still there: %v", params)
	}
}

// Reading an object in any version must not start a rollout.
func (c *conversions) testUntouched(t *testing.T) {
	before, err := c.functions.Get(t.Context(), "meant", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	old, err := c.old.Get(t.Context(), "meant", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.old.Update(t.Context(), old, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	after, err := c.functions.Get(t.Context(), "meant", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if before.GetResourceVersion() != after.GetResourceVersion() {
		t.Errorf("an update that changes nothing is written:\n%s", cmp.Diff(before.Object, after.Object))
	}
}

func (c *conversions) testKubectl(t *testing.T) {
	text := c.Kubectl(t, "get", "-n", c.namespace, "functions.v1beta1.core.openfunction.io", "meant", "-o", "jsonpath={.apiVersion} {.spec.port}")
	if want := "core.openfunction.io/v1beta1 9000"; text != want {
		t.Errorf("kubectl shows %q, want %q", text, want)
	}
	if text := c.Kubectl(t, "get", "-n", c.namespace, "fn", "meant", "-o", "jsonpath={.apiVersion}"); text != "core.openfunction.io/v1beta2" {
		t.Errorf("kubectl prefers %s", text)
	}
	if text := c.Kubectl(t, "explain", "--api-version=core.openfunction.io/v1beta1", "fn.spec.serving.inputs"); !strings.Contains(text, "triggers.dapr") {
		t.Errorf("kubectl explain shows nothing of v1beta2:\n%s", text)
	}
	c.warnings.take()
	config := *c.Config
	config.WarningHandler = c.warnings
	if _, err := dynamic.NewForConfigOrDie(&config).Resource(oldFunctions()).List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	want := "core.openfunction.io/v1beta1 Function is deprecated; use core.openfunction.io/v1beta2 Function"
	if got := c.warnings.take(); !slices.Contains(got, want) {
		t.Errorf("warnings are %q, want %q", got, want)
	}
}

// A forged annotation must not change what v1beta1 shows or the status, and must not
// bypass admission.
func (c *conversions) testForged(t *testing.T) {
	forge := func(name, data string) error {
		fn := oldManifest(t, name, oldGood)
		fn.SetAnnotations(map[string]string{functions.ConversionDataAnnotationKey: data})
		_, err := c.old.Create(t.Context(), fn, metav1.CreateOptions{})
		return err
	}
	for name, data := range map[string]string{
		"no-json": "{", "a-list": "[]", "nothing": "null", "other": `{"version":"v2","is":{"spec":{"version":"v9"}}}`,
		"shown":  `{"version":"v1beta2","was":{"spec":{"serving":{"triggers":{"http":{"port":9000}}}}},"is":{"spec":{"serving":{"triggers":{"http":{"port":1}}}}}}`,
		"hooks":  `{"version":"v1beta2","is":{"spec":{"serving":{"hooks":{"pre":["a"]}}}}}`, // fields that v1beta1 would show
		"types":  `{"version":"v1beta2","is":{"spec":{"serving":{"tracing":[1]}}}}`,
		"status": `{"version":"v1beta2","is":{"status":{"image":"forged"},"annotations":{"forged":"x"},"metadata":{"name":"forged"}}}`,
	} {
		if err := forge(name, data); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.spec(t, "meant"), c.spec(t, name)); diff != "" {
			t.Errorf("%s changed the spec (-want +got):\n%s", name, diff)
		}
		stored, err := c.functions.Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if image, _, _ := unstructured.NestedString(stored.Object, "status", "image"); !maps.Equal(stored.GetAnnotations(), annotationsOfNew) || image != "" {
			t.Errorf("%s is still there: %v %v", name, stored.GetAnnotations(), stored.Object["status"])
		}
	}
	const sneaky = `{"version":"v1beta2","is":{"spec":{"build":{"srcRepo":{"url":"ext::sh -c id"}},"serving":{"triggers":{"http":{"engine":"other"}}}}},"was":{"spec":{"serving":{"triggers":{"http":{}}}}}}`
	if err := forge("sneaky", sneaky); !apierrs.IsInvalid(err) || !strings.Contains(err.Error(), "spec.serving.triggers.http.engine") {
		t.Errorf("an unknown engine: got %v, want the answer that v1beta2 gets", err)
	}
}

func testWithoutConversion(t *testing.T, e *environment.Environment) {
	t.Helper()
	c := newConversions(t, startOwnWebhook(t, e))
	if _, err := c.old.Create(t.Context(), oldManifest(t, "meant", oldGood), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.webhook.Kill()
	if _, err := c.functions.List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Errorf("a list of v1beta2: %v", err)
	}
	if _, err := c.functions.Get(t.Context(), "meant", metav1.GetOptions{ResourceVersion: ""}); err != nil {
		t.Errorf("v1beta2: %v", err)
	}
	if err := c.functions.Delete(t.Context(), "meant", metav1.DeleteOptions{}); err != nil {
		t.Errorf("a deletion: %v", err)
	}
}
