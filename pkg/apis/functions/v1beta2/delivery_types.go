/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

// ConditionEventsHandled is a condition of a Function and of a Serving. It never counts for
// Ready, because code that fails is not a failure of the platform. It is False while a
// trigger is failing, and True after that. It is missing if no trigger ever failed, and
// never Unknown.
const ConditionEventsHandled apis.ConditionType = "EventsHandled"

// TriggerDeliveries is how the events of one trigger, or the runs of one schedule, ended.
// It is written when failing changes, and at most every five minutes while only the
// numbers change. The controller reads the numbers back after a restart, so they are
// approximate.
type TriggerDeliveries struct {
	// Name is the key of the trigger, as in its condition TriggerReady.<name>.
	Name string `json:"name"`
	// Failing is true while events of the trigger fail again and again, or runs of the
	// schedule fail.
	Failing bool `json:"failing"`
	// Failed is how many times events or runs failed. An event that is retried counts
	// each time.
	// +optional
	Failed int64 `json:"failed,omitempty"`
	// DeadLettered is the number of events that went to the dead-letter topic.
	// +optional
	DeadLettered int64 `json:"deadLettered,omitempty"`
	// Dropped is the number of events that are lost because the function does not
	// recognise them and the trigger has no deadLetterTopic.
	// +optional
	Dropped int64 `json:"dropped,omitempty"`
	// LastFailure is the last failure.
	// +optional
	LastFailure *TriggerFailure `json:"lastFailure,omitempty"`
}

// TriggerFailure is a failure to handle an event.
type TriggerFailure struct {
	// Time is when the failure was observed. While events keep failing, it is up to five
	// minutes old.
	Time metav1.Time `json:"time"`
	// Message says what failed.
	// +optional
	Message string `json:"message,omitempty"`
}

// ScalerFailure is a trigger that the scaler cannot read while the function has others. The
// scaler works without it and tries again from time to time. Meanwhile one pod stays.
type ScalerFailure struct {
	// Name is the key of the trigger.
	Name string `json:"name"`
	// Since is when the scaler first could not read it.
	Since metav1.Time `json:"since"`
	// Message is the error of the scaler and what to do.
	// +optional
	Message string `json:"message,omitempty"`
}
