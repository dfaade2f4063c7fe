/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/async/observe/sidecar"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

const (
	loadedOrders = "hello-5fca1b20d9-orders"
	loadedStray  = "hello-5fca1b20d9-strayed"

	// strayedWords is the message about the component strayed.
	strayedWords = "Dapr cannot initialise component strayed (pubsub.redis) with redisHost redis.brokers:6390, " +
		"redisPassword from key no-such-key of Secret redis"
	strayedLog = "see its log: kubectl logs -n team p -c daprd"
)

// onTwoBrokers makes events of two brokers call the function.
func onTwoBrokers(spec *v1beta2.WorkloadSpec) {
	onOrders(spec)
	spec.Pubsub["strayed"] = &v1beta2.DaprComponent{
		Type: "pubsub.redis",
		Metadata: []v1beta2.DaprMetadata{
			{Name: "redisHost", Value: value("redis.brokers:6390")},
			{Name: "redisPassword", SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "redis", Key: "no-such-key"}},
		},
	}
	spec.Triggers.Dapr = append(spec.Triggers.Dapr, &v1beta2.DaprTrigger{
		DaprComponentRef: &v1beta2.DaprComponentRef{Name: "strayed", Topic: "new"},
	})
}

// withFailure sets the status of the trigger strayed as of an earlier reconciliation.
func withFailure(s *v1beta2.Serving, reason string) *v1beta2.Serving {
	s.Status.PropagateTriggers([]v1beta2.TriggerStatus{
		{Key: "strayed", Status: corev1.ConditionFalse, Reason: reason, Message: "as before"},
	})
	return s
}

// podNamed is a pod whose UID is its name.
func podNamed(name string, options ...func(*corev1.Pod)) *corev1.Pod {
	pod := readyPod()
	pod.Name, pod.UID = name, types.UID(name)
	for _, option := range options {
		option(pod)
	}
	return pod
}

func starting(pod *corev1.Pod) { pod.Status.Conditions = nil }

func ending(pod *corev1.Pod) { pod.DeletionTimestamp = &metav1.Time{} }

func TestSidecars(t *testing.T) {
	has := func(names ...string) sidecar.State { return sidecar.State{Components: names} }
	unreachable := sidecar.State{Unreachable: true}
	pods := func(pods ...*corev1.Pod) []*corev1.Pod { return pods }
	crashing := podWith(v1beta2.FunctionContainer, "CrashLoopBackOff", "", nil)
	crashing.UID = "crashing"
	for name, tt := range map[string]struct {
		pods     []*corev1.Pod
		sidecars map[types.UID]sidecar.State
		before   string
		// want is the reason of the trigger strayed.
		want string
	}{
		"loaded":             {pods: pods(podNamed("p")), sidecars: map[types.UID]sidecar.State{"p": has(loadedOrders, loadedStray)}},
		"not loaded":         {pods: pods(podNamed("p")), sidecars: map[types.UID]sidecar.State{"p": has(loadedOrders)}, want: v1beta2.ReasonSidecarFailed},
		"not queried yet":    {pods: pods(podNamed("p"))},
		"unreachable":        {pods: pods(podNamed("p")), sidecars: map[types.UID]sidecar.State{"p": unreachable}},
		"the pod terminates": {pods: pods(podNamed("p", ending)), sidecars: map[types.UID]sidecar.State{"p": has()}},
		"before the pod is ready": {
			pods: pods(podNamed("p", starting)), sidecars: map[types.UID]sidecar.State{"p": has(loadedOrders)}, want: v1beta2.ReasonSidecarFailed,
		},
		"a ready pod takes precedence over a newer pod": {
			pods:     pods(podNamed("newer", starting), podNamed("p")),
			sidecars: map[types.UID]sidecar.State{"newer": has(loadedOrders), "p": has(loadedOrders, loadedStray)},
		},
		"the newest ready pod counts": {
			pods:     pods(podNamed("p"), podNamed("older")),
			sidecars: map[types.UID]sidecar.State{"p": has(loadedOrders), "older": has(loadedOrders, loadedStray)},
			want:     v1beta2.ReasonSidecarFailed,
		},
		"a sidecar that answered takes precedence over one that is unreachable": {
			pods:     pods(podNamed("unreachable"), podNamed("p")),
			sidecars: map[types.UID]sidecar.State{"unreachable": unreachable, "p": has(loadedOrders)},
			want:     v1beta2.ReasonSidecarFailed,
		},
		"a container that does not start takes precedence": {
			pods: pods(crashing), sidecars: map[types.UID]sidecar.State{"crashing": has(loadedOrders)}, want: v1beta2.ReasonContainerFailing,
		},
		"the failure stays without pods":                   {before: v1beta2.ReasonSidecarFailed, want: v1beta2.ReasonSidecarFailed},
		"the failure stays until the next sidecar answers": {pods: pods(podNamed("p", starting)), before: v1beta2.ReasonSidecarFailed, want: v1beta2.ReasonSidecarFailed},
		"a failure for another reason does not stay":       {before: v1beta2.ReasonContainerFailing},
		"the failure goes if the sidecar is unreachable":   {pods: pods(podNamed("p")), sidecars: map[types.UID]sidecar.State{"p": unreachable}, before: v1beta2.ReasonSidecarFailed},
		"the failure goes when the next sidecar has loaded the component": {
			pods: pods(podNamed("p")), sidecars: map[types.UID]sidecar.State{"p": has(loadedOrders, loadedStray)}, before: v1beta2.ReasonSidecarFailed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(onTwoBrokers)
			if tt.before != "" {
				s = withFailure(s, tt.before)
			}
			snapshot := observe.Snapshot{Pods: tt.pods, Sidecars: tt.sidecars}
			triggers := triggersOf(t, runtimetest.Input(t.Context(), s), observations(t, s, "True", ""), snapshot)
			if got := triggers[1]; got.Key != "strayed" || got.Reason != tt.want || (got.Status == corev1.ConditionFalse) != (tt.want != "") {
				t.Errorf("trigger strayed is %+v, want %q", got, tt.want)
			}
			if got := triggers[0]; tt.want == v1beta2.ReasonSidecarFailed && got.Status != corev1.ConditionTrue {
				t.Errorf("the other trigger is %+v", got)
			}
			if tt.before == tt.want && tt.want != "" && triggers[1].Message != "as before" {
				t.Errorf("the message became %q", triggers[1].Message)
			}
		})
	}
}

