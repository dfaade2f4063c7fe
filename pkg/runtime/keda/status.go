/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// unreadyTimeout is how long a pod may wait for a node, or a container may run without
// being ready, before that counts as a failure. Either takes seconds if nothing is wrong.
const unreadyTimeout = 20 * time.Second

// podReasons are the reasons of failures that pods show.
var podReasons = []string{
	v1beta2.ReasonImageNotPulled, v1beta2.ReasonContainerFailing, v1beta2.ReasonProbeFailing, v1beta2.ReasonUnschedulable,
}

// status returns the status of the revision from what was observed.
func (p *plan) status(runtime.Observed) runtime.RevisionStatus {
	// A revision without pods answers only through the interceptor, so it has no address
	// of its own.
	return runtime.RevisionStatus{Failure: p.failure()}
}

// failure returns why no pod becomes ready; nil if one is, or the reason is not known.
//
// Without pods the failure of the last pod remains: the Deployment counts as available
// then, although the next pod would fail again.
func (p *plan) failure() *apis.Condition {
	pods := p.pods()
	if len(pods) == 0 {
		last := p.serving.Status.GetCondition(v1beta2.ServingConditionRevisionReady)
		if last.IsFalse() && slices.Contains(podReasons, last.GetReason()) {
			return child.Failed(last.GetReason(), last.GetMessage())
		}
		return nil
	}
	if slices.ContainsFunc(pods, pod.IsReady) {
		return nil
	}
	if found := p.failureOf(pods[0]); found != nil {
		return child.Failed(found.Reason, found.Message)
	}
	return nil
}

// pods returns the pods that answer requests and are not terminating, the newest first.
func (p *plan) pods() []*corev1.Pod {
	return slices.DeleteFunc(pod.Remaining(p.in.Pods), func(candidate *corev1.Pod) bool {
		return candidate.Labels[functions.AnswersLabelKey] != functions.AnswersRequests
	})
}

func (p *plan) failureOf(newest *corev1.Pod) *pod.Failure {
	if found := pod.StartFailure(newest); found != nil {
		return found
	}
	since, unscheduled := unreadySince(newest)
	switch {
	case since.IsZero(), p.in.Now.Sub(since) < unreadyTimeout:
		return nil
	case unscheduled != "":
		return &pod.Failure{Reason: v1beta2.ReasonUnschedulable, Message: fmt.Sprintf("no node for pod %s: %s", newest.Name, unscheduled)}
	}
	return &pod.Failure{Reason: v1beta2.ReasonProbeFailing, Message: fmt.Sprintf(
		"pod %s runs but does not become ready: the function must listen on port %d, see its log: kubectl logs -n %s %s -c %s",
		newest.Name, p.serving.Spec.Port(), newest.Namespace, newest.Name, v1beta2.FunctionContainer)}
}

// requeueAfter returns when a pod that does not become ready counts as failed.
func (p *plan) requeueAfter() time.Duration {
	pods := p.pods()
	if len(pods) == 0 || slices.ContainsFunc(pods, pod.IsReady) {
		return 0
	}
	since, _ := unreadySince(pods[0])
	if since.IsZero() {
		return 0
	}
	return max(0, since.Add(unreadyTimeout).Sub(p.in.Now))
}

// unreadySince returns since when the pod waits for a node, with the message of the
// scheduler, or since when a container runs without being ready; zero if neither.
func unreadySince(p *corev1.Pod) (since time.Time, unscheduled string) {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			return c.LastTransitionTime.Time, c.Message
		}
	}
	for _, status := range p.Status.ContainerStatuses {
		running := status.State.Running
		if running != nil && !status.Ready && (since.IsZero() || running.StartedAt.Time.Before(since)) {
			since = running.StartedAt.Time
		}
	}
	return since, ""
}
