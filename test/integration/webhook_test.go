//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"context"
	"slices"
	"strings"
	"sync"
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
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

// admission is a namespace with the webhook.
type admission struct {
	*environment.Environment

	functions dynamic.ResourceInterface
	namespace string
	warnings  *warnings
	// webhook is the process, in an environment of its own.
	webhook *environment.Webhook
}

// warnings collects the warnings of the API server.
type warnings struct {
	sync.Mutex

	texts []string
}

// HandleWarningHeader implements rest.WarningHandler.
func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.Lock()
	defer w.Unlock()
	w.texts = append(w.texts, text)
}

// take returns the warnings since the last call.
func (w *warnings) take() []string {
	w.Lock()
	defer w.Unlock()
	texts := w.texts
	w.texts = nil
	slices.Sort(texts)
	return texts
}

// startAdmission returns a namespace of the shared environment. The test then runs in
// parallel.
func startAdmission(t *testing.T) *admission {
	t.Helper()
	t.Parallel()
	return newAdmission(t, environment.Start(t))
}

// startOwnWebhook starts the webhook in an environment of the test's own.
func startOwnWebhook(t *testing.T, e *environment.Environment) *admission {
	t.Helper()
	e.Install(t, environment.OpenFunction)
	webhook := e.StartWebhook(t)
	a := newAdmission(t, e)
	a.webhook = webhook
	return a
}

func newAdmission(t *testing.T, e *environment.Environment) *admission {
	t.Helper()
	a := &admission{Environment: e, namespace: e.Namespace(t), warnings: &warnings{}}
	config := rest.CopyConfig(e.Config)
	config.WarningHandler = a.warnings
	a.functions = dynamic.NewForConfigOrDie(config).Resource(cluster.Functions).Namespace(a.namespace)
	a.awaitValidation(t)
	return a
}

// awaitValidation waits until the API server calls the webhook.
func (a *admission) awaitValidation(t *testing.T) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		_, last = a.try(t, "canary", "{}", true)
		return last != nil && strings.Contains(last.Error(), "spec: Required value"), nil
	})
	if err != nil {
		t.Fatalf("an empty function is not refused: %v", last)
	}
	a.warnings.take()
}

// try creates a function.
func (a *admission) try(t *testing.T, name, spec string, dryRun bool) (*unstructured.Unstructured, error) {
	t.Helper()
	options := metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}
	if dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	return a.functions.Create(t.Context(), manifest(t, name, spec), options)
}

func manifest(t *testing.T, name, spec string) *unstructured.Unstructured {
	t.Helper()
	return parse(t, "apiVersion: core.openfunction.io/v1beta2\nkind: Function\nmetadata: {name: "+name+"}\nspec: "+spec)
}

func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}

const good = `{image: "registry.example.com/team/hello:v1", serving: {params: {A: b}}}`

func TestAdmission(t *testing.T) {
	a := startAdmission(t)
	t.Run("fills in defaults", a.testDefaults)
	t.Run("refuses with every error, by every kind of request", a.testRefusal)
	t.Run("names what cannot be read", a.testDecoding)
	t.Run("warns of fields without effect", a.testWarnings)
	t.Run("guards Builders and Servings", a.testChildren)
}

func (a *admission) testDefaults(t *testing.T) {
	fn, err := a.try(t, "defaults", good, true)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"image":           "registry.example.com/team/hello:v1",
		"version":         "latest",
		"workloadRuntime": "OCIContainer",
		"serving": map[string]any{
			"params":   map[string]any{"A": "b"},
			"triggers": map[string]any{"http": map[string]any{"port": int64(8080), "engine": "knative"}},
		},
	}
	if diff := cmp.Diff(want, fn.Object["spec"]); diff != "" {
		t.Errorf("stored spec (-want +got):\n%s", diff)
	}
}