// A trigger that consumes nothing, and one that needs no sidecar, do not fail.
func TestSidecarsOfOthers(t *testing.T) {
	snapshot := observe.Snapshot{
		Pods:     []*corev1.Pod{podNamed("p")},
		Sidecars: map[types.UID]sidecar.State{"p": {}},
	}
	for name, s := range map[string]*v1beta2.Serving{
		"in reserve": inReserve(serving(onOrders)),
		"a schedule": serving(onSchedule),
	} {
		if got := triggersOf(t, runtimetest.Input(t.Context(), s), observations(t, s, "True", ""), snapshot)[0]; got.Status != corev1.ConditionTrue {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestNotLoaded(t *testing.T) {
	withoutSettings := func(spec *v1beta2.WorkloadSpec) { spec.Pubsub["strayed"].Metadata = nil }
	secret := func(name string) v1beta2.DaprMetadata {
		return v1beta2.DaprMetadata{Name: name, SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "s", Key: name}}
	}
	for name, tt := range map[string]struct {
		option func(*v1beta2.WorkloadSpec)
		keda   string
		logged string
		want   string
	}{
		"the settings of the component": {
			want: strayedWords + ": is the broker up, do the Secret and its key exist? Dapr tries again every minute while the pod runs; " + strayedLog,
		},
		"no settings": {
			option: withoutSettings,
			want: "Dapr cannot initialise component strayed (pubsub.redis): is the broker up, are its settings right? " +
				"Dapr tries again every minute while the pod runs; " + strayedLog,
		},
		"several Secrets are shortened": {
			option: func(spec *v1beta2.WorkloadSpec) {
				spec.Pubsub["strayed"].Metadata = []v1beta2.DaprMetadata{secret("a"), secret(strings.Repeat("b", 300))}
			},
			want: "Dapr cannot initialise component strayed (pubsub.redis) with a from key a of Secret s, " +
				strings.Repeat("b", 57) + "… from key " + strings.Repeat("b", 101) + "…: is the broker up, do the Secrets and their keys exist? " +
				"Dapr tries again every minute while the pod runs; " + strayedLog,
		},
		"Dapr logged the cause": {
			logged: "WRONGPASS.",
			want: strayedWords + ": WRONGPASS: is the broker up, do the Secret and its key exist? Dapr tries again every minute while the pod runs; " +
				"see its log: kubectl logs -n team p -c daprd",
		},
		"Dapr logged the cause, and KEDA reports one": {
			logged: "WRONGPASS.", keda: "redis: strayed is not there",
			want: strayedWords + ": WRONGPASS; see its log: kubectl logs -n team p -c daprd; KEDA cannot read redis-streams new: redis: strayed is not there; ",
		},
		"KEDA quotes the broker": {
			keda: "redis: strayed is not there",
			want: strayedWords + "; " + strayedLog + "; KEDA cannot read redis-streams new: redis: strayed is not there; ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(onTwoBrokers)
			if tt.option != nil {
				tt.option(&s.Spec.WorkloadSpec)
			}
			snapshot := observe.Snapshot{
				Pods:     []*corev1.Pod{podNamed("p")},
				Sidecars: map[types.UID]sidecar.State{"p": {Components: []string{loadedOrders}}},
			}
			children := observations(t, s, "True", "")
			if tt.logged != "" {
				snapshot.SidecarErrors = map[types.UID][]string{"p": {"process component " + loadedStray + " error: " + tt.logged}}
			}
			if tt.keda != "" {
				children, snapshot.Warnings = observations(t, s, "False", "TriggerError"), []string{tt.keda}
			}
			got := triggersOf(t, runtimetest.Input(t.Context(), s), children, snapshot)[1].Message
			if tt.keda != "" && strings.HasPrefix(got, tt.want) {
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("the message (-want, +got):", diff)
			}
		})
	}
}
