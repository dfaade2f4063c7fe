/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

var now = time.Unix(1_800_000_000, 0)

func podWith(change func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: "team", Name: "p", Labels: map[string]string{functions.AnswersLabelKey: functions.AnswersRequests},
	}}
	change(p)
	return p
}

func waiting(reason, message string) *corev1.Pod {
	return podWith(func(p *corev1.Pod) {
		p.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name:  "function",
			State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
		}}
	})
}

func runningFor(d time.Duration) *corev1.Pod {
	return podWith(func(p *corev1.Pod) {
		p.Status.ContainerStatuses = []corev1.ContainerStatus{{
			Name: "function", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(now.Add(-d))}},
		}}
	})
}

func ready() *corev1.Pod {
	return podWith(func(p *corev1.Pod) {
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	})
}

func unscheduledFor(d time.Duration) *corev1.Pod {
	return podWith(func(p *corev1.Pod) {
		p.Status.Conditions = []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "0/1 nodes are available",
			LastTransitionTime: metav1.NewTime(now.Add(-d)),
		}}
	})
}

func TestFailure(t *testing.T) {
	terminating := waiting("CrashLoopBackOff", "")
	terminating.DeletionTimestamp = &metav1.Time{}
	forEvents := waiting("CrashLoopBackOff", "")
	forEvents.Labels = nil
	for name, tt := range map[string]struct {
		pods []*corev1.Pod
		// last is the reason of the condition before, if that was False.
		last            string
		reason, message string
		requeue         time.Duration
	}{
		"no pods":                       {},
		"a pod is ready":                {pods: []*corev1.Pod{waiting("CrashLoopBackOff", ""), ready()}},
		"a pod is starting":             {pods: []*corev1.Pod{waiting("ContainerCreating", "")}},
		"the failing pod terminates":    {pods: []*corev1.Pod{terminating}},
		"the pod handles events":        {pods: []*corev1.Pod{forEvents}},
		"an image cannot be pulled":     {pods: []*corev1.Pod{waiting("ImagePullBackOff", "no such tag")}, reason: "ImageNotPulled", message: "no such tag"},
		"a container crashes":           {pods: []*corev1.Pod{waiting("CrashLoopBackOff", "")}, reason: "ContainerFailing", message: "kubectl logs -n team p -c function --previous"},
		"a container just started":      {pods: []*corev1.Pod{runningFor(5 * time.Second)}, requeue: 15 * time.Second},
		"a container does not listen":   {pods: []*corev1.Pod{runningFor(20 * time.Second)}, reason: "ProbeFailing", message: "must listen on port 8080"},
		"a pod was just created":        {pods: []*corev1.Pod{unscheduledFor(time.Second)}, requeue: 19 * time.Second},
		"no node can run the pod":       {pods: []*corev1.Pod{unscheduledFor(time.Minute)}, reason: "Unschedulable", message: "0/1 nodes"},
		"the last pod failed":           {last: "ContainerFailing", reason: "ContainerFailing", message: "as before"},
		"the last failure was no pod's": {last: "Rejected"},
		"a pod starts after a failure":  {pods: []*corev1.Pod{waiting("ContainerCreating", "")}, last: "ContainerFailing"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving()
			if tt.last != "" {
				s.Status.PropagateRevision(child.Failed(tt.last, "as before"))
			}
			plan, err := New().Plan(&runtime.Input{Serving: s, Config: config.FromContext(t.Context()), Pods: tt.pods, Now: now})
			if err != nil {
				t.Fatal("Plan() =", err)
			}
			got := plan.Status(runtime.Observed{}).Failure
			if got.GetReason() != tt.reason || !strings.Contains(got.GetMessage(), tt.message) {
				t.Errorf("Failure is %+v, want %s with %q", got, tt.reason, tt.message)
			}
			if plan.RequeueAfter != tt.requeue {
				t.Errorf("RequeueAfter is %s, want %s", plan.RequeueAfter, tt.requeue)
			}
		})
	}
}
