/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// An MQTT broker keeps the events for a function in the session of a client id, and
// serves one connection of that id. Two versions with the same id would end each other's
// connections, and each would get the events again that the other one is handling. So one
// version at a time has the session, and the others are on standby. See
// docs/decisions/0014.

// retainsEvents reports whether the broker keeps events while the function has no pods.
func retainsEvents(c v1beta2.DaprComponent) bool {
	m := metadata(c.Metadata)
	switch canonicalType(c.Type) {
	case cronType:
		return false
	case pubsubMQTT:
		return !m.find(cleanSession).IsTruthy() && m.literal(qos) != "0"
	case bindingsMQTT:
		// Dapr ignores the quality of service of a binding.
		return !m.find(cleanSession).IsTruthy()
	default:
		return true
	}
}

// hasSession reports whether the events of a component come from a session that all
// pods and revisions share under one client id.
func hasSession(c v1beta2.DaprComponent) bool {
	isPerPod := placeholderPerPod(metadata(c.Metadata).literal(consumerID)) != ""
	return isMQTT(c.Type) && retainsEvents(c) && !isPerPod
}

// isStandby reports whether another revision uses the session of an instance.
func (b *modelBuilder) isStandby(c *componentInstance) bool {
	return b.standby && c.session
}

// standbyComponent returns the component for a revision on standby. It still shows
// whether the broker is reachable and accepts the credentials, and leaves nothing in
// the broker.
func standbyComponent(c v1beta2.DaprComponent, suffix string) v1beta2.DaprComponent {
	m := metadata(slices.Clone(c.Metadata))
	m = m.with(consumerID, cmp.Or(m.literal(consumerID), "abstaining")+"-"+suffix).with(cleanSession, "true")
	if canonicalType(c.Type) == bindingsMQTT {
		m = m.with(direction, "output")
	}
	c.Metadata = m
	return c
}

// presumedGoneAfter is how long after its grace period a terminating pod counts as
// gone. The pod of a lost node stays for ever, and must not block its successor.
const presumedGoneAfter = 15 * time.Second

// handover reports whether the revision of in is on standby: another revision has the
// sessions that a broker gives to one connection only. A revision is on standby while
// it is a candidate and another one is active, and after it became active until the
// pods that have the sessions have ended. A revision that has pods continues as they
// were created. The decision also depends on time, which no event reports;
// requeueAfter is when it may change, zero if it does not.
func handover(in *runtime.Input) (standby bool, requeueAfter time.Duration) {
	if !in.Serving.Spec.HasEvents() {
		return false, 0
	}
	switch {
	case hasSessionPod(in.Pods, in.Now):
		return false, 0
	case runtime.IsReserve(in.Serving):
		standby = slices.ContainsFunc(in.Pods, func(pod *corev1.Pod) bool { return !isGone(pod, in.Now) })
	case runtime.IsActive(in.Serving):
		standby = slices.ContainsFunc(in.Peers, func(peer runtime.Peer) bool { return hasSessionPod(peer.Pods, in.Now) })
	default:
		standby = slices.ContainsFunc(in.Peers, func(peer runtime.Peer) bool { return runtime.IsActive(peer.Serving) })
	}
	if !standby {
		return false, 0
	}
	return true, nextPresumedGone(in)
}

// hasSessionPod reports whether one of the pods may have a session.
func hasSessionPod(pods []*corev1.Pod, now time.Time) bool {
	return slices.ContainsFunc(pods, func(pod *corev1.Pod) bool { return !isGone(pod, now) && !isStandbyPod(pod) })
}

func isStandbyPod(pod *corev1.Pod) bool {
	return pod.Annotations[functions.StandbyAnnotationKey] == "true"
}

func isGone(pod *corev1.Pod, now time.Time) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed ||
		pod.DeletionTimestamp != nil && !presumedGoneAt(pod).After(now)
}

func presumedGoneAt(pod *corev1.Pod) time.Time {
	return pod.DeletionTimestamp.Add(presumedGoneAfter)
}

// nextPresumedGone returns the time until the first terminating pod of a peer counts as
// gone; zero if there is none.
func nextPresumedGone(in *runtime.Input) time.Duration {
	var next time.Duration
	for _, peer := range in.Peers {
		for _, pod := range peer.Pods {
			if pod.DeletionTimestamp == nil || isGone(pod, in.Now) {
				continue
			}
			if left := presumedGoneAt(pod).Sub(in.Now); next == 0 || left < next {
				next = left
			}
		}
	}
	return next
}
