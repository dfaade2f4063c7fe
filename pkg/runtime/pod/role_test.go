/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/funccontext"
)

// TestRole: a pod's documents describe its own triggers and the components of its own
// sidecar, not those of the whole function.
func TestRole(t *testing.T) {
	orders := []funccontext.Component{{Key: "orders", Name: "hello-1-orders", Type: "pubsub.redis", Topic: "new"}}
	done := []funccontext.Component{{Key: "done", Name: "hello-1-done", Type: "bindings.kafka", Operation: "create"}}
	for name, tt := range map[string]struct {
		role         Role
		older, newer string
		annotations  map[string]string
	}{
		"requests call it": {
			role:        Role{},
			older:       `{"name":"hello","version":"v1","runtime":"Knative","port":"3000"}`,
			newer:       `{"name":"hello","version":"v1","triggers":{"http":{"port":3000}}}`,
			annotations: map[string]string{"team/a": "b"},
		},
		"requests call it, and it sends": {
			role: Role{Sidecar: &Sidecar{Outputs: done, Annotations: map[string]string{"dapr.io/enabled": "true"}}},
			older: `{"name":"hello","version":"v1","runtime":"Knative","port":"3000",` +
				`"outputs":{"done":{"uri":"hello-1-done","componentName":"hello-1-done","componentType":"bindings.kafka","operation":"create"}}}`,
			newer: `{"name":"hello","version":"v1","triggers":{"http":{"port":3000}},` +
				`"outputs":{"done":{"componentName":"hello-1-done","componentType":"bindings.kafka","operation":"create"}}}`,
			annotations: map[string]string{"team/a": "b", "dapr.io/enabled": "true"},
		},
		"events call it": {
			role: Role{TakesEvents: true, Sidecar: &Sidecar{Events: orders, Annotations: map[string]string{"team/a": "c"}}},
			older: `{"name":"hello","version":"v1","runtime":"Async","port":"3000",` +
				`"inputs":{"orders":{"uri":"new","componentName":"hello-1-orders","componentType":"pubsub.redis"}}}`,
			newer: `{"name":"hello","version":"v1",` +
				`"triggers":{"dapr":[{"name":"hello-1-orders","type":"pubsub.redis","topic":"new","inputName":"orders"}]}}`,
			annotations: map[string]string{"team/a": "c"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(func(s *v1beta2.ServingSpec) {
				s.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Port: new(int32(3000))}}
				s.Annotations = map[string]string{"team/a": "b", "dapr.io/log-level": "debug", functions.ServingLabelKey: "mine"}
			})
			got, err := Template(t.Context(), s, tt.role)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.annotations, got.Annotations); diff != "" {
				t.Error("annotations (-want, +got):", diff)
			}
			for variable, want := range map[string]string{"FUNC_CONTEXT": tt.older, "FUNC_CONTEXT_V1BETA2": tt.newer} {
				if diff := cmp.Diff(want, valueOf(got.Spec.Containers[0].Env, variable)); diff != "" {
					t.Errorf("%s (-want, +got): %s", variable, diff)
				}
			}
		})
	}
}

func valueOf(env []corev1.EnvVar, name string) string {
	for _, v := range env {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}
