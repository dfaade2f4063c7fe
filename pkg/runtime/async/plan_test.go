/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

func TestBounds(t *testing.T) {
	scale := func(least, most *int32) func(*v1beta2.WorkloadSpec) {
		return func(spec *v1beta2.WorkloadSpec) {
			spec.ScaleOptions = &v1beta2.ScaleOptions{MinReplicas: least, MaxReplicas: most}
		}
	}
	for name, tt := range map[string]struct {
		serving     *v1beta2.Serving
		least, most int32
	}{
		"the defaults":                                    {serving(onOrders), 0, 10},
		"the author's bounds":                             {serving(onOrders, scale(ptr.To[int32](2), ptr.To[int32](4))), 2, 4},
		"without a scaler one pod stays":                  {serving(onUnknown), 1, 10},
		"without a scaler but with the author's triggers": {serving(onUnknown, ownTriggers), 0, 10},
		"one session needs one pod":                       {serving(onMQTT, scale(nil, ptr.To[int32](4))), 0, 1},
		"the minimum is not above what the broker allows": {
			serving(onMQTT, scale(ptr.To[int32](3), ptr.To[int32](4))), 1, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if least, most := planFor(runtimetest.Input(t.Context(), tt.serving)).bounds(); least != tt.least || most != tt.most {
				t.Errorf("bounds() = %d, %d, want %d, %d", least, most, tt.least, tt.most)
			}
		})
	}
}

// A workload that KEDA scales has no number of replicas, because each controller would
// undo what the other one writes.
func TestReplicas(t *testing.T) {
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		want    *int32
	}{
		"scaled":           {serving(onOrders), nil},
		"without a signal": {serving(onUnknown), ptr.To[int32](1)},
		"in reserve":       {inReserve(serving(onOrders)), ptr.To[int32](0)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := planFor(runtimetest.Input(t.Context(), tt.serving)).replicas(); !ptr.Equal(got, tt.want) {
				t.Errorf("replicas() = %v, want %v", ptr.Deref(got, -1), ptr.Deref(tt.want, -1))
			}
		})
	}
}

// A revision in reserve has no pods, so all of them are ready. Its scaler is blocked all
// the same until the first pod exists. A scaler that exists is paused before the pods are
// removed, because it would start them again.
func TestScalerInReserve(t *testing.T) {
	suspended := &apis.Condition{Status: corev1.ConditionTrue, Reason: v1beta2.ReasonSuspended}
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		want    *apis.Condition
		first   bool
	}{
		"active":     {serving(onOrders), nil, false},
		"in reserve": {inReserve(serving(onOrders)), suspended, true},
	} {
		t.Run(name, func(t *testing.T) {
			objects, err := runtimetest.Objects(t.Context(), New(), tt.serving)
			if err != nil {
				t.Fatal(err)
			}
			scaler, pods := -1, -1
			for i, object := range objects {
				var want *apis.Condition
				switch object.Resource.(type) {
				case *kedav1alpha1.ScaledObject:
					scaler, want = i, tt.want
				case *appsv1.Deployment:
					pods = i
				}
				if diff := cmp.Diff(want, object.Blocked); diff != "" {
					t.Errorf("Blocked of object %d (-want, +got): %s", i, diff)
				}
			}
			if scaler < 0 || pods < 0 || scaler < pods != tt.first {
				t.Errorf("the scaler is object %d, the workload is object %d; want the scaler before the workload: %t", scaler, pods, tt.first)
			}
		})
	}
}

// The scaler of MQTT must not probe a session that a terminating pod has.
func TestDrain(t *testing.T) {
	patient := func(spec *v1beta2.WorkloadSpec) {
		spec.Template = &corev1.PodSpec{TerminationGracePeriodSeconds: ptr.To[int64](90)}
	}
	for want, s := range map[string]*v1beta2.Serving{"60": serving(onMQTT), "90": serving(onMQTT, patient)} {
		if got := planFor(runtimetest.Input(t.Context(), s)).triggers()[0].Metadata["drainSeconds"]; got != want {
			t.Errorf("drainSeconds = %q, want %q", got, want)
		}
	}
}
