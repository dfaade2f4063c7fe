/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plugin

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/keda"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
)

func shipped() Set { return New(shipwright.New(), knative.New(), keda.New(), async.New()) }

// function returns a Function with defaults, whose spec is given in YAML.
func function(t *testing.T, spec string) *v1beta2.Function {
	t.Helper()
	fn := &v1beta2.Function{}
	decode(t, "spec: {image: registry.example.com/team/hello, "+spec+"}", fn)
	fn.SetDefaults(t.Context())
	return fn
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(text), into); err != nil {
		t.Fatalf("Decoding %s: %v", text, err)
	}
}

// problems returns the problems of one level, sorted.
func problems(errs *apis.FieldError, level apis.DiagnosticLevel) []string {
	var all []string
	for _, problem := range fielderror.Problems(errs.Filter(level)) {
		all = append(all, problem.String())
	}
	slices.Sort(all)
	return all
}

func TestValidateFunction(t *testing.T) {
	const (
		whole   = "with the engine knative it applies to triggers.http.route.hostnames alone, and there are none"
		unknown = `spec.serving.triggers.http.engine: Unsupported value: "nginx": supported values: knative, keda`
	)
	for name, tt := range map[string]struct {
		stored, spec     string
		warnings, errors []string
	}{
		"a function without unsupported fields": {spec: `serving: {params: {A: b}}`},
		"a function that is only built":         {spec: `build: {srcRepo: {url: "https://example.com/a"}}`},
		"fields that the engine keda does not support": {
			spec: `build: {dockerfile: Dockerfile}, serving: {
				triggers: {http: {engine: keda, route: {hostnames: [a.example.com], gatewayRef: {name: a, namespace: b}, rules: [{}]}}, inputs: [{dapr: {name: a}}]},
				outputs: [{dapr: {name: a}}], bindings: {a: {type: bindings.cron}}, pubsub: {b: {type: pubsub.redis}}, states: {c: {}},
				scaleOptions: {keda: {}}, annotations: {dapr.io/log-as-json: "true", openfunction.io/enable-dapr: "false"},
				hooks: {}, tracing: {}, workloadType: Deployment}`,
			warnings: []string{
				"spec.build.dockerfile: has no effect yet",
				"spec.serving.workloadType: has no effect yet",
			},
		},
		"fields of a route that Knative does not support": {
			spec: `serving: {triggers: {http: {route: {gatewayRef: {name: a, namespace: b},
				rules: [{}, {matches: [{path: {value: /}}]}, {matches: [{path: {value: /a}}]}, {matches: [{method: GET}]},
					{matches: [{path: {type: Exact, value: /}}]}, {filters: [{type: RequestHeaderModifier}]}]}}}}`,
			warnings: []string{
				"spec.serving.triggers.http.route.gatewayRef: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[2]: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[3]: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[4]: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[5]: has no effect: " + whole,
			},
		},
		"a route of a function that events call, too": {
			spec: `serving: {triggers: {http: {route: {gatewayRef: {name: a, namespace: b}}}, dapr: [{name: a}]}}`,
			warnings: []string{
				"spec.serving.triggers.http.route.gatewayRef: has no effect: " + whole,
			},
		},
		"a Dockerfile of a WebAssembly module": {spec: `workloadRuntime: wasmedge, build: {dockerfile: Dockerfile}`},
		"a Dockerfile with a strategy of the author": {
			spec: `build: {dockerfile: Dockerfile, shipwright: {strategy: {name: buildah, kind: ClusterBuildStrategy}}}`,
		},
		"options for events": {
			spec: `serving: {triggers: {dapr: [{name: a}], cron: [{name: b, schedule: "@daily"}]}, workloadType: StatefulSet,
				scaleOptions: {suspend: true, keda: {scaledObject: {}, triggers: [{type: kafka, metadata: {}}]}}}`,
		},
		"options for requests and events": {
			spec: `serving: {triggers: {http: {}, dapr: [{name: a}]}, workloadType: StatefulSet,
				scaleOptions: {suspend: true, knative: {}, keda: {triggers: [{type: kafka, metadata: {}}]}}}`,
		},
		"suspension without events": {
			spec: `serving: {scaleOptions: {suspend: true}}`, warnings: []string{"spec.serving.scaleOptions.suspend: has no effect yet"},
		},
		"a scaler of requests without requests": {
			spec:     `serving: {triggers: {dapr: [{name: a}]}, scaleOptions: {keda: {httpScaledObject: {}}}}`,
			warnings: []string{"spec.serving.scaleOptions.keda.httpScaledObject: has no effect yet"},
		},
		"a scaler of requests that Knative does not use": {
			spec:     `serving: {triggers: {http: {}, dapr: [{name: a}]}, scaleOptions: {keda: {httpScaledObject: {}}}}`,
			warnings: []string{"spec.serving.scaleOptions.keda.httpScaledObject: has no effect yet"},
		},
		"options of Knative without requests": {
			spec:     `serving: {triggers: {dapr: [{name: a}]}, scaleOptions: {knative: {}}}`,
			warnings: []string{"spec.serving.scaleOptions.knative: has no effect yet"},
		},
		"annotations of Dapr": {
			spec:     `serving: {annotations: {dapr.io/log-level: debug, dapr.io/app-protocol: http, dapr.io/metrics-port: "1"}}`,
			warnings: []string{"spec.serving.annotations[dapr.io/metrics-port]: has no effect yet"},
		},
		"annotations of Dapr for requests and events": {
			spec:     `serving: {triggers: {http: {}, dapr: [{name: a}]}, annotations: {dapr.io/metrics-port: "1", openfunction.io/enable-dapr: "true"}}`,
			warnings: []string{"spec.serving.annotations[dapr.io/metrics-port]: has no effect yet"},
		},
		"an unknown engine": {spec: `serving: {triggers: {http: {engine: nginx}}}`, errors: []string{unknown}},
		"an update that changes nothing": {
			stored: `serving: {workloadType: Deployment}`, spec: `serving: {workloadType: Deployment}`,
		},
		"an update that changes something": {
			stored: `serving: {workloadType: Deployment}`, spec: `serving: {workloadType: Deployment, params: {A: b}}`,
			warnings: []string{"spec.serving.workloadType: has no effect yet"},
		},
		"an update to an unknown engine": {stored: `serving: {}`, spec: `serving: {triggers: {http: {engine: nginx}}}`, errors: []string{unknown}},
		"an update that keeps an unknown engine": {
			stored: `serving: {triggers: {http: {engine: nginx}}}`, spec: `serving: {triggers: {http: {engine: nginx}}, params: {A: b}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var old metav1.Object
			if tt.stored != "" {
				old = function(t, tt.stored)
			}
			errs := shipped().Validate(function(t, tt.spec), old, config.FromContext(t.Context()))
			if diff := cmp.Diff(tt.warnings, problems(errs, apis.WarningLevel)); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.errors, problems(errs, apis.ErrorLevel)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// A Function that is being deleted gets no warnings for a finalizer that goes.
func TestValidateDeletion(t *testing.T) {
	fn := function(t, `serving: {workloadType: Deployment}`)
	fn.DeletionTimestamp = &metav1.Time{}
	if errs := shipped().Validate(fn, function(t, `serving: {}`), config.FromContext(t.Context())); errs != nil {
		t.Errorf("Validate() = %v", errs)
	}
}

// A child that a Function controls gets no warnings, because the Function has them.
func TestValidateChild(t *testing.T) {
	owned := metav1.ObjectMeta{OwnerReferences: []metav1.OwnerReference{{Controller: new(true)}}}
	serving := func(meta metav1.ObjectMeta, spec string) *v1beta2.Serving {
		s := &v1beta2.Serving{ObjectMeta: meta}
		decode(t, spec, &s.Spec)
		return s
	}
	builder := func(meta metav1.ObjectMeta) *v1beta2.Builder {
		b := &v1beta2.Builder{ObjectMeta: meta}
		decode(t, `{dockerfile: Dockerfile}`, &b.Spec)
		return b
	}
	by := metav1.ObjectMeta{}
	for name, tt := range map[string]struct {
		object, old metav1.Object
		want        []string
	}{
		"a Serving of a Function":       {serving(owned, `{workloadType: Deployment}`), nil, nil},
		"a Serving of a user":           {serving(by, `{workloadType: Deployment}`), nil, []string{"spec.workloadType: has no effect yet"}},
		"an update of a user's Serving": {serving(by, `{workloadType: Deployment}`), serving(by, `{}`), nil},
		"a Builder of a Function":       {builder(owned), nil, nil},
		"a Builder of a user":           {builder(by), nil, []string{"spec.dockerfile: has no effect yet"}},
		"an update of a user's Builder": {builder(by), builder(by), nil},
	} {
		t.Run(name, func(t *testing.T) {
			errs := shipped().Validate(tt.object, tt.old, config.FromContext(t.Context()))
			if diff := cmp.Diff(tt.want, problems(errs, apis.WarningLevel)); diff != "" || errs.Filter(apis.ErrorLevel) != nil {
				t.Errorf("warnings, besides %v (-want +got):\n%s", errs.Filter(apis.ErrorLevel), diff)
			}
		})
	}
	engine := serving(by, `{triggers: {http: {engine: nginx}}}`)
	want := []string{`spec.triggers.http.engine: Unsupported value: "nginx": supported values: knative, keda`}
	if diff := cmp.Diff(want, problems(shipped().Validate(engine, nil, config.FromContext(t.Context())), apis.ErrorLevel)); diff != "" {
		t.Error("errors of an unknown engine (-want +got):", diff)
	}
}
