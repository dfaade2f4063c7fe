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
			want: []string{"spec.build.env[LD_PRELOAD]: Forbidden: the variable is reserved: it controls the programs of the build"},
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
			want: []string{"spec.build.srcRepo: Required value: set the location of the source code"},
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
			want:   []string{"spec: Forbidden: the function is being deleted: its spec can no longer change"},
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
	for name, tt := range map[string]struct {
		stored, spec string
		want         []string
	}{
		"nothing to warn of": {spec: `serving: {params: {A: b}}`},
		"a secret for all to read": {
			spec: `serving: {bindings: {a: {type: bindings.kafka, metadata: [{name: saslPassword, value: hunter2}]}}}`,
			want: []string{
				"spec.serving.bindings[a].metadata[0].value: every user who can read the function can read this value; use secretKeyRef",
			},
		},
		"serving goes": {
			stored: `serving: {}`, spec: `serving: null`,
			want: []string{"spec.serving: removed: the function no longer answers"},
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