func (a *admission) testRefusal(t *testing.T) {
	const bad = `{image: "registry.example.com/team/hello:v1", version: v1/2, serving: {triggers: {http: {port: 9090}}, template: {hostNetwork: true}}}`
	paths := []string{"spec.version", "spec.serving.triggers.http.port", "spec.serving.template.hostNetwork"}
	if _, err := a.try(t, "refused", good, false); err != nil {
		t.Fatal(err)
	}
	update := func(options metav1.UpdateOptions) error {
		stored, err := a.functions.Get(t.Context(), "refused", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		stored.Object["spec"] = manifest(t, "refused", bad).Object["spec"]
		_, err = a.functions.Update(t.Context(), stored, options)
		return err
	}
	for name, send := range map[string]func() error{
		"create":  func() error { _, err := a.try(t, "other", bad, false); return err },
		"dry run": func() error { _, err := a.try(t, "other", bad, true); return err },
		"update":  func() error { return update(metav1.UpdateOptions{}) },
		"apply": func() error {
			_, err := a.functions.Apply(t.Context(), "refused", manifest(t, "refused", bad), metav1.ApplyOptions{FieldManager: "test", Force: true})
			return err
		},
		"patch": func() error {
			_, err := a.functions.Patch(t.Context(), "refused", types.MergePatchType,
				[]byte(`{"spec":{"version":"v1/2","serving":{"triggers":{"http":{"port":9090}},"template":{"hostNetwork":true}}}}`), metav1.PatchOptions{})
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
}

func (a *admission) testDecoding(t *testing.T) {
	for spec, want := range map[string]string{
		`{image: hello, serving: {timeout: abc}}`:                  "spec.serving.timeout",
		`{image: hello, serving: {template: {hostNetwrok: true}}}`: `unknown field "spec.serving.template.hostNetwrok"`,
		`{image: hello, servng: {}}`:                               `unknown field "spec.servng"`,
	} {
		isRefusal := apierrs.IsInvalid
		if strings.HasPrefix(want, "unknown field") {
			isRefusal = apierrs.IsBadRequest
		}
		if _, err := a.try(t, "unread", spec, true); !isRefusal(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", spec, err, want)
		}
	}
}

func (a *admission) testWarnings(t *testing.T) {
	if _, err := a.try(t, "warned", `{image: "registry.example.com/team/hello:v1", serving: {outputs: [{dapr: {name: a}}], workloadType: Deployment}}`, false); err != nil {
		t.Fatal(err)
	}
	want := []string{"spec.serving.workloadType: has no effect yet"}
	if diff := cmp.Diff(want, a.warnings.take()); diff != "" {
		t.Errorf("warnings of a new function (-want +got):\n%s", diff)
	}
	label := []byte(`{"metadata":{"labels":{"a":"b"}}}`)
	if _, err := a.functions.Patch(t.Context(), "warned", types.MergePatchType, label, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := a.warnings.take(); len(got) > 0 {
		t.Errorf("a label makes warnings: %q", got)
	}
}

// Without the webhook the API server rejects writes of a spec, and executes all others.
func testWithoutWebhook(t *testing.T, e *environment.Environment) {
	t.Helper()
	a := startOwnWebhook(t, e)
	fn, err := a.try(t, "orphan", good, false)
	if err != nil {
		t.Fatal(err)
	}
	a.webhook.Kill()
	if _, err := a.try(t, "other", good, true); err == nil || !strings.Contains(err.Error(), "failed calling webhook") {
		t.Errorf("a function is admitted without the webhook: %v", err)
	}
	fn.Object["status"] = map[string]any{"image": "x"}
	if _, err := a.functions.UpdateStatus(t.Context(), fn, metav1.UpdateOptions{}); err != nil {
		t.Errorf("a write of the status: %v", err)
	}
	if err := a.functions.Delete(t.Context(), "orphan", metav1.DeleteOptions{}); err != nil {
		t.Errorf("a deletion: %v", err)
	}
	other := parse(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}")
	if _, err := a.Dynamic.Resource(configMaps).Namespace("openfunction").Create(t.Context(), other, metav1.CreateOptions{}); err != nil {
		t.Errorf("a ConfigMap of another product: %v", err)
	}
}

func (a *admission) testChildren(t *testing.T) {
	servings := a.Dynamic.Resource(cluster.Servings).Namespace(a.namespace)
	s := parse(t, "apiVersion: core.openfunction.io/v1beta2\nkind: Serving\nmetadata: {name: s}\nspec: {image: hello, template: {hostPID: true}}")
	if _, err := servings.Create(t.Context(), s, metav1.CreateOptions{}); !apierrs.IsInvalid(err) {
		t.Errorf("a Serving with hostPID: got %v, want an invalid object", err)
	}
	unstructured.RemoveNestedField(s.Object, "spec", "template")
	stored, err := servings.Create(t.Context(), s, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	stored.SetLabels(map[string]string{"a": "b"})
	if stored, err = servings.Update(t.Context(), stored, metav1.UpdateOptions{}); err != nil {
		t.Fatalf("a label is refused: %v", err)
	}
	if err := unstructured.SetNestedField(stored.Object, "other", "spec", "image"); err != nil {
		t.Fatal(err)
	}
	if _, err := servings.Update(t.Context(), stored, metav1.UpdateOptions{}); !apierrs.IsInvalid(err) {
		t.Errorf("another image of a Serving: got %v, want an invalid object", err)
	}
}

func testConfigMaps(t *testing.T, e *environment.Environment) {
	t.Helper()
	a := startOwnWebhook(t, e)
	ours := a.Dynamic.Resource(configMaps).Namespace("openfunction")
	set := func(text string) error {
		_, err := ours.Patch(t.Context(), "config-build", types.MergePatchType, []byte(`{"data":{`+text+`}}`), metav1.PatchOptions{})
		return err
	}
	if err := set(`"default-timeout":"soon"`); !apierrs.IsBadRequest(err) || !strings.Contains(err.Error(), "default-timeout") {
		t.Errorf("a bad timeout: got %v, want a bad request that names it", err)
	}
	const unbuilt = `{image: "registry.example.com/team/hello:v1", build: {srcRepo: {url: "https://git.example.com/r"}}}`
	if _, err := a.try(t, "unbuilt", unbuilt, true); !apierrs.IsInvalid(err) {
		t.Errorf("a build without builder: got %v, want an invalid object", err)
	}
	if err := set(`"default-builder":"registry.example.com/builder:v1"`); err != nil {
		t.Fatal(err)
	}
	var fn *unstructured.Unstructured
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(context.Context) (done bool, _ error) {
		var err error
		fn, err = a.try(t, "unbuilt", unbuilt, true)
		return err == nil, nil
	})
	if err != nil {
		t.Fatal("the default builder does not take effect")
	}
	if got, _, _ := unstructured.NestedString(fn.Object, "spec", "build", "builder"); got != "registry.example.com/builder:v1" {
		t.Errorf("builder = %q", got)
	}
	if got, _, _ := unstructured.NestedString(fn.Object, "spec", "build", "shipwright", "strategy", "kind"); got != v1beta2.StrategyKindCluster {
		t.Errorf("kind of the strategy = %q", got)
	}
}
