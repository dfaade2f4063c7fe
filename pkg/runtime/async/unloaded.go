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
)

// What is said of the settings of a component, and by Dapr, is bounded, in bytes.
const (
	maxGiven = 200
	maxSaid  = 300
)

// verdictOfSidecar is what is so of a trigger whose component the sidecars could
// not initialise: its events reach no pod. Nil where they could, and where that is
// not known. What KEDA says of the same trigger goes with it, as KEDA quotes the
// broker.
//
// A function without pods looks as if nothing was wrong with it. So what the last
// pod said stays until the next one speaks: a version that never worked would else
// take the place of one that does as soon as it has no pods.
func (p *plan) verdictOfSidecar(t scaled, seen seen, keda v1beta2.TriggerStatus) *v1beta2.TriggerStatus {
	if t.ComponentName == "" {
		return nil
	}
	pods := remaining(seen.Pods)
	failed := &v1beta2.TriggerStatus{Key: t.Key, Status: corev1.ConditionFalse, Reason: v1beta2.ReasonSidecarFailed}
	if pod := speaker(pods, seen); pod != nil {
		if slices.Contains(seen.Sidecars[pod.UID].Components, t.ComponentName) {
			return nil
		}
		failed.Message = unloaded(t, pod, seen.SidecarErrors[pod.UID], keda)
		return failed
	}
	isSilent := func(pod *corev1.Pod) bool { return seen.Sidecars[pod.UID].Unreachable }
	last := p.serving.Status.GetCondition(v1beta2.TriggerCondition(t.Key))
	if last.GetReason() != v1beta2.ReasonSidecarFailed || slices.ContainsFunc(pods, isSilent) {
		return nil
	}
	failed.Message = last.GetMessage()
	return failed
}

// speaker returns the pod whose sidecar counts: the newest that is ready of those
// that said something, else the newest of these; nil where none did.
func speaker(pods []*corev1.Pod, seen seen) *corev1.Pod {
	spoke := func(pod *corev1.Pod) bool {
		said, asked := seen.Sidecars[pod.UID]
		return asked && !said.Unreachable
	}
	for _, counts := range []func(*corev1.Pod) bool{
		func(pod *corev1.Pod) bool { return spoke(pod) && isReady(pod) },
		spoke,
	} {
		if i := slices.IndexFunc(pods, counts); i >= 0 {
			return pods[i]
		}
	}
	return nil
}

// unloaded says which component could not be initialised, with what it was given, why
// and what to do about it.
func unloaded(t scaled, pod *corev1.Pod, complaints []string, keda v1beta2.TriggerStatus) string {
	given := dapr.Describe(t.Component)
	what := fmt.Sprintf("Dapr cannot initialise component %s (%s)", t.EventTrigger.Component, t.Component.Type)
	if settings := slices.Concat(given.Addresses, given.Secrets); len(settings) > 0 {
		what += " with " + plaintext.Head(strings.Join(settings, ", "), maxGiven)
	}
	words := fmt.Sprintf("its words: kubectl logs -n %s %s -c %s", pod.Namespace, pod.Name, sidecarContainer)
	if said := dapr.WhyUnloaded(t.ComponentName, complaints); said != "" {
		what, words = what+": "+plaintext.Head(strings.TrimRight(said, "."), maxSaid), "all "+words
	}
	if keda.Status == corev1.ConditionFalse {
		return what + "; " + words + "; " + keda.Message
	}
	question := "is the broker up, are its settings right?"
	switch len(given.Secrets) {
	case 0:
	case 1:
		question = "is the broker up, do the Secret and its key exist?"
	default:
		question = "is the broker up, do the Secrets and their keys exist?"
	}
	return what + ": " + question + " Dapr tries again every minute while the pod runs; " + words
}
