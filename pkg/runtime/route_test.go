/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

func liveWith(status map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{"status": status}}
}

func reporting(live *unstructured.Unstructured) child.Observation {
	return child.Observation{Live: live, ConditionType: v1beta2.FunctionConditionRouteReady}
}

func TestAddressableStatus(t *testing.T) {
	full := liveWith(map[string]any{
		"url":     "http://hello.example.com",
		"address": map[string]any{"url": "http://hello.team.svc.cluster.local"},
		"traffic": []any{
			map[string]any{"tag": "v1", "url": "http://v1.hello.example.com"},
			map[string]any{"url": "http://untagged.example.com"},
			map[string]any{"tag": "v2"},
			"no object",
		},
	})
	want := RouteStatus{
		URL: apis.HTTP("hello.example.com"), Address: apis.HTTP("hello.team.svc.cluster.local"),
		Tags: map[string]*apis.URL{"v1": apis.HTTP("v1.hello.example.com"), "v2": nil},
	}
	none := RouteStatus{Tags: map[string]*apis.URL{}}
	for name, tt := range map[string]struct {
		observations []child.Observation
		want         RouteStatus
	}{
		"no child":                         {nil, none},
		"everything is known":              {[]child.Observation{reporting(full)}, want},
		"a child that does not exist":      {[]child.Observation{reporting(nil)}, none},
		"a child that reports nothing":     {[]child.Observation{{Live: full}}, none},
		"a child that has no address yet":  {[]child.Observation{reporting(liveWith(map[string]any{}))}, none},
		"what another child does not know": {[]child.Observation{reporting(full), reporting(liveWith(map[string]any{}))}, want},
		"texts that are no URLs": {[]child.Observation{reporting(liveWith(map[string]any{
			"url": "http://[", "address": map[string]any{"url": int64(1)},
		}))}, none},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, AddressableStatus(tt.observations)); diff != "" {
				t.Error("AddressableStatus() (-want, +got):", diff)
			}
			if diff := cmp.Diff(tt.want, (&Route{}).Read(tt.observations)); diff != "" {
				t.Error("Read() without a Status (-want, +got):", diff)
			}
		})
	}
}

func TestRouteRead(t *testing.T) {
	want := RouteStatus{URL: apis.HTTP("hello.example.com")}
	route := &Route{Status: func(observations []child.Observation) RouteStatus {
		if len(observations) != 1 {
			t.Errorf("Status gets %d observations, want 1", len(observations))
		}
		return want
	}}
	if diff := cmp.Diff(want, route.Read([]child.Observation{reporting(nil)})); diff != "" {
		t.Error("Read() (-want, +got):", diff)
	}
}

func TestAdvice(t *testing.T) {
	advise := func(message string) string {
		if message == "no right" {
			return "ask an administrator"
		}
		return ""
	}
	for name, tt := range map[string]struct {
		advise        func(string) string
		message, want string
	}{
		"a runtime without advice":            {nil, "no right", "no right"},
		"a message that is sufficient":        {advise, "no such image", "no such image"},
		"a message that needs an explanation": {advise, "no right", "no right; ask an administrator"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&Plan{Advise: tt.advise}).Advice(tt.message); got != tt.want {
				t.Errorf("Advice() of a plan = %q, want %q", got, tt.want)
			}
			if got := (&Route{Advise: tt.advise}).Advice(tt.message); got != tt.want {
				t.Errorf("Advice() of a route = %q, want %q", got, tt.want)
			}
		})
	}
}
