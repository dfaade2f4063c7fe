/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package strategytest contains tests of the requirements for every Strategy.
package strategytest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/envvar/envvartest"
	"openfunction.dev/openfunction/pkg/strategy"
)

// Contract is a Strategy with the data that the tests need.
type Contract struct {
	// Strategy is the plug-in.
	Strategy strategy.Strategy
	// AddToScheme adds the kinds that the strategy creates.
	AddToScheme func(*runtime.Scheme) error
	// Succeeded returns a run that pushed the image of that digest.
	Succeeded func(digest string) *unstructured.Unstructured
	// Failed returns a run that failed with a reason and a message of the user's code.
	Failed func(reason, words string) *unstructured.Unstructured
}

// Run tests that the plug-in meets the contract. The name of each test is the
// requirement.
func (c Contract) Run(t *testing.T) {
	t.Helper()
	t.Run("the last object is the run and alone reports Succeeded", c.lastIsTheRun)
	t.Run("objects have the Builder's name and namespace, and no more identity", c.namesAreTheBuilders)
	t.Run("a Builder's name of any length yields a label value, another for another name", c.longNamesFit)
	t.Run("every kind is one that Kinds names", c.kindsAreNamed)
	t.Run("equal Builders give equal bytes", c.equalBytes)
	t.Run("the Builder is not changed", c.builderIsNotChanged)
	t.Run("text of users is passed whole, never joined with other text", c.textIsPassedWhole)
	t.Run("cancelling changes the run and nothing else", c.cancelChangesTheRun)
	t.Run("a Builder without source or image is a mistake of the user's", c.mistakesAreFieldErrors)
	t.Run("the digest of a run that succeeded is its output", c.digestIsOutput)
	t.Run("the words of a run that failed are made fit for a condition", c.wordsAreMadeFit)
}

func (c Contract) lastIsTheRun(t *testing.T) {
	for name, b := range builders() {
		objects := c.objects(t, b)
		for i, object := range objects {
			want := i == len(objects)-1
			if got := object.ConditionType == v1beta2.BuilderConditionSucceeded; got != want {
				t.Errorf("%s: object %d of %d reports %q", name, i+1, len(objects), object.ConditionType)
			}
		}
	}
}

func (c Contract) namesAreTheBuilders(t *testing.T) {
	for name, b := range builders() {
		for _, object := range c.objects(t, b) {
			want := metav1.ObjectMeta{
				Name: b.Name, Namespace: b.Namespace,
				Labels: object.GetLabels(), Annotations: object.GetAnnotations(),
			}
			got := c.unstructured(t, object)
			if diff := cmp.Diff(toMap(t, &want), got.Object["metadata"]); diff != "" {
				t.Errorf("%s: %s: (-want +got)\n%s", name, got.GetKind(), diff)
			}
		}
	}
}

func (c Contract) longNamesFit(t *testing.T) {
	seen := make(map[string]string)
	for _, length := range []int{1, 62, 63, 64, 200, 253} {
		for _, end := range []string{"a", "b"} {
			b := full()
			b.Name = strings.Repeat("x", length-1) + end
			for _, object := range c.objects(t, b) {
				name := object.GetName()
				if errs := validation.IsValidLabelValue(name); len(errs) > 0 {
					t.Errorf("the name %q: %v", name, errs)
				}
				if other := seen[name]; other != "" && other != b.Name {
					t.Errorf("%q is the name for two Builders", name)
				}
				seen[name] = b.Name
				for key, value := range object.GetLabels() {
					if errs := validation.IsValidLabelValue(value); len(errs) > 0 {
						t.Errorf("the label %s=%q: %v", key, value, errs)
					}
				}
			}
		}
	}
}

func (c Contract) kindsAreNamed(t *testing.T) {
	for name, b := range builders() {
		for _, object := range c.objects(t, b) {
			gvk := c.unstructured(t, object).GroupVersionKind()
			if !slices.ContainsFunc(c.Strategy.Describe().Kinds, func(k child.Kind) bool { return k.GroupVersionKind == gvk }) {
				t.Errorf("%s: %v is not among Kinds", name, gvk)
			}
		}
	}
	for _, kind := range withRequired(c.Strategy.Describe().Kinds) {
		if kind.Product != "" && kind.InstallHint == "" {
			t.Errorf("%v: no hint how to install %s", kind.GroupVersionKind, kind.Product)
		}
	}
}

func withRequired(kinds []child.Kind) []child.Kind {
	all := slices.Clone(kinds)
	for _, kind := range kinds {
		all = append(all, kind.Requires...)
	}
	return all
}

// repeats is high enough for the random order of a map of ten to change at least once.
const repeats = 100

func (c Contract) equalBytes(t *testing.T) {
	for name := range builders() {
		var first []byte
		for range repeats {
			var contents []map[string]any
			for _, object := range c.objects(t, builders()[name]) {
				contents = append(contents, c.unstructured(t, object).Object)
			}
			got, err := json.Marshal(contents)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if diff := cmp.Diff(string(first), string(got)); diff != "" {
				t.Fatalf("%s: (-first +another)\n%s", name, diff)
			}
		}
	}
}

