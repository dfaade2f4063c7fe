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

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// One pod at a time has a session, so none starts beside another; of those that
// leave the session alone the scaler of MQTT recalls none, and everybody sees which
// they are. What the broker has sent takes longer to finish.
func TestSession(t *testing.T) {
	type made struct {
		strategy          appsv1.DeploymentStrategyType
		abstains, service string
		yields            int64
	}
	for name, tt := range map[string]struct {
		serving  *v1beta2.Serving
		abstains bool
		want     made
	}{
		"it has the session":   {serving(onMQTT), false, made{appsv1.RecreateDeploymentStrategyType, "", "hello-5fca1b20d9-events", 10}},
		"another one has it":   {serving(onMQTT), true, made{appsv1.RecreateDeploymentStrategyType, "true", "", 10}},
		"there is none":        {serving(onOrders), false, made{strategy: appsv1.RollingUpdateDeploymentStrategyType, yields: 2}},
		"there is none at all": {serving(onOrders), true, made{strategy: appsv1.RollingUpdateDeploymentStrategyType, yields: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if tt.abstains {
				ctx = runtime.WithAbstaining(ctx)
			}
			objects, err := New().Revision(ctx, tt.serving)
			if err != nil {
				t.Fatal(err)
			}
			var got made
			for _, object := range objects {
				switch resource := object.Resource.(type) {
				case *appsv1.Deployment:
					got.strategy = resource.Spec.Strategy.Type
					got.yields = resource.Spec.Template.Spec.Containers[0].Lifecycle.PreStop.Sleep.Seconds
					got.abstains = resource.Spec.Template.Annotations[functions.AbstainsAnnotationKey]
				case *kedav1alpha1.ScaledObject:
					got.service = resource.Spec.Triggers[0].Metadata["service"]
				}
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(made{})); diff != "" {
				t.Error("made (-want, +got):", diff)
			}
		})
	}
}

// While a version that is routed waits for its session it says so; one that is
// tried waits for nothing.
func TestSessionIsAwaited(t *testing.T) {
	inState := func(state string) *v1beta2.Serving {
		s := serving(onMQTT)
		s.Labels = map[string]string{functions.RoutingStateLabelKey: state}
		return s
	}
	for name, tt := range map[string]struct {
		serving  *v1beta2.Serving
		abstains bool
		want     corev1.ConditionStatus
	}{
		"routed, it has it":   {inState(functions.RoutingStateActive), false, corev1.ConditionTrue},
		"routed, it waits":    {inState(functions.RoutingStateActive), true, corev1.ConditionUnknown},
		"tried":               {inState(""), true, corev1.ConditionTrue},
		"in reserve, it ends": {inState(functions.RoutingStateReserve), true, corev1.ConditionTrue},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if tt.abstains {
				ctx = runtime.WithAbstaining(ctx)
			}
			got := New().Triggers(ctx, tt.serving, runtime.Seen{Observations: says(t, tt.serving, "True", "")})
			if len(got) != 1 || got[0].Status != tt.want {
				t.Errorf("the triggers are %+v, want one that is %s", got, tt.want)
			}
		})
	}
}
