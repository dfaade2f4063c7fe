/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

func TestBounds(t *testing.T) {
	scale := func(least, most *int32) func(*v1beta2.WorkloadSpec) {
		return func(spec *v1beta2.WorkloadSpec) {
			spec.ScaleOptions = &v1beta2.ScaleOptions{MinReplicas: least, MaxReplicas: most}
		}
	}
	metricsAPI := func(spec *v1beta2.WorkloadSpec) {
		ownTriggers(spec)
		spec.ScaleOptions.Keda.Triggers[0].Type = "metrics-api"
	}
	for name, tt := range map[string]struct {
		serving     *v1beta2.Serving
		least, most int32
	}{
		"no bound is above the limit of the cluster":    {serving(onOrders, scale(ptr.To[int32](5000), ptr.To[int32](5000))), 1000, 1000},
		"a trigger that is not permitted keeps one pod": {serving(onOrders, metricsAPI), 1, 10},
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
	withRetries := func(spec *v1beta2.WorkloadSpec) {
		spec.Template = &corev1.PodSpec{TerminationGracePeriodSeconds: ptr.To[int64](90)}
	}
	for want, s := range map[string]*v1beta2.Serving{"60": serving(onMQTT), "90": serving(onMQTT, withRetries)} {
		if got := planFor(runtimetest.Input(t.Context(), s)).triggers()[0].Metadata["drainSeconds"]; got != want {
			t.Errorf("drainSeconds = %q, want %q", got, want)
		}
	}
}

// A trigger that the administrator does not permit may have been stored before the rule.
func TestForbiddenTriggers(t *testing.T) {
	s := serving(onOrders, ownTriggers)
	keda := s.Spec.ScaleOptions.Keda
	keda.Triggers = append(keda.Triggers, v1beta2.KedaTrigger{
		Type: "metrics-api", Metadata: map[string]string{"url": "https://kubernetes.default.svc/version"},
	})
	p := planFor(runtimetest.Input(t.Context(), s))
	if got := p.triggers(); len(got) != 1 || got[0].Type != "cpu" {
		t.Errorf("triggers of KEDA: %v, want the one of the type cpu", got)
	}
	for _, status := range triggersOf(t, runtimetest.Input(t.Context(), s), nil, observe.Snapshot{}) {
		if status.Status != corev1.ConditionFalse || status.Reason != v1beta2.ReasonInvalidSpec ||
			!strings.Contains(status.Message, "spec.serving.scaleOptions.keda.triggers[1].type: Forbidden") {
			t.Errorf("status = %+v, want InvalidSpec with the path of the type", status)
		}
	}
}

func TestPeriodsOfKeda(t *testing.T) {
	s := serving(onOrders)
	s.Spec.ScaleOptions = &v1beta2.ScaleOptions{Keda: &v1beta2.KedaScaleOptions{
		ScaledObject: &v1beta2.KedaScaledObject{PollingInterval: ptr.To[int32](0), CooldownPeriod: ptr.To[int32](0)},
		ScaledJob:    &v1beta2.KedaScaledJob{PollingInterval: ptr.To[int32](0)},
	}}
	p := planFor(runtimetest.Input(t.Context(), s))
	object, job := p.scaledObject().Spec, p.scaledJob(&corev1.PodTemplateSpec{}).Spec
	for name, seconds := range map[string]*int32{
		"pollingInterval of a ScaledObject": object.PollingInterval, "cooldownPeriod of a ScaledObject": object.CooldownPeriod,
		"pollingInterval of a ScaledJob": job.PollingInterval,
	} {
		if *seconds != 1 {
			t.Errorf("%s = %d, want the lower limit 1", name, *seconds)
		}
	}
}
