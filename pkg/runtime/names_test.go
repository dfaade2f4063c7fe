/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestNamesFor(t *testing.T) {
	engine := func(name v1beta2.HTTPEngine) *v1beta2.HTTPTrigger {
		return &v1beta2.HTTPTrigger{Engine: &name}
	}
	events := []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "cron"}}}
	schedules := []*v1beta2.CronTrigger{{Name: "nightly"}}
	for name, tc := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		want []string
	}{
		"no spec":                {spec: nil, want: []string{"knative"}},
		"no triggers":            {spec: &v1beta2.WorkloadSpec{}, want: []string{"knative"}},
		"empty triggers":         {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{}}, want: []string{"knative"}},
		"http without an engine": {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}}}, want: []string{"knative"}},
		"http, empty engine":     {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("")}}, want: []string{"knative"}},
		"http on keda":           {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("keda")}}, want: []string{"keda"}},
		"http on another":        {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("mine")}}, want: []string{"mine"}},
		"events only":            {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{Dapr: events}}, want: []string{"async"}},
		"schedules only":         {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{Cron: schedules}}, want: []string{"async"}},
		"http and events":        {spec: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: engine("keda"), Dapr: events}}, want: []string{"keda", "async"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, NamesFor(tc.spec)); diff != "" {
				t.Error("NamesFor() (-want, +got):", diff)
			}
		})
	}
}
