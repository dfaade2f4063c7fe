/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/async/observe/sidecar"
)

// writeInterval is the least time between two writes of numbers alone.
const writeInterval = 5 * time.Minute

// deliveries returns how the events of each trigger ended, as far as any failed, and the
// condition of the first trigger that fails; nil if none does.
func (p *plan) deliveries(o *observe.Snapshot) (all []v1beta2.TriggerDeliveries, failing *apis.Condition) {
	for _, t := range p.scaled {
		counted := p.counted(t, o)
		if t.Cron != nil {
			counted = p.countedRuns(t, o)
		}
		before := p.serving.Status.DeliveriesOf(t.Key)
		switch {
		case before == nil && !counted.Failing:
			// A failure that a retry repaired is no news.
			continue
		case before != nil && !isWorthWriting(before, &counted):
			counted = *before.DeepCopy()
		}
		all = append(all, counted)
		if counted.Failing && failing == nil {
			failing = p.notHandled(t, &counted)
			if t.Cron != nil {
				failing = p.runsFail(t, &counted)
			}
		}
	}
	return all, failing
}

// isWorthWriting reports whether counted replaces what the status has.
func isWorthWriting(before, counted *v1beta2.TriggerDeliveries) bool {
	if before.Failing != counted.Failing || before.LastFailure == nil {
		return true
	}
	last := counted.LastFailure
	return last != nil && (last.Time.Sub(before.LastFailure.Time.Time) >= writeInterval ||
		before.LastFailure.Message != last.Message && before.LastFailure.Message == unknownCause)
}

// unknownCause is the message of a failure whose cause the log of the sidecar does not have.
const unknownCause = "the function did not handle an event"

// counted returns what the status of the Serving had and what was counted since.
func (p *plan) counted(t scaled, o *observe.Snapshot) v1beta2.TriggerDeliveries {
	total := v1beta2.TriggerDeliveries{Name: t.Key}
	if i := slices.IndexFunc(o.Before, func(b v1beta2.TriggerDeliveries) bool { return b.Name == t.Key }); i >= 0 {
		total = *o.Before[i].DeepCopy()
		total.Failing = false
	}
	var last time.Time
	cause := ""
	for _, series := range slices.SortedFunc(maps.Keys(o.Deliveries), func(a, b sidecar.Series) int { return cmp.Compare(a.Topic, b.Topic) }) {
		one := o.Deliveries[series]
		if !p.receives(t, series) {
			continue
		}
		total.Failed += int64(one.Failed)
		if one.Cause == sidecar.UnreadableMessages && unreadableFate(t) == lost {
			total.Failed -= int64(one.Undelivered)
			total.Dropped += int64(one.Undelivered)
		}
		if t.DeadLetterTopic != "" {
			total.DeadLettered += int64(one.Dropped + one.Discarded)
		} else {
			total.Dropped += int64(one.Dropped)
		}
		total.Failing = total.Failing || one.Failing
		if one.LastFailure.After(last) {
			last, cause = one.LastFailure, one.Cause
		}
	}
	if !last.IsZero() && (total.LastFailure == nil || last.After(total.LastFailure.Time.Time)) {
		if cause == "" {
			cause = unknownCause
		}
		total.LastFailure = &v1beta2.TriggerFailure{Time: metav1.NewTime(last.Truncate(time.Second)), Message: cause}
	}
	return total
}

// countedRuns returns how the runs of a schedule ended; what the status had if the scheduler
// has not sent a run to this revision yet.
func (p *plan) countedRuns(t scaled, o *observe.Snapshot) v1beta2.TriggerDeliveries {
	runs, known := o.Schedules[t.Key]
	if before := p.serving.Status.DeliveriesOf(t.Key); !known && before != nil {
		return *before.DeepCopy()
	}
	counted := v1beta2.TriggerDeliveries{Name: t.Key, Failing: runs.Failing, Failed: runs.Failed}
	if !runs.LastFailure.IsZero() {
		counted.LastFailure = &v1beta2.TriggerFailure{Time: metav1.NewTime(runs.LastFailure), Message: runs.Message}
	}
	return counted
}

