/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	batchv1 "k8s.io/api/batch/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	_ "knative.dev/pkg/client/injection/apiextensions/informers/apiextensions/v1/customresourcedefinition/fake"
	_ "knative.dev/pkg/injection/clients/namespacedkube/informers/core/v1/secret/fake"
	rectesting "knative.dev/pkg/reconciler/testing"
	knativewebhook "knative.dev/pkg/webhook"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// converted converts an object as the API server does, through the framework.
func converted(t *testing.T, text, to string) (string, error) {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel, _ := rectesting.SetupFakeContextWithCancel(t)
	defer cancel()
	ctx = knativewebhook.WithOptions(ctx, Options())
	controller, ok := NewConversion(ctx, nil).Reconciler.(knativewebhook.ConversionController)
	if !ok {
		t.Fatal("it does not convert")
	}
	response := controller.Convert(ctx, &apiextensionsv1.ConversionRequest{
		DesiredAPIVersion: functions.GroupName + "/" + to,
		Objects:           []runtime.RawExtension{{Raw: raw}},
	})
	if response.Result.Status != metav1.StatusSuccess {
		return "", errors.New(response.Result.Message)
	}
	return string(response.ConvertedObjects[0].Raw), nil
}

func v1beta1Of(text string) string {
	return "apiVersion: core.openfunction.io/v1beta1\n" + text
}

func TestConversionFillsInNothing(t *testing.T) {
	got, err := converted(t, v1beta1Of("kind: Function\nspec: {image: hello, serving: {runtime: knative}}"), "v1beta2")
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"kind":"Function","apiVersion":"core.openfunction.io/v1beta2","metadata":{},` +
		`"spec":{"image":"hello","serving":{"triggers":{"http":{}}}},"status":{}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("converted (-want +got):\n%s", diff)
	}
}

func TestConversionKeepsUnknownFieldsOfTheTemplate(t *testing.T) {
	for kind, text := range map[string]string{
		"Function": "kind: Function\nspec: {serving: {runtime: knative, template: {hostNetwrok: true}}}",
		"Serving":  "kind: Serving\nspec: {runtime: knative, template: {hostNetwrok: true}}",
	} {
		t.Run(kind, func(t *testing.T) {
			there, err := converted(t, v1beta1Of(text), "v1beta2")
			if err != nil {
				t.Fatal(err)
			}
			back, err := converted(t, there, "v1beta1")
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range []string{there, back} {
				if !strings.Contains(got, `"template":{"hostNetwrok":true}`) {
					t.Errorf("the field is gone in %s", got)
				}
			}
		})
	}
}

func TestConversionNamesWhatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"kind: Function\nspec: {image: 1}":                                                             "spec.image: ",
		"kind: Function\nspec: {serving: {inputs: {a: b}}}":                                            "spec.serving.inputs: ",
		"kind: Serving\nspec: {triggers: [{metadata: {a: [1]}}]}":                                      "spec.triggers[0].metadata[a]: ",
		"kind: Function\nmetadata: {annotations: {plugins: '['}}\nspec: {serving: {runtime: knative}}": "metadata.annotations[plugins]",
	} {
		if _, err := converted(t, v1beta1Of(text), "v1beta2"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error that names %s", text, err, want)
		}
	}
}

func TestDefinitionsAskForConversion(t *testing.T) {
	conversionOf := map[string]*apiextensionsv1.CustomResourceConversion{}
	for _, crd := range definitions(t) {
		conversionOf[crd.Name] = crd.Spec.Conversion
	}
	for gk, kind := range conversions() {
		if kind.DefinitionName != strings.ToLower(gk.Kind)+"s."+functions.GroupName {
			t.Errorf("%s has the definition %s", gk, kind.DefinitionName)
		}
		c := conversionOf[kind.DefinitionName]
		if c == nil || c.Strategy != apiextensionsv1.WebhookConverter {
			t.Errorf("%s is not converted by a webhook", kind.DefinitionName)
			continue
		}
		service := c.Webhook.ClientConfig.Service
		if service.Name != Options().ServiceName || service.Namespace != "openfunction" || *service.Path != conversionPath {
			t.Errorf("%s is converted at %v", kind.DefinitionName, service)
		}
	}
}

func definitions(t *testing.T) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	paths, err := filepath.Glob("../../config/300-*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no definitions in config: %v", err)
	}
	var crds []*apiextensionsv1.CustomResourceDefinition
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(text, crd); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		crds = append(crds, crd)
	}
	return crds
}

func TestMigrationIsOfAllKindsAndRestricted(t *testing.T) {
	objects := manifests(t, "post-install/storage-version-migration.yaml")
	job := find[*batchv1.Job](objects)[0]
	var names []string
	for _, kind := range conversions() {
		names = append(names, kind.DefinitionName)
	}
	less := cmpopts.SortSlices(strings.Compare)
	if diff := cmp.Diff(names, job.Spec.Template.Spec.Containers[0].Args, less); diff != "" {
		t.Errorf("kinds that are converted (-) and migrated (+):\n%s", diff)
	}
	for _, rule := range find[*rbacv1.ClusterRole](objects)[0].Rules {
		if rule.APIGroups[0] == "apiextensions.k8s.io" {
			if diff := cmp.Diff(names, rule.ResourceNames, less); diff != "" {
				t.Errorf("kinds that are converted (-) and of which the role is (+):\n%s", diff)
			}
		}
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	template := job.Spec.Template
	if result := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec)); !result.Allowed {
		t.Errorf("not restricted: %s", result.ForbiddenDetail())
	}
}
