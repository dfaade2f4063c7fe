/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	componentsv1alpha1 "github.com/dapr/dapr/pkg/apis/components/v1alpha1"
	subscriptionsv2alpha1 "github.com/dapr/dapr/pkg/apis/subscriptions/v2alpha1"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// A version on standby connects with a client id of its own, keeps nothing at the broker,
// and gets no events.
func TestStandby(t *testing.T) {
	const (
		pubsub   = `{triggers: {dapr: [{name: c, topic: new}]}, pubsub: {c: {type: %s, metadata: [%s]}}}`
		bindings = `{triggers: {dapr: [{name: c}]}, bindings: {c: {type: %s, metadata: [%s]}}}`
		topic    = `{name: topic, value: new}`
		init     = "dapr.io/disable-init-endpoints"
	)
	s := serving(t, "{}")
	own := "-" + hash(s.Name)
	for name, row := range map[string]struct {
		spec, kind, metadata string
		// want are settings of the component, as name=value.
		want                                     []string
		session, standby, subscribes, queriesApp bool
	}{
		"a topic": {
			pubsub, "pubsub.mqtt3", "",
			[]string{"consumerID=" + Identity(s) + own, "cleanSession=true", "qos=1"},
			true, true, false, false,
		},
		"a topic, the client named by its author": {
			pubsub, "pubsub.mqtt3", `{name: CONSUMERID, value: mine}`, []string{"consumerID=mine" + own}, true, true, false, false,
		},
		"a topic, the client named in a Secret": {
			pubsub, "pubsub.mqtt3", `{name: consumerID, secretKeyRef: {name: s, key: k}}`,
			[]string{"consumerID=abstaining" + own},
			true, true, false, false,
		},
		"a topic of which nothing is kept": {
			pubsub, "pubsub.mqtt3", `{name: cleanSession, value: "True"}`, []string{"consumerID=" + Identity(s)}, false, false, true, true,
		},
		"a topic of quality 0": {
			pubsub, "pubsub.mqtt3", `{name: qos, value: 0}`, []string{"consumerID=" + Identity(s)}, false, false, true, true,
		},
		"a session for each pod": {
			pubsub, "pubsub.mqtt3", `{name: consumerID, value: "x-{podName}"}`, []string{"consumerID=x-{podName}"}, false, false, true, true,
		},
		"a session for each start": {
			pubsub, "pubsub.mqtt3", `{name: consumerID, value: "{uuid}"}`, []string{"consumerID={uuid}"}, false, false, true, true,
		},
		"a binding": {
			bindings, "bindings.mqtt3", topic,
			[]string{"consumerID=" + Identity(s) + own, "direction=output", "topic=new"},
			true, true, false, false,
		},
		"a binding, whose quality counts for nothing": {
			bindings, "bindings.mqtt3", topic + `, {name: qos, value: 0}`, []string{"direction=output"}, true, true, false, false,
		},
		"another broker": {
			pubsub, "pubsub.redis", "", []string{"consumerID=" + Identity(s)}, false, false, true, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(t, fmt.Sprintf(row.spec, row.kind, row.metadata))
			got := NewModel(s, nil, true)
			var settings []string
			subscribes := false
			for _, object := range got.Objects {
				switch resource := object.Resource.(type) {
				case *componentsv1alpha1.Component:
					for _, setting := range resource.Spec.Metadata {
						settings = append(settings, setting.Name+"="+setting.Value.String())
					}
				case *subscriptionsv2alpha1.Subscription:
					subscribes = true
				}
			}
			for _, want := range row.want {
				if !slices.ContainsFunc(settings, func(got string) bool { return strings.EqualFold(got, want) }) {
					t.Errorf("the component has %q, want %q", settings, want)
				}
			}
			trigger := got.Triggers[0]
			if trigger.Session != row.session || trigger.Standby != row.standby || subscribes != row.subscribes {
				t.Errorf("session %t, standby %t, subscribes %t, want %t, %t, %t",
					trigger.Session, trigger.Standby, subscribes, row.session, row.standby, row.subscribes)
			}
			if _, isSet := got.Annotations(Events)[init]; isSet == row.queriesApp {
				t.Errorf("the sidecar queries the function for topics: %t, want %t", !isSet, row.queriesApp)
			}
			// What is derived from a trigger is the same.
			if diff := cmp.Diff(NewModel(s, nil, false).Triggers[0].Component, trigger.Component); diff != "" {
				t.Error("the component of the trigger differs from that of a version that is not on standby:", diff)
			}
		})
	}
}

var now = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// podOption changes a pod.
type podOption func(*corev1.Pod)

func podWith(options ...podOption) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "orders-0"}}
	for _, option := range options {
		option(pod)
	}
	return pod
}

func onStandby(pod *corev1.Pod) {
	pod.Annotations = map[string]string{functions.StandbyAnnotationKey: "true"}
}

func failed(pod *corev1.Pod) { pod.Status.Phase = corev1.PodFailed }

func succeeded(pod *corev1.Pod) { pod.Status.Phase = corev1.PodSucceeded }

// terminating sets the time, relative to now, at which the grace period of a pod ends.
func terminating(in time.Duration) podOption {
	return func(pod *corev1.Pod) { pod.DeletionTimestamp = &metav1.Time{Time: now.Add(in)} }
}

