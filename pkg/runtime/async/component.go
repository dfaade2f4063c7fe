/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plaintext"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// Limits of the settings and of the errors that a message quotes, in bytes.
const (
	maxSettings  = 200
	maxErrorText = 300
)

// componentFailure describes a component that the sidecars could not initialise, so that
// its events reach no pod.
type componentFailure struct {
	// pod is the pod whose sidecar reported the failure, and logErrors are the errors in
	// the log of that sidecar.
	pod       *corev1.Pod
	logErrors []string
	// lastMessage is the message about the last pod; empty if pod is set.
	lastMessage string
}

// componentFailures returns the failures of components by the key of their trigger. A
// component that was initialised, or of which that is not known, has none.
//
// Without pods the failure of the last pod remains. Otherwise a version that never worked
// would replace one that works as soon as it has no pods.
func (p *plan) componentFailures(o observed) map[string]*componentFailure {
	pods := pod.Remaining(o.Pods)
	reporting := reportingPod(pods, o)
	isUnreachable := slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return o.Sidecars[p.UID].Unreachable })
	failures := map[string]*componentFailure{}
	for _, t := range p.scaled {
		last := p.serving.Status.GetCondition(v1beta2.TriggerCondition(t.Key))
		switch {
		case t.ComponentName == "":
		case reporting != nil:
			if !slices.Contains(o.Sidecars[reporting.UID].Components, t.ComponentName) {
				failures[t.Key] = &componentFailure{pod: reporting, logErrors: o.SidecarErrors[reporting.UID]}
			}
		case last.GetReason() == v1beta2.ReasonSidecarFailed && !isUnreachable:
			failures[t.Key] = &componentFailure{lastMessage: last.GetMessage()}
		}
	}
	return failures
}

// status returns the status of the trigger; nil if there is no failure. Its message
// includes that of KEDA, which quotes the broker.
func (f *componentFailure) status(t scaled, keda v1beta2.TriggerStatus) *v1beta2.TriggerStatus {
	if f == nil {
		return nil
	}
	status := &v1beta2.TriggerStatus{Key: t.Key, Status: corev1.ConditionFalse, Reason: v1beta2.ReasonSidecarFailed, Message: f.lastMessage}
	if f.pod != nil {
		status.Message = notLoaded(t, f.pod, f.logErrors, keda)
	}
	return status
}

// reportingPod returns the pod whose sidecar determines the status: the newest ready
// one whose sidecar responded, otherwise the newest one whose sidecar responded; nil if
// none did.
func reportingPod(pods []*corev1.Pod, o observed) *corev1.Pod {
	answered := func(p *corev1.Pod) bool {
		state, queried := o.Sidecars[p.UID]
		return queried && !state.Unreachable
	}
	for _, counts := range []func(*corev1.Pod) bool{
		func(p *corev1.Pod) bool { return answered(p) && pod.IsReady(p) },
		answered,
	} {
		if i := slices.IndexFunc(pods, counts); i >= 0 {
			return pods[i]
		}
	}
	return nil
}

// notLoaded returns the message about a component that a sidecar could not initialise:
// its settings, the error, and the next step.
func notLoaded(t scaled, pod *corev1.Pod, logErrors []string, keda v1beta2.TriggerStatus) string {
	given := dapr.Describe(t.Component)
	what := fmt.Sprintf("Dapr cannot initialise component %s (%s)", t.EventTrigger.Component, t.Component.Type)
	if settings := slices.Concat(given.Addresses, given.Secrets); len(settings) > 0 {
		what += " with " + plaintext.Head(strings.Join(settings, ", "), maxSettings)
	}
	log := fmt.Sprintf("see its log: kubectl logs -n %s %s -c %s", pod.Namespace, pod.Name, sidecarContainer)
	if cause := dapr.WhyUnloaded(t.ComponentName, logErrors); cause != "" {
		what += ": " + plaintext.Head(strings.TrimRight(cause, "."), maxErrorText)
	}
	if keda.Status == corev1.ConditionFalse {
		return what + "; " + log + "; " + keda.Message
	}
	question := "is the broker up, are its settings right?"
	switch len(given.Secrets) {
	case 0:
	case 1:
		question = "is the broker up, do the Secret and its key exist?"
	default:
		question = "is the broker up, do the Secrets and their keys exist?"
	}
	return what + ": " + question + " Dapr tries again every minute while the pod runs; " + log
}
