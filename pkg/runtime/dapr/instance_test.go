/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"testing"

	componentsv1alpha1 "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	"github.com/google/go-cmp/cmp"
)

// A component that cannot be initialised ends the sidecar, and with it every
// trigger, only where every trigger may need it.
func TestIgnoresErrors(t *testing.T) {
	for name, row := range map[string]struct {
		spec, found string
		want        map[string]bool
	}{
		"of triggers alone": {
			spec: `
triggers: {dapr: [{name: a, topic: t, deadLetterTopic: failed}, {name: b}]}
pubsub: {a: {type: pubsub.redis}}
bindings: {b: {type: bindings.kafka}}`,
			want: map[string]bool{"orders-0123456789-a": true, "orders-0123456789-b": true},
		},
		"not for outputs, inputs and states": {
			spec: `
triggers: {dapr: [{name: a, topic: t}], inputs: [{dapr: {name: in}}]}
outputs: [{dapr: {name: a, topic: u}}, {dapr: {name: out}}]
pubsub: {a: {type: pubsub.redis}}
bindings: {in: {type: bindings.http}, out: {type: bindings.smtp}, described: {type: bindings.smtp}}
states: {s: {spec: {type: state.redis}}}`,
			want: map[string]bool{
				"orders-0123456789-a": false, "orders-0123456789-in": false, "orders-0123456789-out": false,
				"orders-0123456789-described": false, "orders-0123456789-s": false,
			},
		},
		"unless its author sets it": {
			spec: `
triggers: {http: {}}
outputs: [{dapr: {name: a, topic: u}}]
pubsub: {a: {type: pubsub.redis, ignoreErrors: true}}`,
			want: map[string]bool{"orders-0123456789-a": true},
		},
		"of MQTT, where a second connection sends": {
			spec: `
triggers: {dapr: [{name: a, topic: t}]}
outputs: [{dapr: {name: a, topic: u}}]
pubsub: {a: {type: pubsub.mqtt3}}`,
			want: map[string]bool{"orders-0123456789-a": true, "orders-0123456789-a-out": false},
		},
		"of a copy of what the namespace has": {
			spec:  `triggers: {dapr: [{name: a, topic: t}, {name: borrowed}]}`,
			found: `{a: {type: pubsub.redis}, borrowed: {type: bindings.kafka}}`,
			want:  map[string]bool{"orders-0123456789-a": true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := map[string]bool{}
			for _, object := range NewModel(serving(t, row.spec), foreign(t, row.found), false).Objects {
				if component, ok := object.Resource.(*componentsv1alpha1.Component); ok {
					got[component.Name] = component.Spec.IgnoreErrors
				}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("ignoreErrors of the components (-want, +got): %s", diff)
			}
		})
	}
}