// revision returns a revision in a routing state, with its pods. Events call it.
func revision(state string, pods ...*corev1.Pod) runtime.Peer {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{functions.RoutingStateLabelKey: state}}}
	s.Spec.Triggers = &v1beta2.Triggers{Dapr: []*v1beta2.DaprTrigger{{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders"}}}}
	return runtime.Peer{Serving: s, Pods: pods}
}

func inputOf(own runtime.Peer, peers ...runtime.Peer) *runtime.Input {
	return &runtime.Input{Serving: own.Serving, Pods: own.Pods, Peers: peers, Now: now}
}

const candidate, active, reserve = "", functions.RoutingStateActive, functions.RoutingStateReserve

func TestHandover(t *testing.T) {
	runs, standby := podWith(), podWith(onStandby)
	for name, tt := range map[string]struct {
		revision runtime.Peer
		peers    []runtime.Peer
		want     bool
	}{
		"the first revision":                                        {revision(candidate), nil, false},
		"a candidate beside an active revision":                     {revision(candidate), []runtime.Peer{revision(active, runs)}, true},
		"a candidate beside an active revision without pods":        {revision(candidate), []runtime.Peer{revision(active)}, true},
		"a candidate beside a revision that was never active":       {revision(candidate), []runtime.Peer{revision(reserve, runs)}, false},
		"a candidate with pods that have the session":               {revision(candidate, runs), []runtime.Peer{revision(active)}, false},
		"a candidate with standby pods":                             {revision(candidate, standby), []runtime.Peer{revision(active)}, true},
		"an active revision alone":                                  {revision(active), nil, false},
		"active, the previous revision has a pod":                   {revision(active, standby), []runtime.Peer{revision(reserve, runs)}, true},
		"active, the previous revision has no pods":                 {revision(active, standby), []runtime.Peer{revision(reserve)}, false},
		"active, one of several previous revisions has a pod":       {revision(active), []runtime.Peer{revision(reserve), revision(reserve, runs)}, true},
		"active, other revisions have standby pods":                 {revision(active), []runtime.Peer{revision(candidate, standby)}, false},
		"active, it has the session itself":                         {revision(active, runs), []runtime.Peer{revision(reserve, runs)}, false},
		"active, the pod of the previous revision failed":           {revision(active), []runtime.Peer{revision(reserve, podWith(failed))}, false},
		"active, the pod of the previous revision succeeded":        {revision(active), []runtime.Peer{revision(reserve, podWith(succeeded))}, false},
		"active, the pod of the previous revision terminates":       {revision(active), []runtime.Peer{revision(reserve, podWith(terminating(time.Minute)))}, true},
		"active, the pod terminates after its grace period":         {revision(active), []runtime.Peer{revision(reserve, podWith(terminating(time.Second-presumedGoneAfter)))}, true},
		"active, the pod of the previous revision is presumed gone": {revision(active), []runtime.Peer{revision(reserve, podWith(terminating(-presumedGoneAfter)))}, false},
		"active, its own pod is presumed gone": {
			revision(active, podWith(terminating(-presumedGoneAfter))), []runtime.Peer{revision(reserve, runs)}, true,
		},
		"in reserve, its pods terminate":         {revision(reserve, runs), []runtime.Peer{revision(active)}, false},
		"in reserve, its standby pods terminate": {revision(reserve, standby), []runtime.Peer{revision(active)}, true},
		"in reserve, its standby pod is presumed gone": {
			revision(reserve, podWith(onStandby, terminating(-presumedGoneAfter))), []runtime.Peer{revision(active)}, false,
		},
		"in reserve without pods": {revision(reserve), []runtime.Peer{revision(active, runs)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := handover(inputOf(tt.revision, tt.peers...)); got != tt.want {
				t.Errorf("handover() = %t, want %t", got, tt.want)
			}
		})
	}
}

// The revision is planned again when the first terminating pod in its way is presumed
// gone.
func TestHandoverIsRequeued(t *testing.T) {
	in := func(seconds int) *corev1.Pod { return podWith(terminating(time.Duration(seconds) * time.Second)) }
	for name, tt := range map[string]struct {
		revision runtime.Peer
		peers    []runtime.Peer
		want     time.Duration
	}{
		"a pod that runs":                 {revision(active), []runtime.Peer{revision(reserve, podWith())}, 0},
		"a pod that terminates":           {revision(active), []runtime.Peer{revision(reserve, in(60))}, time.Minute + presumedGoneAfter},
		"a pod past its grace period":     {revision(active), []runtime.Peer{revision(reserve, in(-5))}, presumedGoneAfter - 5*time.Second},
		"the first of several pods":       {revision(active), []runtime.Peer{revision(reserve, podWith(), in(60), in(20)), revision(reserve, in(40))}, 20*time.Second + presumedGoneAfter},
		"a pod that is presumed gone":     {revision(active), []runtime.Peer{revision(reserve, in(-60), in(20))}, 20*time.Second + presumedGoneAfter},
		"a pod that ended":                {revision(active), []runtime.Peer{revision(reserve, podWith(), podWith(failed, terminating(time.Second)))}, 0},
		"a revision that has the session": {revision(active, podWith()), []runtime.Peer{revision(reserve, in(60))}, 0},
		"no other pods":                   {revision(active), []runtime.Peer{revision(reserve)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := handover(inputOf(tt.revision, tt.peers...)); got != tt.want {
				t.Errorf("handover() requeues after %s, want %s", got, tt.want)
			}
		})
	}
}

// A function without events has no session at a broker.
func TestNoHandoverWithoutEvents(t *testing.T) {
	own := revision(active)
	own.Serving.Spec.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}}
	standby, after := handover(inputOf(own, revision(reserve, podWith(terminating(time.Minute)))))
	if standby || after != 0 {
		t.Errorf("handover() = %t, %s for a function without events", standby, after)
	}
}
