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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

// inputOf returns the input of a revision. On standby, the pod of another revision has
// the sessions, and the revision itself has a standby pod.
func inputOf(t *testing.T, s *v1beta2.Serving, standby bool) *runtime.Input {
	t.Helper()
	in := runtimetest.Input(t.Context(), s)
	if !standby {
		return in
	}
	own, other := readyPod(), serving(onMQTT)
	own.Annotations[functions.StandbyAnnotationKey] = "true"
	other.Labels = map[string]string{functions.RoutingStateLabelKey: functions.RoutingStateActive}
	in.Pods = []*corev1.Pod{own}
	in.Peers = []runtime.Peer{{Serving: other, Pods: []*corev1.Pod{readyPod()}}}
	return in
}

// Only one pod at a time has a session, so no pod starts beside another. The scaler of
// MQTT does not force standby pods to reconnect, and an annotation marks them. Events
// that the broker has already sent take longer to finish.
func TestSession(t *testing.T) {
	type made struct {
		strategy         appsv1.DeploymentStrategyType
		standby, service string
		preStop          int64
	}
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		standby bool
		want    made
	}{
		"the revision has the session":     {serving(onMQTT), false, made{appsv1.RecreateDeploymentStrategyType, "", "hello-5fca1b20d9-events", 10}},
		"another revision has the session": {serving(onMQTT), true, made{appsv1.RecreateDeploymentStrategyType, "true", "", 10}},
		"the broker has no sessions":       {serving(onOrders), false, made{strategy: appsv1.RollingUpdateDeploymentStrategyType, preStop: 2}},
		"on standby for no session":        {serving(onOrders), true, made{strategy: appsv1.RollingUpdateDeploymentStrategyType, preStop: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := New().Plan(inputOf(t, tt.serving, tt.standby))
			if err != nil {
				t.Fatal(err)
			}
			var got made
			for _, object := range plan.Objects {
				switch resource := object.Resource.(type) {
				case *appsv1.Deployment:
					got.strategy = resource.Spec.Strategy.Type
					got.preStop = resource.Spec.Template.Spec.Containers[0].Lifecycle.PreStop.Sleep.Seconds
					got.standby = resource.Spec.Template.Annotations[functions.StandbyAnnotationKey]
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

// An active revision that waits for its session reports so. A candidate waits for
// nothing.
func TestSessionIsAwaited(t *testing.T) {
	inState := func(state string) *v1beta2.Serving {
		s := serving(onMQTT)
		s.Labels = map[string]string{functions.RoutingStateLabelKey: state}
		return s
	}
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		standby bool
		want    corev1.ConditionStatus
	}{
		"an active revision that has the session":       {inState(functions.RoutingStateActive), false, corev1.ConditionTrue},
		"an active revision that waits for the session": {inState(functions.RoutingStateActive), true, corev1.ConditionUnknown},
		"a candidate": {inState(""), true, corev1.ConditionTrue},
		"a revision in reserve whose pods terminate": {inState(functions.RoutingStateReserve), true, corev1.ConditionTrue},
	} {
		t.Run(name, func(t *testing.T) {
			got := triggersOf(t, inputOf(t, tt.serving, tt.standby), observations(t, tt.serving, "True", ""), observe.Snapshot{})
			if len(got) != 1 || got[0].Status != tt.want {
				t.Errorf("the triggers are %+v, want one that is %s", got, tt.want)
			}
		})
	}
}

// The plan is repeated when a terminating pod of another revision counts as gone.
func TestHandoverIsRequeued(t *testing.T) {
	s := serving(onMQTT)
	s.Labels = map[string]string{functions.RoutingStateLabelKey: functions.RoutingStateActive}
	in := inputOf(t, s, true)
	for _, terminating := range []bool{false, true} {
		if terminating {
			in = inputOf(t, s, true)
			in.Peers[0].Pods[0].DeletionTimestamp = &metav1.Time{Time: in.Now}
		}
		plan, err := New().Plan(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := plan.RequeueAfter > 0; got != terminating {
			t.Errorf("RequeueAfter = %s, with a terminating pod: %t", plan.RequeueAfter, terminating)
		}
	}
}
