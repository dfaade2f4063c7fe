/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/randfill"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// seeds returns specs that hold every block: good, empty and null.
func seeds(tb testing.TB) [][]byte {
	tb.Helper()
	texts := []string{
		`{}`,
		`{build: {}, serving: {}}`,
		`{build: {shipwright: {}, srcRepo: {}}, serving: {triggers: {}, scaleOptions: {}, template: {}, hooks: {}, tracing: {}}}`,
		`{build: {shipwright: {strategy: {}, params: [null, {}, {values: [{}]}]}, srcRepo: {bundleContainer: {}, credentials: {}}, builderCredentials: {}}, imageCredentials: {}}`,
		`{serving: {triggers: {http: {route: {gatewayRef: {}, hostnames: [""], rules: [{matches: [{path: {}, headers: [{}]}]}]}}, dapr: [null, {}], inputs: [null, {}]}}}`,
		`{serving: {triggers: {dapr: [{name: a, topic: t, deadLetterTopic: t, retry: {}}], cron: [null, {}, {name: a, schedule: "@daily", timeZone: UTC}]}, scaleOptions: {suspend: true}}}`,
		`{serving: {outputs: [null, {}, {dapr: {}}], bindings: {a: null}, pubsub: {"": {}}, states: {a: null, b: {}, c: {spec: {metadata: [{}]}}}}}`,
		`{serving: {scaleOptions: {knative: {"": ""}, keda: {httpScaledObject: {}, scaledObject: {advanced: {horizontalPodAutoscalerConfig: {behavior: {scaleUp: {policies: [{}]}}}}, fallback: {}}, scaledJob: {}, triggers: [{authenticationRef: {}}]}}}}`,
		`{serving: {template: {securityContext: {seccompProfile: {}, windowsOptions: {}}, volumes: [{}], containers: [{}, {name: function, env: [{}, {valueFrom: {}}], securityContext: {capabilities: {add: [""]}}, lifecycle: {preStop: {}}, readinessProbe: {}, resources: {requests: {cpu: 1}}}]}}}`,
		`{serving: {tracing: {provider: {exporter: {}}}, labels: {"": ""}, annotations: {"[": "]"}, params: {"": ""}}}`,
		`{workloadRuntime: wasmedge, version: v1, image: "registry.example.com/team/hello:v1", build: {builder: b, srcRepo: {url: "git@git.example.com:r"}}, serving: {}}`,
	}
	all := make([][]byte, len(texts))
	for i, text := range texts {
		spec, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			tb.Fatal(err)
		}
		all[i] = spec
	}
	return all
}

// kind is what all of our kinds can do.
type kind interface {
	apis.Defaultable
	apis.Validatable
	runtime.Object
}

func copyOf(t *testing.T, object kind) kind {
	t.Helper()
	c, ok := object.DeepCopyObject().(kind)
	if !ok {
		t.Fatalf("the copy of a %T is of another kind", object)
	}
	return c
}

// admit does what admission does, twice over, and checks what has to hold of
// every input.
func admit(ctx context.Context, t *testing.T, sent kind) {
	t.Helper()
	once := copyOf(t, sent)
	once.SetDefaults(ctx)
	twice := copyOf(t, once)
	twice.SetDefaults(ctx)
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Errorf("default of default differs (-once +twice):\n%s", diff)
	}
	if errs := once.Validate(apis.WithinUpdate(ctx, copyOf(t, sent))); errs != nil {
		t.Errorf("an update that changes nothing is refused: %v", errs)
	}
	before := copyOf(t, sent).Validate(apis.WithinCreate(ctx)).Filter(apis.ErrorLevel)
	errs := once.Validate(apis.WithinCreate(ctx))
	if errs := errs.Filter(apis.ErrorLevel); before == nil && errs != nil {
		t.Errorf("what was filled in makes it invalid: %v", errs)
	}
	for _, problem := range fielderror.Problems(errs) {
		if len(problem.Message) > 4*64+64 {
			t.Errorf("%s repeats %d bytes of its value", problem.Path, len(problem.Message))
		}
		if strings.ContainsAny(problem.String(), "\n\r\x00") {
			t.Errorf("%q is not one line", problem)
		}
	}
	if f, ok := once.(*Function); ok {
		updated := f.Validate(apis.WithinUpdate(ctx, &Function{})).Filter(apis.ErrorLevel)
		if errs.Filter(apis.ErrorLevel) == nil && updated != nil {
			t.Errorf("an update to what is valid is refused: %v", updated)
		}
		_ = (&Function{}).Validate(apis.WithinUpdate(ctx, f))
	}
}

