/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plugin_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/strategy/shipwright"
)

func functionWith(t *testing.T, spec string) *v1beta2.Function {
	t.Helper()
	f := &v1beta2.Function{}
	if err := yaml.UnmarshalStrict([]byte("spec: {"+spec+"}"), f); err != nil {
		t.Fatal(err)
	}
	f.SetDefaults(t.Context())
	return f
}

func TestWarningsOfUnsupportedFields(t *testing.T) {
	plugins := plugin.New(shipwright.New(), knative.New(), async.New())
	const whole = "the engine knative serves a function at whole host names, through its own gateway"
	for name, tt := range map[string]struct {
		stored, spec string
		want         []string
	}{
		"fields without effect": {
			spec: `build: {dockerfile: Dockerfile}, serving: {
				triggers: {http: {engine: keda, route: {hostnames: [a.example.com], gatewayRef: {name: a, namespace: b}, rules: [{}]}}, inputs: [{dapr: {name: a}}]},
				outputs: [{dapr: {name: a}}], bindings: {a: {type: bindings.cron}}, pubsub: {b: {type: pubsub.redis}}, states: {c: {}},
				scaleOptions: {keda: {}}, annotations: {dapr.io/log-as-json: "true", openfunction.io/enable-dapr: "false"},
				hooks: {}, tracing: {}, workloadType: Deployment}`,
			want: []string{
				"spec.build.dockerfile: has no effect yet",
				"spec.serving.scaleOptions.keda: has no effect yet",
				"spec.serving.triggers.http.engine: has no effect yet",
				"spec.serving.triggers.http.route.gatewayRef: has no effect yet",
				"spec.serving.triggers.http.route.hostnames[0]: has no effect yet",
				"spec.serving.workloadType: has no effect yet",
			},
		},
		"what Knative cannot do for a route": {
			spec: `serving: {triggers: {http: {route: {hostnames: [a.example.com, "*.example.com"], gatewayRef: {name: a, namespace: b},
				rules: [{}, {matches: [{path: {value: /}}]}, {matches: [{path: {value: /a}}]}, {matches: [{method: GET}]},
					{matches: [{path: {type: Exact, value: /}}]}, {filters: [{type: RequestHeaderModifier}]}]}}}}`,
			want: []string{
				"spec.serving.triggers.http.route.gatewayRef: has no effect: " + whole,
				"spec.serving.triggers.http.route.hostnames: has no effect: domain-mappings in the ConfigMap config-gateway is false: " +
					"an administrator may set it where the networking layer of Knative rewrites hosts",
				"spec.serving.triggers.http.route.hostnames[1]: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[2]: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[3]: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[4]: has no effect: " + whole,
				"spec.serving.triggers.http.route.rules[5]: has no effect: " + whole,
			},
		},
		"a Dockerfile of a WebAssembly module": {
			spec: `workloadRuntime: wasmedge, build: {dockerfile: Dockerfile}`,
		},
		"a Dockerfile with a strategy of the author": {
			spec: `build: {dockerfile: Dockerfile, shipwright: {strategy: {name: buildah, kind: ClusterBuildStrategy}}}`,
		},
		"events": {
			spec: `serving: {triggers: {dapr: [{name: a}], cron: [{name: b, schedule: "@daily"}]}, workloadType: StatefulSet,
				scaleOptions: {suspend: true, keda: {scaledObject: {}, triggers: [{type: kafka, metadata: {}}]}}}`,
		},
		"nothing to suspend": {
			spec: `serving: {scaleOptions: {suspend: true}}`,
			want: []string{"spec.serving.scaleOptions.suspend: has no effect yet"},
		},
		"scaled by requests that nobody sends": {
			spec: `serving: {triggers: {dapr: [{name: a}]}, scaleOptions: {keda: {httpScaledObject: {}}}}`,
			want: []string{"spec.serving.scaleOptions.keda.httpScaledObject: has no effect yet"},
		},
		"switches of Dapr": {
			spec: `serving: {annotations: {dapr.io/log-level: debug, dapr.io/app-protocol: http, dapr.io/metrics-port: "1"}}`,
			want: []string{"spec.serving.annotations[dapr.io/metrics-port]: has no effect yet"},
		},
		"an update that changes nothing": {
			stored: `serving: {workloadType: Deployment}`, spec: `serving: {workloadType: Deployment}`,
		},
		"an update that changes something": {
			stored: `serving: {workloadType: Deployment}`, spec: `serving: {workloadType: Deployment, params: {A: b}}`,
			want: []string{"spec.serving.workloadType: has no effect yet"},
		},
		"an unknown engine": {
			spec: `serving: {triggers: {http: {engine: nginx}}}`,
			want: []string{
				`spec.serving.triggers.http.engine: Unsupported value: "nginx": supported values: knative, keda`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var stored metav1.Object
			if tt.stored != "" {
				stored = functionWith(t, tt.stored)
			}
			var got []string
			for _, problem := range fielderror.Problems(plugins.Validate(functionWith(t, tt.spec), stored, config.FromContext(t.Context()))) {
				got = append(got, problem.String())
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Validate() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWarningsOfAServingWithoutAFunction(t *testing.T) {
	plugins := plugin.New(shipwright.New(), knative.New(), async.New())
	s := &v1beta2.Serving{Spec: v1beta2.ServingSpec{WorkloadSpec: v1beta2.WorkloadSpec{WorkloadType: v1beta2.WorkloadTypeDeployment}}}
	problems := fielderror.Problems(plugins.Validate(s, nil, config.FromContext(t.Context())))
	if len(problems) != 1 || problems[0].String() != "spec.workloadType: has no effect yet" {
		t.Errorf("Validate() = %v, want a warning of spec.workloadType", problems)
	}
}