func (c Contract) builderIsNotChanged(t *testing.T) {
	for name, b := range builders() {
		before := b.DeepCopy()
		c.objects(t, b)
		if diff := cmp.Diff(before, b); diff != "" {
			t.Errorf("%s: (-before +after)\n%s", name, diff)
		}
	}
}

func (c Contract) textIsPassedWhole(t *testing.T) {
	for name, b := range builders() {
		for _, object := range c.objects(t, b) {
			got := c.unstructured(t, object)
			walk(got.Object, nil, func(path []string, text string) {
				if slices.Contains(path, "env") && path[len(path)-1] == "value" {
					text = envvartest.Expand(text, map[string]string{"A": "expanded"})
				}
				if !strings.Contains(text, canaryMark) {
					return
				}
				if path[0] != "spec" {
					t.Errorf("%s: %s holds text of a user: %q", name, strings.Join(path, "."), text)
				}
				if !slices.Contains(userTexts, text) {
					t.Errorf("%s: %s is joined from text of a user: %q", name, strings.Join(path, "."), text)
				}
			})
		}
	}
}

func (c Contract) cancelChangesTheRun(t *testing.T) {
	for name, b := range builders() {
		running := c.objects(t, b)
		b.Spec.State = v1beta2.BuildStateCancelled
		cancelled := c.objects(t, b)
		last := len(running) - 1
		if diff := cmp.Diff(running[:last], cancelled[:last]); diff != "" {
			t.Errorf("%s: (-running +cancelled)\n%s", name, diff)
		}
		if cmp.Equal(running[last], cancelled[last]) {
			t.Errorf("%s: the run is the same, cancelled or not", name)
		}
	}
}

func (c Contract) mistakesAreFieldErrors(t *testing.T) {
	mistakes := map[string]func(*v1beta2.Builder){
		"spec.srcRepo":     func(b *v1beta2.Builder) { b.Spec.SrcRepo = nil },
		"spec.srcRepo.url": func(b *v1beta2.Builder) { b.Spec.SrcRepo = &v1beta2.GitRepo{} },
		"spec.image":       func(b *v1beta2.Builder) { b.Spec.Image = "" },
	}
	for path, mistake := range mistakes {
		b := full()
		mistake(b)
		_, err := c.plan(b)
		wantFieldError(t, err, path)
	}
}

func (c Contract) digestIsOutput(t *testing.T) {
	digest := "sha256:" + strings.Repeat("ab", 32)
	got, err := c.Strategy.Result(c.Succeeded(digest), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Output.Digest != digest {
		t.Errorf("digest = %q, want %q", got.Output.Digest, digest)
	}
	if got.Reason != "" || got.Message != "" {
		t.Errorf("a run that succeeded has the reason %q, %q", got.Reason, got.Message)
	}
}

func (c Contract) wordsAreMadeFit(t *testing.T) {
	words := "fatal: https://ada:s3cr3t@git.example.com/a.git\n" + strings.Repeat("\x1b[31mmore\n", 500) + "no such file"
	for _, reason := range []string{"BuildFailed", "not a word", "", strings.Repeat("Long", 100)} {
		got, err := c.Strategy.Result(c.Failed(reason, words), nil)
		if err != nil {
			t.Fatal(err)
		}
		if errs := validation.IsCIdentifier(got.Reason); len(errs) > 0 || len(got.Reason) > 63 {
			t.Errorf("reason %q becomes %q: %v", reason, got.Reason, errs)
		}
		if got.Message != strategy.Message(got.Message) {
			t.Errorf("not fit for a condition: %q", got.Message)
		}
		if !strings.HasSuffix(got.Message, "no such file") {
			t.Errorf("the cause is missing: %q", got.Message)
		}
	}
}

// plan returns the objects of the plan of b with the default settings.
func (c Contract) plan(b *v1beta2.Builder) ([]child.Object, error) {
	plan, err := c.Strategy.Plan(strategy.Input{Builder: b, Config: config.FromContext(context.Background())})
	if err != nil {
		return nil, err
	}
	return plan.Objects, nil
}

func (c Contract) objects(t *testing.T, b *v1beta2.Builder) []child.Object {
	t.Helper()
	objects, err := c.plan(b)
	if err != nil {
		t.Fatalf("Plan() of %q: %v", b.Name, err)
	}
	if len(objects) == 0 {
		t.Fatalf("Plan() of %q: none", b.Name)
	}
	return objects
}

func (c Contract) unstructured(t *testing.T, object child.Object) *unstructured.Unstructured {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := c.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return toUnstructured(t, scheme, object)
}

func wantFieldError(t *testing.T, err error, path string) {
	t.Helper()
	var fieldError *apis.FieldError
	if !errors.As(err, &fieldError) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v (%T), want an *apis.FieldError that names %s", err, err, path)
	}
}
