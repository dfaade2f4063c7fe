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
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

// triggersOf returns the status of the triggers of the plan of in.
func triggersOf(t *testing.T, in *runtime.Input, children []child.Observation, snapshot observe.Snapshot) []v1beta2.TriggerStatus {
	t.Helper()
	return statusOf(t, in, runtime.Observed{Children: children, Snapshot: &snapshot}).Triggers
}

func statusOf(t *testing.T, in *runtime.Input, observed runtime.Observed) runtime.RevisionStatus {
	t.Helper()
	plan, err := New().Plan(in)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Status(observed)
}

// observations returns observations of the children of s, with the condition that KEDA reports
// of the scaler.
func observations(t *testing.T, s *v1beta2.Serving, ready, reason string) []child.Observation {
	t.Helper()
	objects, err := runtimetest.Objects(t.Context(), New(), s)
	if err != nil {
		t.Fatal(err)
	}
	live := &unstructured.Unstructured{Object: map[string]any{
		"kind": "ScaledObject",
		"status": map[string]any{"conditions": []any{map[string]any{
			"type": "Ready", "status": ready, "reason": reason, "message": "Triggers are not working correctly",
		}}},
	}}
	kinds := New().Describe().Kinds
	kind := kinds[0]
	for _, k := range kinds {
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

// twoTriggers adds triggers for a stream and a schedule.
func twoTriggers(spec *v1beta2.WorkloadSpec) {
	onSchedule(spec)
	cron := spec.Triggers.Cron
	onOrders(spec)
	spec.Triggers.Cron = cron
}

// withoutTopic removes the topic of the first trigger.
func withoutTopic(spec *v1beta2.WorkloadSpec) { spec.Triggers.Dapr[0].Topic = "" }

// sendsNowhere adds an output to a component that does not exist.
func sendsNowhere(spec *v1beta2.WorkloadSpec) {
	spec.Outputs = []*v1beta2.Output{{Dapr: &v1beta2.DaprOutput{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "nowhere"}}}}
}

// onForeign makes the function name a component that it does not describe.
func onForeign(spec *v1beta2.WorkloadSpec) {
	twoTriggers(spec)
	spec.Pubsub = nil
}

// unknownOrders returns why it is not known whether the component orders exists.
func unknownOrders(status corev1.ConditionStatus, reason string) *apis.Condition {
	return &apis.Condition{Status: status, Reason: reason, Message: "no answer"}
}

func TestTriggers(t *testing.T) {
	bare := readyPod()
	bare.Spec.InitContainers = nil
	crashing := podWith(v1beta2.FunctionContainer, "CrashLoopBackOff", "", nil)
	yes, no, unknown := corev1.ConditionTrue, corev1.ConditionFalse, corev1.ConditionUnknown
	type trigger struct {
		key     string
		status  corev1.ConditionStatus
		reason  string
		message string
	}
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		// unresolved is why the components of the namespace are not known, nil if they are.
		unresolved *apis.Condition
		pods       []*corev1.Pod
		// keda and reason are those of the scaler, empty before it exists.
		keda, reason string
		want         []trigger
	}{
		"a schedule cannot call a Job": {
			serving: serving(onSchedule, workloadType(v1beta2.WorkloadTypeJob)),
			want:    []trigger{{"nightly", no, v1beta2.ReasonInvalidSpec, "use Deployment"}},
		},
		"all triggers are healthy": {
			serving: serving(twoTriggers), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []trigger{{"orders", yes, "", ""}, {"nightly", yes, "", ""}},
		},
		"without pods the triggers are healthy": {
			serving: serving(onOrders), keda: "True",
			want: []trigger{{"orders", yes, "", ""}},
		},
		"the scaler does not exist yet": {
			serving: serving(onOrders),
			want:    []trigger{{"orders", unknown, v1beta2.ReasonPending, "ready for the first time"}},
		},
		"KEDA reports a failing trigger": {
			serving: serving(onOrders), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{readyPod()},
			want: []trigger{{"orders", no, v1beta2.ReasonScalerFailed, "no such stream"}},
		},
		"a failure of the pods takes precedence over what KEDA reports": {
			serving: serving(onOrders), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{crashing},
			want: []trigger{{"orders", no, v1beta2.ReasonContainerFailing, "see the log"}},
		},
		"an error in the spec of a trigger takes precedence over both, and does not affect the others": {
			serving: serving(twoTriggers, withoutTopic), keda: "True", pods: []*corev1.Pod{crashing},
			want: []trigger{
				{"orders", no, v1beta2.ReasonTopicMissing, "spec.serving.triggers.dapr[0].topic: component"},
				{"nightly", no, v1beta2.ReasonContainerFailing, "see the log"},
			},
		},
		"the product that provides components is not installed": {
			serving: serving(onForeign), unresolved: unknownOrders(no, "DaprNotInstalled"),
			want: []trigger{
				{"orders", no, "DaprNotInstalled", `spec.serving.triggers.dapr[0].name: component "orders" is not known: no answer`},
				{"nightly", unknown, v1beta2.ReasonPending, "ready for the first time"},
			},
		},
		"a component that is not known is not reported as missing": {
			serving: serving(onForeign), unresolved: unknownOrders(unknown, v1beta2.ReasonUnreadable), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []trigger{{"orders", unknown, v1beta2.ReasonUnreadable, `component "orders" is not known: no answer`}, {"nightly", yes, "", ""}},
		},
		"a schedule needs no sidecar": {
			serving: serving(twoTriggers), keda: "True", pods: []*corev1.Pod{bare},
			want: []trigger{{"orders", no, v1beta2.ReasonSidecarMissing, "kubectl delete pod"}, {"nightly", yes, "", ""}},
		},
		"in reserve no failure is reported": {
			serving: inReserve(serving(twoTriggers)), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{crashing},
			want: []trigger{{"orders", yes, v1beta2.ReasonSuspended, "consumes no events"}, {"nightly", yes, v1beta2.ReasonSuspended, "consumes no events"}},
		},
		"in reserve an error in the spec is reported": {
			serving: inReserve(serving(onOrders, withoutTopic)),
			want:    []trigger{{"orders", no, v1beta2.ReasonTopicMissing, "set a topic"}},
		},
		"no scaler can be derived": {
			serving: serving(onUnknown), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []trigger{{"orders", yes, v1beta2.ReasonScalerNotDerived, "pubsub.solace.amqp"}},
		},
		"no scaler is derived if the author wrote triggers of KEDA": {
			serving: serving(onUnknown, ownTriggers), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []trigger{{"orders", yes, "", ""}},
		},
		"the author's own trigger of KEDA fails": {
			serving: serving(onOrders, ownTriggers), keda: "False", reason: "TriggerError", pods: []*corev1.Pod{readyPod()},
			want: []trigger{{"orders", no, v1beta2.ReasonScalerFailed, "the settings or the answer are not as KEDA expects"}},
		},
		"an error in an output does not affect the triggers": {
			serving: serving(onOrders, sendsNowhere), keda: "True", pods: []*corev1.Pod{readyPod()},
			want: []trigger{{"orders", yes, "", ""}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, snapshot := runtimetest.Input(t.Context(), tt.serving), observe.Snapshot{Pods: tt.pods}
			for _, ref := range New().References(tt.serving.Namespace, &tt.serving.Spec.WorkloadSpec) {
				in.References = append(in.References, runtime.ResolvedReference{Reference: ref, Unknown: tt.unresolved})
			}
			var children []child.Observation
			if tt.keda != "" {
				children = observations(t, tt.serving, tt.keda, tt.reason)
			}
			if tt.reason != "" {
				snapshot.Warnings = []string{"redis: no such stream"}
			}
			triggers := triggersOf(t, in, children, snapshot)
			if len(triggers) != len(tt.want) {
				t.Fatalf("the triggers are %+v, want %+v", triggers, tt.want)
			}
			for i, want := range tt.want {
				got := triggers[i]
				if got.Key != want.key || got.Status != want.status || got.Reason != want.reason || !strings.Contains(got.Message, want.message) {
					t.Errorf("trigger %d is %+v, want %+v", i, got, want)
				}
			}
		})
	}
}
