/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

func planOf(t *testing.T, b *v1beta2.Builder) *strategy.Plan {
	t.Helper()
	plan, err := New().Plan(strategy.Input{Builder: b, Config: config.FromContext(t.Context())})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func runOf(t *testing.T, kind string, params ...string) *strategy.Plan {
	t.Helper()
	b := &v1beta2.Builder{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"}}
	b.Spec.Image = "registry.example.com/team/hello"
	b.Spec.SrcRepo = &v1beta2.GitRepo{URL: "https://git.example.com/team/hello.git"}
	b.Spec.Builder = new("registry.example.com/builder")
	b.Spec.Shipwright = &v1beta2.ShipwrightEngine{Strategy: &v1beta2.Strategy{Name: "mine", Kind: &kind}}
	for _, name := range params {
		b.Spec.Shipwright.Params = append(b.Spec.Shipwright.Params, &v1beta2.ParamValue{
			Name: name, SingleValue: v1beta2.SingleValue{Value: new("x")},
		})
	}
	return planOf(t, b)
}

func TestReference(t *testing.T) {
	for kind, want := range map[string]string{
		"ClusterBuildStrategy": "shipwright.io/v1beta1, Kind=ClusterBuildStrategy /mine",
		"BuildStrategy":        "shipwright.io/v1beta1, Kind=BuildStrategy team/mine",
	} {
		got := runOf(t, kind).Reference
		if text := got.GroupVersionKind.String() + " " + got.NamespacedName.String(); text != want {
			t.Errorf("Reference() = %s, want %s", text, want)
		}
	}
}

func TestResolve(t *testing.T) {
	declares := func(parameters ...any) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"parameters": parameters}}}
	}
	parameter := func(name string, fields ...any) any {
		p := map[string]any{"name": name}
		if len(fields) == 2 {
			p[fields[0].(string)] = fields[1]
		}
		return p
	}
	for name, test := range map[string]struct {
		plan            *strategy.Plan
		live            *unstructured.Unstructured
		reason, message string
	}{
		"it has all of them": {
			runOf(t, "BuildStrategy", "a"),
			declares(parameter("builder-image"), parameter("a"), parameter("b", "default", ""), parameter("c", "defaults", []any{})), "", "",
		},
		"it does not exist": {
			runOf(t, "BuildStrategy"), nil, v1beta2.ReasonStrategyNotFound,
			`BuildStrategy "mine" does not exist; create it, or set another one in spec.build.shipwright.strategy; ` +
				"kubectl get clusterbuildstrategies,buildstrategies shows those that do",
		},
		"parameters are set that it has not": {
			runOf(t, "ClusterBuildStrategy", "a", "b"), declares(parameter("b")), v1beta2.ReasonUndefinedParameter,
			`ClusterBuildStrategy "mine" has no parameter a (spec.build.shipwright.params), builder-image (spec.build.builder); ` +
				"remove it, or set another strategy in spec.build.shipwright.strategy",
		},
		"parameters are not set that it has no default for": {
			runOf(t, "BuildStrategy"), declares(parameter("builder-image"), parameter("a"), parameter("b", "type", "array")),
			v1beta2.ReasonMissingParameterValues,
			`BuildStrategy "mine" has no default for a, b; give each a value in spec.build.shipwright.params`,
		},
		"it cannot be read": {runOf(t, "BuildStrategy"), &unstructured.Unstructured{Object: map[string]any{"spec": "garbage"}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.plan.Resolve(test.live)
			if diff := cmp.Diff(test.message, got.GetMessage()); diff != "" || got.GetReason() != test.reason {
				t.Errorf("reason %q, want %q; message (-want +got):\n%s", got.GetReason(), test.reason, diff)
			}
			if got != nil && !got.IsUnknown() {
				t.Errorf("status = %s: what heals is Unknown", got.Status)
			}
		})
	}
}

// A field without effect must not stop the build, but a parameter of the user that the
// strategy does not declare does.
func TestDockerfileOfTheShippedStrategy(t *testing.T) {
	shipped := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"parameters": []any{
		map[string]any{"name": "builder-image"}, map[string]any{"name": "env", "type": "array"},
	}}}}
	b := builder()
	b.Spec.Shipwright, b.Spec.Dockerfile = nil, new("Dockerfile")
	if got := planOf(t, b).Resolve(shipped); got != nil {
		t.Errorf("without parameters of the user: %s: %s", got.Reason, got.Message)
	}
	b.Spec.Shipwright = &v1beta2.ShipwrightEngine{Params: []*v1beta2.ParamValue{
		{Name: "dockerfile", SingleValue: v1beta2.SingleValue{Value: new("Dockerfile")}},
	}}
	got := planOf(t, b).Resolve(shipped)
	want := `ClusterBuildStrategy "openfunction" has no parameter dockerfile (spec.build.shipwright.params); ` +
		"remove it, or set another strategy in spec.build.shipwright.strategy"
	if diff := cmp.Diff(want, got.GetMessage()); diff != "" || got.GetReason() != v1beta2.ReasonUndefinedParameter {
		t.Errorf("with a parameter of the user: reason %q; message (-want +got):\n%s", got.GetReason(), diff)
	}
}
