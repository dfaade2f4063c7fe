/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestNameFor(t *testing.T) {
	engine := func(name v1beta2.HTTPEngine) *v1beta2.HTTPTrigger {
		return &v1beta2.HTTPTrigger{Engine: &name}
	}
	events := []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "cron"}}}
	for name, tc := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		want string
	}{
		"no spec":                {spec: nil, want: "knative"},
		"no triggers":            {spec: &v1beta2.WorkloadSpec{}, want: "knative"},
		"empty triggers":         {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{}}, want: "knative"},
		"http without an engine": {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}}}, want: "knative"},
		"http, empty engine":     {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("")}}, want: "knative"},
		"http on keda":           {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("keda")}}, want: "keda"},
		"http on another":        {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("mine")}}, want: "mine"},
		"events only":            {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{Dapr: events}}, want: "async"},
		"http and events":        {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("keda"), Dapr: events}}, want: "keda"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NameFor(tc.spec); got != tc.want {
				t.Errorf("NameFor() = %q, want %q", got, tc.want)
			}
		})
	}
}
