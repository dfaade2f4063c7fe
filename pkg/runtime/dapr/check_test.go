/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestCheck(t *testing.T) {
	on := func(retries ...*v1beta2.RetryPolicy) *v1beta2.Triggers {
		triggers := &v1beta2.Triggers{}
		for i, retry := range retries {
			ref := &v1beta2.DaprComponentRef{Name: string(rune('a' + i)), Topic: "t"}
			triggers.Dapr = append(triggers.Dapr, &v1beta2.DaprTrigger{DaprComponentRef: ref, Retry: retry})
		}
		return triggers
	}
	requestsToo := func(triggers *v1beta2.Triggers) *v1beta2.Triggers {
		triggers.HTTP = &v1beta2.HTTPTrigger{}
		return triggers
	}
	annotated := func(triggers *v1beta2.Triggers, keys ...string) *v1beta2.WorkloadSpec {
		spec := &v1beta2.WorkloadSpec{Triggers: triggers, Annotations: map[string]string{}}
		for _, key := range keys {
			spec.Annotations[key] = "1"
		}
		return spec
	}
	ignoring := func() *v1beta2.DaprComponent { return &v1beta2.DaprComponent{IgnoreErrors: true} }
	outputTo := func(component string) []*v1beta2.Output {
		return []*v1beta2.Output{nil, {}, {Dapr: &v1beta2.DaprOutput{}}, {Dapr: &v1beta2.DaprOutput{DaprComponentRef: &v1beta2.DaprComponentRef{Name: component}}}}
	}
	second := &metav1.Duration{Duration: time.Second}
	const enable, mode = "openfunction.io/enable-dapr", "openfunction.io/dapr-service-mode"
	for name, tt := range map[string]struct {
		spec *v1beta2.WorkloadSpec
		want []string
	}{
		"an empty spec": {&v1beta2.WorkloadSpec{}, nil},
		"annotations that reach the sidecar have an effect": {
			annotated(nil, "dapr.io/log-level", "dapr.io/app-protocol", "dapr.io/log-as-json", "example.com/a", enable), nil,
		},
		"other annotations of Dapr have none": {
			annotated(nil, "dapr.io/metrics-port", "dapr.io/app-id", "dapr.io/app-port", mode),
			[]string{"annotations[dapr.io/app-id]", "annotations[dapr.io/app-port]", "annotations[dapr.io/metrics-port]", "annotations[" + mode + "]"},
		},
		"all pods for events have a sidecar":           {annotated(on(nil), enable), []string{"annotations[" + enable + "]"}},
		"pods that answer requests may have a sidecar": {annotated(requestsToo(on(nil)), enable), nil},
		"pods of a schedule may have a sidecar": {
			annotated(&v1beta2.Triggers{Cron: []*v1beta2.CronTrigger{{Name: "nightly"}}}, enable), nil,
		},
		"errors of a component are ignored if it is only a trigger": {
			&v1beta2.WorkloadSpec{
				Triggers: on(nil, nil), Outputs: outputTo("b"),
				Pubsub:   map[string]*v1beta2.DaprComponent{"a": ignoring(), "b": ignoring(), "unused": ignoring(), "nil": nil},
				Bindings: map[string]*v1beta2.DaprComponent{"a": ignoring(), "c": {}},
			},
			[]string{"bindings[a].ignoreErrors", "pubsub[a].ignoreErrors"},
		},
		"intervals that the retry policy does not use": {
			&v1beta2.WorkloadSpec{Triggers: on(
				&v1beta2.RetryPolicy{Policy: v1beta2.RetryPolicyConstant, Interval: second, MaxInterval: second},
				&v1beta2.RetryPolicy{Policy: v1beta2.RetryPolicyExponential, Interval: second, MaxInterval: second},
				&v1beta2.RetryPolicy{Interval: second},
				&v1beta2.RetryPolicy{Policy: v1beta2.RetryPolicyConstant, Interval: second},
				&v1beta2.RetryPolicy{Policy: v1beta2.RetryPolicyExponential, MaxInterval: second},
				nil,
			)},
			[]string{"triggers.dapr[0].retry.maxInterval", "triggers.dapr[1].retry.interval", "triggers.dapr[2].retry.interval"},
		},
		"a trigger that is null": {&v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{nil}}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, field := range v1beta2.SortUnsupported(Check(tt.spec)) {
				got = append(got, field.Path)
				if field.Why != "" {
					t.Errorf("%s has the reason %q, want none", field.Path, field.Why)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("Check() (-want, +got):", diff)
			}
		})
	}
}