// runsFail returns the condition about a schedule whose runs fail.
func (p *plan) runsFail(t scaled, counted *v1beta2.TriggerDeliveries) *apis.Condition {
	cause := unknownCause
	if counted.LastFailure != nil {
		cause = fmt.Sprintf("the one for %s %s", counted.LastFailure.Time.UTC().Format(time.RFC3339), counted.LastFailure.Message)
	}
	advice := "a run is not repeated; see the log of the function: " + logCommand(p.serving)
	if strings.Contains(cause, " 404 ") {
		advice = "an HTTP function gets the runs as POST /" + t.Key + "; " + advice
	}
	return &apis.Condition{
		Status: corev1.ConditionFalse, Reason: v1beta2.ReasonRunsFailing,
		Message: fmt.Sprintf("runs of schedule %q fail: %s; %s", t.Key, cause, advice),
	}
}

// receives reports whether the events of a series are those of a trigger. The sidecar counts
// by the topic of the event, which differs from that of the trigger if that is a pattern.
func (p *plan) receives(t scaled, series sidecar.Series) bool {
	if t.ComponentName == "" || t.ComponentName != series.Component {
		return false
	}
	sameComponent := func(other scaled) bool { return other.ComponentName == t.ComponentName && other.Key != t.Key }
	if series.Topic == t.Topic || !slices.ContainsFunc(p.scaled, sameComponent) {
		return true
	}
	isExact := func(other scaled) bool { return sameComponent(other) && other.Topic == series.Topic }
	return strings.ContainsAny(t.Topic, "#+*>") && !slices.ContainsFunc(p.scaled, isExact)
}

// notHandled returns the condition about a trigger whose events fail: what fails, why, and
// what to do.
func (p *plan) notHandled(t scaled, counted *v1beta2.TriggerDeliveries) *apis.Condition {
	cause := unknownCause
	if counted.LastFailure != nil && counted.LastFailure.Message != "" {
		cause = counted.LastFailure.Message
	}
	fate := "they are retried until the function handles them"
	switch {
	case t.DeadLetterTopic != "":
		fate = "after their retries they go to the topic " + t.DeadLetterTopic
	case counted.Dropped > 0:
		fate = "they are lost, because the function does not recognise them: reply 500 instead, or set deadLetterTopic"
	}
	advice := "see the log of the function: " + logCommand(p.serving)
	switch cause {
	case sidecar.LargeMessages:
		advice = "set the annotation dapr.io/max-body-size in serving.annotations, for example to 16Mi; the default is 4Mi"
	case sidecar.UnreadableMessages:
		fate, advice = unreadableFate(t), "set payload: Raw in the trigger if their publisher sends no CloudEvents, or deadLetterTopic to set them aside"
	}
	return &apis.Condition{
		Status: corev1.ConditionFalse, Reason: v1beta2.ReasonEventsFailing,
		Message: fmt.Sprintf("events of trigger %q fail: %s; %s; %s", t.Key, cause, fate, advice),
	}
}

// lost is the fate of a message that the broker does not keep.
const lost = "they are lost"

// unreadableFates are what brokers do with a message that the sidecar cannot read, by the
// end of the type of the component.
var unreadableFates = []struct{ kind, fate string }{
	{"redis", lost},
	{"rabbitmq", "they are redelivered at once and without end"},
	{"mqtt", "they stay unacknowledged, and block the session when the broker keeps no more of them in flight"},
	{"mqtt3", "they stay unacknowledged, and block the session when the broker keeps no more of them in flight"},
	{"kafka", "they hold up their partition"},
}

// unreadableFate returns what happens to messages of a trigger that the sidecar cannot read.
func unreadableFate(t scaled) string {
	if t.DeadLetterTopic != "" {
		return "they go to the topic " + t.DeadLetterTopic
	}
	_, kind, _ := strings.Cut(strings.ToLower(t.Component.Type), ".")
	for _, f := range unreadableFates {
		if f.kind == kind {
			return f.fate
		}
	}
	return "they are redelivered without end"
}
