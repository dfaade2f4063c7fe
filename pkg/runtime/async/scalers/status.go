/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Derived is an event trigger of a Serving and the result of Derive.
type Derived struct {
	// Key is the key of the event trigger.
	Key string
	// Scaler is the scaler, nil if Err is set.
	Scaler *Scaler
	// Err is the reason why there is no scaler.
	Err error
	// NotLoaded is set if the sidecars could not load the component of the trigger. A
	// message of KEDA that may be about several triggers is about it.
	NotLoaded bool
}

// Live is the observed state of the triggers of one Serving.
type Live struct {
	// Object is the ScaledObject or ScaledJob, nil before there is one.
	Object *unstructured.Unstructured
	// Warnings are the messages of KEDA's warning events about the object, newest first,
	// none older than the last time it was ready.
	Warnings []string
	// Unread has the last message about each trigger that KEDA could not read, by key. Such a
	// trigger is set aside most of the time.
	Unread map[string]string
	// Suspended is the status of every trigger while the Serving is suspended, without a
	// key; nil otherwise.
	Suspended *v1beta2.TriggerStatus
}

// TriggerStatuses returns the status of each trigger, in the order of the triggers. A
// trigger that failed stays failed until KEDA is ready again. Messages quote KEDA, end
// with what to do, and contain no password.
func TriggerStatuses(triggers []Derived, live Live) []v1beta2.TriggerStatus {
	seen := observe(live.Object)
	failures := seen.failures(suspects(triggers, seen, live), live.Warnings)
	all := make([]v1beta2.TriggerStatus, 0, len(triggers))
	for _, trigger := range triggers {
		status := statusOf(trigger, live, seen, failures)
		status.Key = trigger.Key
		all = append(all, status)
	}
	return all
}

// suspects returns the triggers that a message of KEDA may be about: while KEDA has a trigger
// that it could not read before, only that one. The others worked without it.
func suspects(triggers []Derived, seen observed, live Live) []Derived {
	unread := slices.DeleteFunc(slices.Clone(triggers), func(t Derived) bool {
		_, isUnread := live.Unread[t.Key]
		return !isUnread || !seen.has(t.Scaler)
	})
	if len(unread) > 0 {
		return unread
	}
	return triggers
}

func statusOf(trigger Derived, live Live, seen observed, failures map[string]string) v1beta2.TriggerStatus {
	failure, failed := failures[trigger.Key]
	unread, isUnread := live.Unread[trigger.Key]
	switch {
	case live.Suspended != nil:
		return *live.Suspended
	case trigger.Err != nil:
		return v1beta2.TriggerStatus{Status: corev1.ConditionTrue, Reason: v1beta2.ReasonScalerNotDerived, Message: trigger.Err.Error()}
	case len(trigger.Scaler.Triggers) == 0:
		return v1beta2.TriggerStatus{Status: corev1.ConditionTrue}
	case live.Object == nil:
		return pending("waiting for the function to be ready for the first time; KEDA scales it from then on")
	case failed:
		return v1beta2.TriggerStatus{Status: corev1.ConditionFalse, Reason: v1beta2.ReasonScalerFailed, Message: failure}
	case isUnread && !seen.hasRead(trigger.Scaler):
		return v1beta2.TriggerStatus{Status: corev1.ConditionFalse, Reason: v1beta2.ReasonScalerFailed, Message: unread}
	case !seen.watching() && len(live.Unread) > 0:
		// KEDA tries to read another trigger. Meanwhile a pod receives the events of this one.
		return v1beta2.TriggerStatus{Status: corev1.ConditionTrue}
	case !seen.watching():
		return pending("waiting for KEDA to query the trigger")
	}
	if address := seen.unanswered(trigger.Scaler); address != "" {
		return pending("waiting for " + address + ", which has not answered KEDA yet: see its log")
	}
	return v1beta2.TriggerStatus{Status: corev1.ConditionTrue}
}

func pending(message string) v1beta2.TriggerStatus {
	return v1beta2.TriggerStatus{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: message}
}
