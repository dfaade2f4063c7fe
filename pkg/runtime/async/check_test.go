/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestCheck(t *testing.T) {
	scaleOptions := func(options v1beta2.ScaleOptions) func(*v1beta2.WorkloadSpec) {
		return func(spec *v1beta2.WorkloadSpec) { spec.ScaleOptions = &options }
	}
	for name, tt := range map[string]struct {
		options []func(*v1beta2.WorkloadSpec)
		want    []string
	}{
		"a trigger": {},
		"a workload type, suspension and the author's triggers of KEDA have an effect": {
			options: []func(*v1beta2.WorkloadSpec){
				workloadType(v1beta2.WorkloadTypeStatefulSet),
				scaleOptions(v1beta2.ScaleOptions{Suspend: true, Keda: &v1beta2.KedaScaleOptions{
					ScaledObject: &v1beta2.KedaScaledObject{}, Triggers: []v1beta2.KedaTrigger{{Type: "kafka"}},
				}}),
			},
		},
		"the HTTP trigger belongs to another runtime": {options: []func(*v1beta2.WorkloadSpec){answersToo}, want: []string{"triggers.http"}},
		"a tag needs an address": {
			options: []func(*v1beta2.WorkloadSpec){func(spec *v1beta2.WorkloadSpec) {
				spec.Traffic = []v1beta2.TrafficTarget{{Latest: true}, {Latest: true, Tag: "preview"}}
			}},
			want: []string{"traffic[1].tag"},
		},
		"options of other scalers": {
			options: []func(*v1beta2.WorkloadSpec){scaleOptions(v1beta2.ScaleOptions{
				Knative: &map[string]string{}, Keda: &v1beta2.KedaScaleOptions{HTTPScaledObject: &v1beta2.KedaHTTPScaledObject{}},
			})},
			want: []string{"scaleOptions.keda.httpScaledObject", "scaleOptions.knative"},
		},
		"annotations that do not reach the sidecar": {
			options: []func(*v1beta2.WorkloadSpec){func(spec *v1beta2.WorkloadSpec) {
				spec.Annotations = map[string]string{"dapr.io/metrics-port": "1"}
			}},
			want: []string{"annotations[dapr.io/metrics-port]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(append([]func(*v1beta2.WorkloadSpec){onOrders}, tt.options...)...)
			var got []string
			for _, field := range v1beta2.SortUnsupported(New().Check(&s.Spec.WorkloadSpec, config.FromContext(t.Context()))) {
				got = append(got, field.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("Check() (-want, +got):", diff)
			}
		})
	}
}
