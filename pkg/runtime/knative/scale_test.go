/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

func TestScaling(t *testing.T) {
	for name, tc := range map[string]struct {
		spec        v1beta2.WorkloadSpec
		want        map[string]string
		concurrency *int64
	}{
		"nothing set: the documented limit": {
			want: map[string]string{"autoscaling.knative.dev/max-scale": "10"},
		},
		"typed fields win over scaleOptions.knative, which wins over annotations": {
			spec: v1beta2.WorkloadSpec{
				Annotations: map[string]string{
					"autoscaling.knative.dev/min-scale": "1",
					"autoscaling.knative.dev/max-scale": "1",
					"autoscaling.knative.dev/target":    "1",
					"autoscaling.knative.dev/window":    "10s",
				},
				ScaleOptions: &v1beta2.ScaleOptions{
					MinReplicas: ptr.To[int32](3),
					MaxReplicas: ptr.To[int32](3),
					Knative: &map[string]string{
						"autoscaling.knative.dev/min-scale": "2",
						"autoscaling.knative.dev/max-scale": "2",
						"autoscaling.knative.dev/target":    "2",
					},
				},
			},
			want: map[string]string{
				"autoscaling.knative.dev/min-scale": "3",
				"autoscaling.knative.dev/max-scale": "3",
				"autoscaling.knative.dev/target":    "2",
				"autoscaling.knative.dev/window":    "10s",
			},
		},
		"a bound by annotation is no default's business": {
			spec: v1beta2.WorkloadSpec{Annotations: map[string]string{"autoscaling.knative.dev/maxScale": "3"}},
			want: map[string]string{"autoscaling.knative.dev/maxScale": "3"},
		},
		"no limit becomes the default limit": {
			spec: v1beta2.WorkloadSpec{ScaleOptions: &v1beta2.ScaleOptions{
				MinReplicas: ptr.To[int32](0), MaxReplicas: ptr.To[int32](0),
				Knative: &map[string]string{"autoscaling.knative.dev/maxScale": "0"},
			}},
			want: map[string]string{
				"autoscaling.knative.dev/min-scale": "0",
				"autoscaling.knative.dev/max-scale": "10",
			},
		},
		"numbers of pods above the limit of the cluster are lowered to it, in each spelling": {
			spec: v1beta2.WorkloadSpec{
				Annotations: map[string]string{
					"autoscaling.knative.dev/min-scale":       "5000",
					"autoscaling.knative.dev/maxScale":        "5000",
					"autoscaling.knative.dev/activationScale": "5000",
				},
				ScaleOptions: &v1beta2.ScaleOptions{Knative: &map[string]string{
					"autoscaling.knative.dev/minScale":      "many",
					"autoscaling.knative.dev/initial-scale": "5000",
				}},
			},
			want: map[string]string{
				"autoscaling.knative.dev/min-scale":       "1000",
				"autoscaling.knative.dev/maxScale":        "1000",
				"autoscaling.knative.dev/activationScale": "1000",
				"autoscaling.knative.dev/initial-scale":   "1000",
			},
		},
		"reserved keys do not pass through scaleOptions": {
			spec: v1beta2.WorkloadSpec{ScaleOptions: &v1beta2.ScaleOptions{
				MaxReplicas: ptr.To[int32](1),
				Knative:     &map[string]string{"serving.knative.dev/creator": "me", "openfunction.io/applied": "me"},
			}},
			want: map[string]string{"autoscaling.knative.dev/max-scale": "1"},
		},
		"concurrency is a field": {
			spec: v1beta2.WorkloadSpec{
				Annotations: map[string]string{"autoscaling.knative.dev/container-concurrency": "1"},
				ScaleOptions: &v1beta2.ScaleOptions{
					MaxReplicas: ptr.To[int32](1),
					Knative:     &map[string]string{"autoscaling.knative.dev/container-concurrency": "7"},
				},
			},
			want:        map[string]string{"autoscaling.knative.dev/max-scale": "1"},
			concurrency: ptr.To[int64](7),
		},
		"Knative waits as long as we do": {
			spec: v1beta2.WorkloadSpec{Timeout: &metav1.Duration{Duration: 11*time.Minute + time.Millisecond}},
			want: map[string]string{
				"autoscaling.knative.dev/max-scale":     "10",
				"serving.knative.dev/progress-deadline": "11m0s",
			},
		},
		"Knative does not give up earlier than by default": {
			spec: v1beta2.WorkloadSpec{Timeout: &metav1.Duration{Duration: time.Minute}},
			want: map[string]string{"autoscaling.knative.dev/max-scale": "10"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &v1beta2.Serving{
				ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"},
				Spec:       v1beta2.ServingSpec{Image: "registry.example.com/team/hello", WorkloadSpec: tc.spec},
			}
			objects, err := runtimetest.Objects(context.Background(), New(), s)
			if err != nil {
				t.Fatal("Plan() =", err)
			}
			template := objects[0].Resource.(*servingv1.Configuration).Spec.Template
			if diff := cmp.Diff(tc.want, template.Annotations); diff != "" {
				t.Error("annotations (-want, +got):", diff)
			}
			if diff := cmp.Diff(tc.concurrency, template.Spec.ContainerConcurrency); diff != "" {
				t.Error("containerConcurrency (-want, +got):", diff)
			}
			if err := admit(context.Background(), objects[0]); err != nil {
				t.Error("Knative refuses it:", err)
			}
		})
	}
}

func TestPlanRejectsConcurrency(t *testing.T) {
	for _, value := range []string{"", "many", "-1", "1.5"} {
		s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Name: "hello"}, Spec: v1beta2.ServingSpec{
			WorkloadSpec: v1beta2.WorkloadSpec{Annotations: map[string]string{concurrencyKey: value}},
		}}
		_, err := runtimetest.Objects(context.Background(), New(), s)
		if err == nil || !strings.Contains(err.Error(), concurrencyKey) {
			t.Errorf("%q: Plan() = %v, want an error that names the annotation", value, err)
		}
	}
}

// Knative counts whole seconds, and refuses more than its administrator allows.
func TestRequestTimeout(t *testing.T) {
	for timeout, want := range map[time.Duration]int64{time.Second: 1, 90*time.Second + time.Millisecond: 91} {
		spec := &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Timeout: &metav1.Duration{Duration: timeout}}}}
		if got := timeoutOf(spec); got == nil || *got != want {
			t.Errorf("%s: timeoutSeconds is %v, want %d", timeout, got, want)
		}
	}
	if got := timeoutOf(&v1beta2.WorkloadSpec{}); got != nil {
		t.Errorf("without a timeout, timeoutSeconds is %d, want Knative's default", *got)
	}
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "hello-5fca1b20d9"}}
	s.Spec.Image = "registry.example.com/team/hello"
	s.Spec.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Timeout: &metav1.Duration{Duration: time.Hour}}}
	objects, err := runtimetest.Objects(context.Background(), New(), s)
	if err != nil {
		t.Fatal("Plan() =", err)
	}
	refusal := admit(context.Background(), objects[0])
	if refusal == nil || !strings.Contains(advise(refusal.Error()), "max-revision-timeout-seconds") {
		t.Errorf("Knative returned %v, want a refusal with advice", refusal)
	}
}
