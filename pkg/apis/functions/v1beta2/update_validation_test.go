/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

// TestRatchet stores what today's rules refuse, then changes it.
func TestRatchet(t *testing.T) {
	const badEnv = `build: {env: {LD_PRELOAD: "a.so"}}`
	for name, tt := range map[string]struct {
		stored, update string
		want           []string
	}{
		"nothing changes": {
			stored: badEnv, update: badEnv,
		},
		"another field of the same block": {
			stored: badEnv, update: `build: {env: {LD_PRELOAD: "a.so"}, timeout: 1m}`,
		},
		"another block": {
			stored: badEnv, update: `build: {env: {LD_PRELOAD: "a.so"}}, serving: {params: {A: b}}`,
		},
		"the bad field becomes good": {
			stored: badEnv, update: `build: {env: {A: b}}`,
		},
		"the bad field stays bad with another value": {
			stored: badEnv, update: `build: {env: {LD_PRELOAD: "b.so"}}`,
			want: []string{"spec.build.env[LD_PRELOAD]: Forbidden: the variable is reserved: it steers the programs of the build"},
		},
		"another field becomes bad": {
			stored: badEnv, update: `build: {env: {LD_PRELOAD: "a.so"}, timeout: 1s}`,
			want: []string{`spec.build.timeout: Invalid value: "1s": must be between 10s and 24h0m0s`},
		},
		"a bad field gets another bad value": {
			stored: `image: A/b`, update: `image: A/c`,
			want: []string{`spec.image: Invalid value: "A/c": repository must be lowercase`},
		},
		"a key with dots": {
			stored: `serving: {labels: {kubernetes.io/x.y: a}}`, update: `serving: {labels: {kubernetes.io/x.y: a, team: b}}`,
		},
		"a key with dots and another value": {
			stored: `serving: {labels: {kubernetes.io/x.y: a}}`, update: `serving: {labels: {kubernetes.io/x.y: b}}`,
			want: []string{"spec.serving.labels[kubernetes.io/x.y]: " + "Forbidden: " + whyReservedKey},
		},
		"a bound moves further off": {
			stored: `serving: {scaleOptions: {minReplicas: 3, maxReplicas: 2}}`, update: `serving: {scaleOptions: {minReplicas: 3, maxReplicas: 1}}`,
			want: []string{"spec.serving.scaleOptions.minReplicas: Invalid value: 3: must not be above 1, maxReplicas"},
		},
		"a missing field stays missing": {
			stored: `build: {srcRepo: null}`, update: `build: {srcRepo: null, timeout: 1m}`,
		},
		"a block stays without what it needs as another field changes": {
			stored: `build: null, serving: null`, update: `build: null, serving: null, image: team/hello`,
		},
		"a field becomes missing": {
			stored: ``, update: `build: {srcRepo: null}`,
			want: []string{"spec.build.srcRepo: Required value: say where the source code is"},
		},
		"a Job that a schedule cannot call beside a change": {
			stored: `serving: {workloadType: job, triggers: {cron: [{name: a, schedule: "@daily"}]}}`,
			update: `serving: {workloadType: Job, triggers: {cron: [{name: a, schedule: "@daily"}]}, params: {A: b}}`,
		},
		"a Job gets a schedule": {
			stored: `serving: {workloadType: Job, triggers: {dapr: [{name: c, topic: t}]}}`,
			update: `serving: {workloadType: Job, triggers: {dapr: [{name: c, topic: t}], cron: [{name: a, schedule: "@daily"}]}}`,
			want:   []string{"spec.serving.workloadType: Forbidden: " + whyNoScheduledJob},
		},
		"what a schedule calls becomes a Job": {
			stored: `serving: {triggers: {cron: [{name: a, schedule: "@daily"}]}}`,
			update: `serving: {workloadType: Job, triggers: {cron: [{name: a, schedule: "@daily"}]}}`,
			want:   []string{"spec.serving.workloadType: Forbidden: " + whyNoScheduledJob},
		},
		"a refused volume gets another path": {
			stored: `serving: {template: {volumes: [{name: a, hostPath: {path: /tmp}}]}}`,
			update: `serving: {template: {volumes: [{name: a, hostPath: {path: /etc}}]}}`,
			want: []string{"spec.serving.template.volumes[0].hostPath: Forbidden: supported volumes: configMap, csi, downwardAPI, " +
				"emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret"},
		},
		"a refused volume beside a change": {
			stored: `serving: {template: {volumes: [{name: a, hostPath: {path: /tmp}}]}}`,
			update: `serving: {template: {volumes: [{name: a, hostPath: {path: /tmp}}], enableServiceLinks: true}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := apis.WithinUpdate(context.Background(), function(t, builtAndServed, tt.stored))
			f := function(t, builtAndServed, tt.update)
			f.SetDefaults(ctx)
			if diff := cmp.Diff(tt.want, list(f.Validate(ctx).Filter(apis.ErrorLevel))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateWhileDeleting(t *testing.T) {
	old := function(t, servedOnly, `image: A/b`)
	for name, tt := range map[string]struct {
		update string
		want   []string
	}{
		"a finalizer goes": {update: `image: A/b`},
		"the spec changes": {
			update: `image: a/b`,
			want:   []string{"spec: Forbidden: the function is being deleted: its spec cannot change any more"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := apis.WithinUpdate(context.Background(), old)
			f := function(t, servedOnly, tt.update)
			f.DeletionTimestamp = &metav1.Time{}
			f.SetDefaults(ctx)
			if diff := cmp.Diff(tt.want, list(f.Validate(ctx))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateStatusUpdate(t *testing.T) {
	type object interface {
		Validate(ctx context.Context) *apis.FieldError
	}
	for _, tt := range []struct{ old, update object }{
		{&Function{Spec: FunctionSpec{Image: "a"}}, &Function{}},
		{&Builder{Spec: BuilderSpec{Image: "a"}}, &Builder{}},
		{&Serving{Spec: ServingSpec{Image: "a"}}, &Serving{}},
	} {
		ctx := apis.WithinSubResourceUpdate(context.Background(), tt.old, "status")
		if errs := tt.update.Validate(ctx); errs != nil {
			t.Errorf("a write of the status of a bad %T is refused: %v", tt.update, errs)
		}
		if errs := tt.update.Validate(apis.WithinUpdate(context.Background(), tt.old)); errs == nil {
			t.Errorf("an empty %T is accepted", tt.update)
		}
	}
}

func TestWarnings(t *testing.T) {
	const whole = "the engine knative serves a function at whole host names, through its own gateway"
	for name, tt := range map[string]struct {
		stored, spec string
		want         []string
	}{
		"nothing to warn of": {spec: `serving: {params: {A: b}}`},
		"fields without effect": {
			spec: `build: {builder: null, dockerfile: Dockerfile}, serving: {
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
			spec: `workloadRuntime: wasmedge, build: {builder: null, dockerfile: Dockerfile}`,
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
		"a secret for all to read": {
			spec: `serving: {bindings: {a: {type: bindings.kafka, metadata: [{name: saslPassword, value: hunter2}]}}}`,
			want: []string{
				"spec.serving.bindings[a].metadata[0].value: everybody who may read the function can read this; use secretKeyRef",
			},
		},
		"serving goes": {
			stored: `serving: {}`, spec: `serving: null`,
			want: []string{"spec.serving: removed: the function no longer answers"},
		},
		"an update that changes nothing": {
			stored: `serving: {workloadType: Deployment}`, spec: `serving: {workloadType: Deployment}`,
		},
		"an update that changes something": {
			stored: `serving: {workloadType: Deployment}`, spec: `serving: {workloadType: Deployment, params: {A: b}}`,
			want: []string{"spec.serving.workloadType: has no effect yet"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := apis.WithinCreate(context.Background())
			if tt.stored != "" {
				ctx = apis.WithinUpdate(context.Background(), function(t, builtAndServed, tt.stored))
			}
			f := function(t, builtAndServed, tt.spec)
			f.SetDefaults(ctx)
			errs := f.Validate(ctx)
			if diff := cmp.Diff(tt.want, list(errs.Filter(apis.WarningLevel))); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if errs.Filter(apis.ErrorLevel) != nil {
				t.Errorf("errors: %v", errs.Filter(apis.ErrorLevel))
			}
		})
	}
}
