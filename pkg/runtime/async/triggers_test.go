/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// says is an observation of what scales s, by which KEDA says how it is.
func says(t *testing.T, s *v1beta2.Serving, ready, reason string) []child.Observation {
	t.Helper()
	objects, err := New().Revision(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	live := &unstructured.Unstructured{Object: map[string]any{
		"kind": "ScaledObject",
		"status": map[string]any{"conditions": []any{map[string]any{
			"type": "Ready", "status": ready, "reason": reason, "message": "Triggers are not working correctly",
		}}},
	}}
	kind := New().Kinds()[0]
	for _, k := range New().Kinds() {
		if k.Kind == "ScaledObject" {
			kind = k
		}
	}
	last := objects[len(objects)-1]
	return []child.Observation{
		{Name: last.GetName(), Live: &unstructured.Unstructured{Object: map[string]any{"kind": "Deployment"}}},
		{GroupVersionKind: kind.GroupVersionKind, Name: last.GetName(), Live: live},
	}
}

// twoTriggers has events of a stream and a schedule call the function.
func twoTriggers(spec *v1beta2.WorkloadSpec) {
	onSchedule(spec)
	cron := spec.Triggers.Cron
	onOrders(spec)
	spec.Triggers.Cron = cron
}

// withoutTopic forgets what the first trigger subscribes to.
func withoutTopic(spec *v1beta2.WorkloadSpec) { spec.Triggers.Dapr[0].Topic = "" }

// sendsNowhere sends to a component that there is not.
func sendsNowhere(spec *v1beta2.WorkloadSpec) {
	spec.Outputs = []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "nowhere"}}}}
}

// onForeign has events of a component call the function that the spec does not
// describe.
func onForeign(spec *v1beta2.WorkloadSpec) {
	twoTriggers(spec)
	spec.Pubsub = nil
}

// unknownOrders is what is known of the component orders of the namespace.
func unknownOrders(status corev1.ConditionStatus, reason string) runtime.Components {
	return runtime.Components{"orders": {Unknown: &apis.Condition{Status: status, Reason: reason, Message: "so it is"}}}
}

func TestTriggers(t *testing.T) {
	bare := readyPod()
	bare.Spec.InitContainers = nil
	crashing := podWith(v1beta2.FunctionContainer, "CrashLoopBackOff", "", nil)
	yes, no, unknown := corev1.ConditionTrue, corev1.ConditionFalse, corev1.ConditionUnknown
	type verdict struct {
		key    string
		status corev1.ConditionStatus
		reason string
		words  string
	}
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		found   runtime.Components
		pods    []*corev1.Pod
		// keda is the status and the reason of what scales, empty before it is made.
		keda, reason string
		want         []verdict
	}{
		"a schedule cannot call a Job": {
			serving: serving(onSchedule, workloadType(v1beta2.WorkloadTypeJob)),
			want:    []verdict{{"nightly", no, v1beta2.ReasonInvalidSpec, "use Deployment"}},
		},
		"all is well": {
			serving: serving(twoTriggers), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []verdict{{"orders", yes, "", ""}, {"nightly", yes, "", ""}},
		},
		"at zero pods all is well": {
			serving: serving(onOrders), keda: "True",
			want: []verdict{{"orders", yes, "", ""}},
		},
		"what scales was not made yet": {
			serving: serving(onOrders),
			want:    []verdict{{"orders", unknown, v1beta2.ReasonPending, "ready once"}},
		},
		"KEDA complains": {
			serving: serving(onOrders), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{readyPod()},
			want: []verdict{{"orders", no, v1beta2.ReasonScalerFailed, "no such stream"}},
		},
		"what is wrong with pods goes before what KEDA says": {
			serving: serving(onOrders), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{crashing},
			want: []verdict{{"orders", no, v1beta2.ReasonContainerFailing, "see the log"}},
		},
		"what is wrong with the spec goes before both, and others are judged as ever": {
			serving: serving(twoTriggers, withoutTopic), keda: "True", pods: []*corev1.Pod{crashing},
			want: []verdict{
				{"orders", no, v1beta2.ReasonTopicMissing, "spec.serving.triggers.dapr[0].topic: component"},
				{"nightly", no, v1beta2.ReasonContainerFailing, "see the log"},
			},
		},
		"a product is missing without which nothing is known of a component": {
			serving: serving(onForeign), found: unknownOrders(no, "DaprNotInstalled"),
			want: []verdict{
				{"orders", no, "DaprNotInstalled", "spec.serving.triggers.dapr[0].name: so it is"},
				{"nightly", unknown, v1beta2.ReasonPending, "ready once"},
			},
		},
		"a component that is not known yet is not missing": {
			serving: serving(onForeign), found: unknownOrders(unknown, v1beta2.ReasonUnreadable), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []verdict{{"orders", unknown, v1beta2.ReasonUnreadable, "so it is"}, {"nightly", yes, "", ""}},
		},
		"a schedule needs no sidecar": {
			serving: serving(twoTriggers), keda: "True", pods: []*corev1.Pod{bare},
			want: []verdict{{"orders", no, v1beta2.ReasonSidecarMissing, "kubectl delete pod"}, {"nightly", yes, "", ""}},
		},
		"in reserve nothing is wrong": {
			serving: inReserve(serving(twoTriggers)), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{crashing},
			want: []verdict{{"orders", yes, v1beta2.ReasonSuspended, "consumes nothing"}, {"nightly", yes, v1beta2.ReasonSuspended, "consumes nothing"}},
		},
		"not even in reserve is what the spec has wrong right": {
			serving: inReserve(serving(onOrders, withoutTopic)),
			want:    []verdict{{"orders", no, v1beta2.ReasonTopicMissing, "name a topic"}},
		},
		"no signal can be derived": {
			serving: serving(onUnknown), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []verdict{{"orders", yes, v1beta2.ReasonScalerNotDerived, "pubsub.solace.amqp"}},
		},
		"no signal has to be derived where the author wrote one": {
			serving: serving(onUnknown, ownTriggers), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []verdict{{"orders", yes, "", ""}},
		},
		"the author's own signal fails": {
			serving: serving(onOrders, ownTriggers), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{readyPod()},
			want: []verdict{{"orders", no, v1beta2.ReasonScalerFailed, "no such stream"}},
		},
		"what is wrong and no trigger has no condition here": {
			serving: serving(onOrders, sendsNowhere), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []verdict{{"orders", yes, "", ""}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			seen := runtime.Seen{Pods: tt.pods}
			if tt.keda != "" {
				seen.Observations = says(t, tt.serving, tt.keda, tt.reason)
			}
			if tt.reason != "" {
				seen.Warnings = []string{"redis: no such stream"}
			}
			verdicts := New().Triggers(runtime.WithComponents(t.Context(), tt.found), tt.serving, seen)
			if len(verdicts) != len(tt.want) {
				t.Fatalf("Triggers() = %+v, want %+v", verdicts, tt.want)
			}
			for i, want := range tt.want {
				got := verdicts[i]
				if got.Key != want.key || got.Status != want.status || got.Reason != want.reason || !strings.Contains(got.Message, want.words) {
					t.Errorf("Triggers()[%d] = %+v, want %+v", i, got, want)
				}
			}
		})
	}
}
