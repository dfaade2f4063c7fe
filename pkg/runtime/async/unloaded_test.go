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
	"openfunction.dev/openfunction/pkg/runtime"
)

const (
	loadedOrders = "hello-5fca1b20d9-orders"
	loadedStray  = "hello-5fca1b20d9-strayed"

	// strayedWords is what is said of the component strayed.
	strayedWords = "Dapr cannot initialise component strayed (pubsub.redis) with redisHost redis.brokers:6390, " +
		"redisPassword from key no-such-key of Secret redis"
	strayedLog = "its words: kubectl logs -n team p -c daprd"
)

// onTwoBrokers has events of two brokers call the function.
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

// saidBefore gives a Serving the verdict of an earlier look.
func saidBefore(s *v1beta2.Serving, reason string) *v1beta2.Serving {
	s.Status.PropagateTriggers([]v1beta2.TriggerVerdict{
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
	has := func(names ...string) runtime.Sidecar { return runtime.Sidecar{Components: names} }
	silent := runtime.Sidecar{Silent: true}
	pods := func(pods ...*corev1.Pod) []*corev1.Pod { return pods }
	crashing := podWith(v1beta2.FunctionContainer, "CrashLoopBackOff", "", nil)
	crashing.UID = "crashing"
	for name, tt := range map[string]struct {
		pods     []*corev1.Pod
		sidecars map[types.UID]runtime.Sidecar
		before   string
		// want is the reason of the trigger strayed.
		want string
	}{
		"loaded":                 {pods: pods(podNamed("p")), sidecars: map[types.UID]runtime.Sidecar{"p": has(loadedOrders, loadedStray)}},
		"not loaded":             {pods: pods(podNamed("p")), sidecars: map[types.UID]runtime.Sidecar{"p": has(loadedOrders)}, want: v1beta2.ReasonSidecarFailed},
		"not asked yet":          {pods: pods(podNamed("p"))},
		"it does not answer":     {pods: pods(podNamed("p")), sidecars: map[types.UID]runtime.Sidecar{"p": silent}},
		"the pod is about to go": {pods: pods(podNamed("p", ending)), sidecars: map[types.UID]runtime.Sidecar{"p": has()}},
		"before the pod is ready": {
			pods: pods(podNamed("p", starting)), sidecars: map[types.UID]runtime.Sidecar{"p": has(loadedOrders)}, want: v1beta2.ReasonSidecarFailed,
		},
		"one that is ready goes before a newer one": {
			pods:     pods(podNamed("newer", starting), podNamed("p")),
			sidecars: map[types.UID]runtime.Sidecar{"newer": has(loadedOrders), "p": has(loadedOrders, loadedStray)},
		},
		"the newest of those that are ready": {
			pods:     pods(podNamed("p"), podNamed("older")),
			sidecars: map[types.UID]runtime.Sidecar{"p": has(loadedOrders), "older": has(loadedOrders, loadedStray)},
			want:     v1beta2.ReasonSidecarFailed,
		},
		"one that spoke goes before one that does not": {
			pods:     pods(podNamed("mute"), podNamed("p")),
			sidecars: map[types.UID]runtime.Sidecar{"mute": silent, "p": has(loadedOrders)},
			want:     v1beta2.ReasonSidecarFailed,
		},
		"a container that does not start goes before": {
			pods: pods(crashing), sidecars: map[types.UID]runtime.Sidecar{"crashing": has(loadedOrders)}, want: v1beta2.ReasonContainerFailing,
		},
		"it stays without pods":          {before: v1beta2.ReasonSidecarFailed, want: v1beta2.ReasonSidecarFailed},
		"it stays until the next speaks": {pods: pods(podNamed("p", starting)), before: v1beta2.ReasonSidecarFailed, want: v1beta2.ReasonSidecarFailed},
		"what else was wrong does not":   {before: v1beta2.ReasonContainerFailing},
		"it goes where nothing is known": {pods: pods(podNamed("p")), sidecars: map[types.UID]runtime.Sidecar{"p": silent}, before: v1beta2.ReasonSidecarFailed},
		"it goes when the next has loaded": {
			pods: pods(podNamed("p")), sidecars: map[types.UID]runtime.Sidecar{"p": has(loadedOrders, loadedStray)}, before: v1beta2.ReasonSidecarFailed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(onTwoBrokers)
			if tt.before != "" {
				s = saidBefore(s, tt.before)
			}
			seen := runtime.Seen{Pods: tt.pods, Sidecars: tt.sidecars, Observations: says(t, s, "True", "")}
			verdicts := New().Triggers(t.Context(), s, seen)
			if got := verdicts[1]; got.Key != "strayed" || got.Reason != tt.want || (got.Status == corev1.ConditionFalse) != (tt.want != "") {
				t.Errorf("Triggers()[1] = %+v, want %q", got, tt.want)
			}
			if got := verdicts[0]; tt.want == v1beta2.ReasonSidecarFailed && got.Status != corev1.ConditionTrue {
				t.Errorf("the other trigger is %+v", got)
			}
			if tt.before == tt.want && tt.want != "" && verdicts[1].Message != "as before" {
				t.Errorf("the message became %q", verdicts[1].Message)
			}
		})
	}
}

// A trigger that consumes nothing, and one that needs no sidecar, lack nothing.
func TestSidecarsOfOthers(t *testing.T) {
	seen := runtime.Seen{
		Pods:     []*corev1.Pod{podNamed("p")},
		Sidecars: map[types.UID]runtime.Sidecar{"p": {}},
	}
	for name, s := range map[string]*v1beta2.Serving{
		"in reserve": inReserve(serving(onOrders)),
		"a schedule": serving(onSchedule),
	} {
		seen.Observations = says(t, s, "True", "")
		if got := New().Triggers(t.Context(), s, seen)[0]; got.Status != corev1.ConditionTrue {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestUnloaded(t *testing.T) {
	withoutSettings := func(spec *v1beta2.WorkloadSpec) { spec.Pubsub["strayed"].Metadata = nil }
	secret := func(name string) v1beta2.DaprMetadata {
		return v1beta2.DaprMetadata{Name: name, SecretKeyRef: &v1beta2.DaprSecretKeyRef{Name: "s", Key: name}}
	}
	for name, tt := range map[string]struct {
		option func(*v1beta2.WorkloadSpec)
		keda   string
		said   string
		want   string
	}{
		"what it was given": {
			want: strayedWords + ": is the broker up, do the Secret and its key exist? Dapr tries again every minute while the pod runs; " + strayedLog,
		},
		"nothing that says where the broker is": {
			option: withoutSettings,
			want: "Dapr cannot initialise component strayed (pubsub.redis): is the broker up, are its settings right? " +
				"Dapr tries again every minute while the pod runs; " + strayedLog,
		},
		"several Secrets, of which not all fit": {
			option: func(spec *v1beta2.WorkloadSpec) {
				spec.Pubsub["strayed"].Metadata = []v1beta2.DaprMetadata{secret("a"), secret(strings.Repeat("b", 300))}
			},
			want: "Dapr cannot initialise component strayed (pubsub.redis) with a from key a of Secret s, " +
				strings.Repeat("b", 57) + "… from key " + strings.Repeat("b", 101) + "…: is the broker up, do the Secrets and their keys exist? " +
				"Dapr tries again every minute while the pod runs; " + strayedLog,
		},
		"Dapr says why": {
			said: "WRONGPASS.",
			want: strayedWords + ": WRONGPASS: is the broker up, do the Secret and its key exist? Dapr tries again every minute while the pod runs; " +
				"all its words: kubectl logs -n team p -c daprd",
		},
		"Dapr and KEDA say why": {
			said: "WRONGPASS.", keda: "redis: strayed is not there",
			want: strayedWords + ": WRONGPASS; all its words: kubectl logs -n team p -c daprd; KEDA cannot read redis-streams new: redis: strayed is not there; ",
		},
		"the words of KEDA are the broker's": {
			keda: "redis: strayed is not there",
			want: strayedWords + "; " + strayedLog + "; KEDA cannot read redis-streams new: redis: strayed is not there; ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(onTwoBrokers)
			if tt.option != nil {
				tt.option(&s.Spec.WorkloadSpec)
			}
			seen := runtime.Seen{
				Pods:         []*corev1.Pod{podNamed("p")},
				Sidecars:     map[types.UID]runtime.Sidecar{"p": {Components: []string{loadedOrders}}},
				Observations: says(t, s, "True", ""),
			}
			if tt.said != "" {
				seen.Complaints = map[types.UID][]string{"p": {"process component " + loadedStray + " error: " + tt.said}}
			}
			if tt.keda != "" {
				seen.Observations, seen.Warnings = says(t, s, "False", "TriggerError"), []string{tt.keda}
			}
			got := New().Triggers(t.Context(), s, seen)[1].Message
			if tt.keda != "" && strings.HasPrefix(got, tt.want) {
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("the message (-want, +got):", diff)
			}
		})
	}
}
