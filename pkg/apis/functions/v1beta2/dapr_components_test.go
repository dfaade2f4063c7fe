/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

func TestComponent(t *testing.T) {
	ws := workloadOf(t, `{
  bindings: {mail: {type: bindings.smtp}, both: {type: bindings.kafka}},
  pubsub: {orders: {type: pubsub.redis}, both: {type: pubsub.kafka}},
  states: {customers: {spec: {type: state.redis}}, elsewhere: {}, orders: {}}}`)
	for name, want := range map[string]string{
		"mail": "bindings.smtp", "orders": "pubsub.redis", "customers": "state.redis", "both": "bindings.kafka",
	} {
		if c := ws.Component(name); c == nil || c.Type != want {
			t.Errorf("%s is %v, want %s", name, c, want)
		}
	}
	for _, name := range []string{"elsewhere", "unknown"} {
		if c := ws.Component(name); c != nil {
			t.Errorf("%s is %v, though nothing describes it", name, c)
		}
	}
}

func TestAmbiguousComponents(t *testing.T) {
	ws := workloadOf(t, `{
  bindings: {z: {type: bindings.smtp}, a: {type: bindings.kafka}, all: {type: bindings.kafka}},
  pubsub: {p: {type: pubsub.redis}, z: {type: pubsub.kafka}, all: {type: pubsub.kafka}},
  states: {a: {spec: {type: state.redis}}, all: {spec: {type: state.redis}}, p: {}, s: {spec: {type: state.redis}}}}`)
	if diff := cmp.Diff([]string{"a", "all", "z"}, ws.AmbiguousComponents()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestForeignComponents(t *testing.T) {
	ref := func(name string) *DaprComponentRef { return &DaprComponentRef{Name: name} }
	ws := &WorkloadSpec{
		Triggers: &Triggers{
			Dapr:   []*DaprTrigger{nil, {}, {DaprComponentRef: ref("cron")}, {DaprComponentRef: ref("theirs")}},
			Inputs: []*Input{nil, {}, {Dapr: ref("store")}, {Dapr: ref("shared")}},
		},
		Outputs:  []*Output{nil, {}, {Dapr: &DaprOutput{}}, {Dapr: &DaprOutput{DaprComponentRef: ref("bus")}}, {Dapr: &DaprOutput{DaprComponentRef: ref("sink")}}},
		Bindings: map[string]*DaprComponent{"cron": {}},
		Pubsub:   map[string]*DaprComponent{"bus": {}},
		States:   map[string]*State{"store": {Spec: &DaprComponent{}}, "shared": {}, "absent": nil},
	}
	want := []NamedField{
		{"triggers.dapr[3].name", "theirs"},
		{"triggers.inputs[3].dapr.name", "shared"},
		{"outputs[4].dapr.name", "sink"},
		{"states[absent]", "absent"},
		{"states[shared]", "shared"},
	}
	if diff := cmp.Diff(want, ws.ForeignComponents()); diff != "" {
		t.Errorf("ForeignComponents() (-want +got):\n%s", diff)
	}
	if got := (&WorkloadSpec{}).ForeignComponents(); got != nil {
		t.Errorf("ForeignComponents() of nothing = %v", got)
	}
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, port, protocol string
		wantPort             int32
		wantProtocol         string
	}{
		{"the defaults", ``, ``, 8080, AppProtocolGRPC},
		{"no port", `{}`, `""`, 8080, AppProtocolGRPC},
		{"a port of the author", `{port: 3000}`, `http`, 3000, AppProtocolHTTP},
		{"port 0 means the default", `{port: 0}`, `HTTP`, 8080, AppProtocolHTTP},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ws := workloadOf(t, "{triggers: {http: "+row.port+"}, annotations: {dapr.io/app-protocol: "+row.protocol+"}}")
			if got := ws.Port(); got != row.wantPort {
				t.Errorf("Port() = %d, want %d", got, row.wantPort)
			}
			if got := ws.AppProtocol(); got != row.wantProtocol {
				t.Errorf("AppProtocol() = %q, want %q", got, row.wantProtocol)
			}
		})
	}
}

func TestSetting(t *testing.T) {
	written := func(raw string) *DaprMetadata {
		return &DaprMetadata{Name: "a", Value: &apiextensionsv1.JSON{Raw: []byte(raw)}}
	}
	for name, tt := range map[string]struct {
		setting *DaprMetadata
		text    string
		truthy  bool
	}{
		"none":              {nil, "", false},
		"in a Secret":       {&DaprMetadata{SecretKeyRef: &DaprSecretKeyRef{Name: "s"}}, "", false},
		"text":              {written(`"redis:6379"`), "redis:6379", false},
		"a number":          {written(`10`), "10", false},
		"one":               {written(`1`), "1", true},
		"true":              {written(`true`), "true", true},
		"yes, with a blank": {written(`" Yes"`), " Yes", true},
		"false":             {written(`"false"`), "false", false},
	} {
		t.Run(name, func(t *testing.T) {
			if text, truthy := tt.setting.Text(), tt.setting.IsTruthy(); text != tt.text || truthy != tt.truthy {
				t.Errorf("Text() = %q, IsTruthy() = %t, want %q, %t", text, truthy, tt.text, tt.truthy)
			}
		})
	}
}