// fuzz runs admission over the spec of each kind.
func fuzz(f *testing.F, object func(spec []byte) (kind, error)) {
	f.Helper()
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, spec []byte) {
		sent, err := object(spec)
		if err != nil {
			return
		}
		admit(configured(t, map[string]string{"default-builder": defaultBuilder}), t, sent)
	})
}

func FuzzFunctionSpec(f *testing.F) {
	fuzz(f, func(spec []byte) (kind, error) {
		function := &Function{}
		return function, json.Unmarshal(spec, &function.Spec)
	})
}

func FuzzBuilderSpec(f *testing.F) {
	fuzz(f, func(spec []byte) (kind, error) {
		builder := &Builder{}
		return builder, json.Unmarshal(part(spec, "build"), &builder.Spec)
	})
}

func FuzzServingSpec(f *testing.F) {
	fuzz(f, func(spec []byte) (kind, error) {
		serving := &Serving{}
		return serving, json.Unmarshal(part(spec, "serving"), &serving.Spec)
	})
}

// part lifts a block of a function's spec to where a Builder or Serving has it.
func part(spec []byte, field string) []byte {
	var fields map[string]any
	if json.Unmarshal(spec, &fields) != nil {
		return spec
	}
	block, ok := fields[field].(map[string]any)
	if !ok {
		return spec
	}
	maps.Copy(fields, block)
	delete(fields, field)
	lifted, err := json.Marshal(fields)
	if err != nil {
		return spec
	}
	return lifted
}

func FuzzGitURL(f *testing.F) {
	for _, seed := range []string{"https://git.example.com/r", "git@git.example.com:r", "git@h:\x05", "ssh://git@[::1]:22/r", "ext::sh -c id", "http://0x7f.1/r"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, url string) {
		errs := (&GitRepo{URL: url}).validate(context.Background(), field.NewPath("srcRepo"))
		if errs == nil && (url == "" || url[0] == '-' || hasControl(url)) {
			t.Errorf("%q is accepted", url)
		}
	})
}

// filler makes specs in which every pointer, list and map is nil now and then.
func filler(seed int64) *randfill.Filler {
	return randfill.NewWithSeed(seed).NilChance(0.3).NumElements(0, 3).MaxDepth(14).Funcs(
		func(q *resource.Quantity, c randfill.Continue) {
			*q = *resource.NewQuantity(c.Int63n(9)-3, resource.DecimalSI)
		},
		func(r *runtime.RawExtension, _ randfill.Continue) { r.Raw = []byte(`{}`) },
		func(j *apiextensionsv1.JSON, _ randfill.Continue) { j.Raw = []byte(`"x"`) },
		func(e *HTTPEngine, c randfill.Continue) { *e = []HTTPEngine{"", "knative", "KEDA", "x"}[c.Intn(4)] },
		func(c1 *corev1.Container, c randfill.Continue) {
			c.FillNoCustom(c1)
			c1.Name = []string{"", FunctionContainer, "side"}[c.Intn(3)]
		},
	)
}

func TestAdmitGenerated(t *testing.T) {
	ctx := configured(t, map[string]string{"default-builder": defaultBuilder})
	for seed := range int64(generatedObjects) {
		spec := &FunctionSpec{}
		filler(seed).Fill(spec)
		admit(ctx, t, &Function{Spec: *spec})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
