/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/async/observe/sidecar"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
	"openfunction.dev/openfunction/pkg/scalers/cron/outcomes"
)

var failedAt = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// failed returns deliveries that failed until some minutes after failedAt.
func failed(minutes int, failing bool, counts sidecar.Counts, cause string) sidecar.Deliveries {
	return sidecar.Deliveries{Counts: counts, Failing: failing, LastFailure: failedAt.Add(time.Duration(minutes) * time.Minute), Cause: cause}
}

func lastFailure(minutes int, message string) *v1beta2.TriggerFailure {
	return &v1beta2.TriggerFailure{Time: metav1.NewTime(failedAt.Add(time.Duration(minutes) * time.Minute)), Message: message}
}

func deliveriesOf(t *testing.T, s *v1beta2.Serving, snapshot observe.Snapshot) ([]v1beta2.TriggerDeliveries, *apis.Condition) {
	t.Helper()
	status := statusOf(t, runtimetest.Input(t.Context(), s), runtime.Observed{Children: observations(t, s, "True", ""), Snapshot: &snapshot})
	return status.Deliveries, status.NotHandled
}

func withDeadLetters(spec *v1beta2.WorkloadSpec) {
	onOrders(spec)
	spec.Triggers.Dapr[0].DeadLetterTopic = "failed"
}

func TestDeliveries(t *testing.T) {
	const answered = "the function answered 500"
	orders := sidecar.Series{Component: loadedOrders, Topic: "new"}
	for name, tt := range map[string]struct {
		spec    func(*v1beta2.WorkloadSpec)
		counted sidecar.Deliveries
		before  *v1beta2.TriggerDeliveries
		want    *v1beta2.TriggerDeliveries
	}{
		"retries repaired a failure": {counted: failed(0, false, sidecar.Counts{Failed: 1}, "")},
		"events fail": {
			counted: failed(1, true, sidecar.Counts{Failed: 7}, answered),
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 7, LastFailure: lastFailure(1, answered)},
		},
		"the cause is not known": {
			counted: failed(1, true, sidecar.Counts{Failed: 7}, ""),
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 7, LastFailure: lastFailure(1, unknownCause)},
		},
		"events are dead-lettered": {
			spec: withDeadLetters, counted: failed(1, true, sidecar.Counts{Failed: 10, Dropped: 1, Discarded: 2}, answered),
			want: &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 10, DeadLettered: 3, LastFailure: lastFailure(1, answered)},
		},
		"events are lost": {
			counted: failed(1, true, sidecar.Counts{Dropped: 1, Discarded: 2}, "the function answered 404"),
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Dropped: 1, LastFailure: lastFailure(1, "the function answered 404")},
		},
		"messages that cannot be read are lost": {
			counted: failed(1, true, sidecar.Counts{Failed: 3, Undelivered: 2}, sidecar.UnreadableMessages),
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 1, Dropped: 2, LastFailure: lastFailure(1, sidecar.UnreadableMessages)},
		},
		"numbers alone are written after five minutes": {
			counted: failed(6, true, sidecar.Counts{Failed: 50}, answered),
			before:  &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 7, LastFailure: lastFailure(1, answered)},
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 50, LastFailure: lastFailure(6, answered)},
		},
		"numbers alone are not written before": {
			counted: failed(5, true, sidecar.Counts{Failed: 50}, answered),
			before:  &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 7, LastFailure: lastFailure(1, answered)},
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 7, LastFailure: lastFailure(1, answered)},
		},
		"a cause that was not known is written": {
			counted: failed(2, true, sidecar.Counts{Failed: 9}, answered),
			before:  &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 7, LastFailure: lastFailure(1, unknownCause)},
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 9, LastFailure: lastFailure(2, answered)},
		},
		"events are handled again": {
			counted: failed(2, false, sidecar.Counts{Failed: 9}, answered),
			before:  &v1beta2.TriggerDeliveries{Name: "orders", Failing: true, Failed: 7, LastFailure: lastFailure(1, answered)},
			want:    &v1beta2.TriggerDeliveries{Name: "orders", Failed: 9, LastFailure: lastFailure(2, answered)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.spec == nil {
				tt.spec = onOrders
			}
			s := serving(tt.spec)
			if tt.before != nil {
				s.Status.Triggers = []v1beta2.TriggerDeliveries{*tt.before}
			}
			got, condition := deliveriesOf(t, s, observe.Snapshot{Deliveries: map[sidecar.Series]sidecar.Deliveries{orders: tt.counted}})
			var want []v1beta2.TriggerDeliveries
			if tt.want != nil {
				want = append(want, *tt.want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("deliveries (-want +got):\n%s", diff)
			}
			if failing := tt.want != nil && tt.want.Failing; failing != (condition != nil) {
				t.Errorf("the condition is %v", condition)
			}
		})
	}
}

// The numbers continue those that the status had before the program started.
func TestDeliveriesContinue(t *testing.T) {
	s := serving(onOrders)
	before := []v1beta2.TriggerDeliveries{{Name: "orders", Failed: 7, LastFailure: lastFailure(0, "old")}}
	s.Status.Triggers = before
	got, _ := deliveriesOf(t, s, observe.Snapshot{Before: before, Deliveries: map[sidecar.Series]sidecar.Deliveries{
		{Component: loadedOrders, Topic: "new"}: failed(1, true, sidecar.Counts{Failed: 3}, ""),
	}})
	if got[0].Failed != 10 {
		t.Errorf("%d failed, want 10", got[0].Failed)
	}
}

// The message contains the trigger that fails, the cause, what happens to the events and what to do.
func TestNotHandled(t *testing.T) {
	const log = "kubectl logs -n team -l openfunction.io/serving=hello-5fca1b20d9,openfunction.io/managed=true -c function --tail=50"
	const raw = "set payload: Raw in the trigger if their publisher sends no CloudEvents, or deadLetterTopic to set them aside"
	for name, tt := range map[string]struct {
		spec   func(*v1beta2.WorkloadSpec)
		counts sidecar.Counts
		cause  string
		want   string
	}{
		"retried": {
			onOrders,
			sidecar.Counts{Failed: 5},
			"the function answered 500",
			`events of trigger "orders" fail: the function answered 500; they are retried until the function handles them; see the log of the function: ` + log,
		},
		"dead-lettered": {
			withDeadLetters,
			sidecar.Counts{Dropped: 1},
			"the function answered 500",
			`events of trigger "orders" fail: the function answered 500; after their retries they go to the topic failed; see the log of the function: ` + log,
		},
		"not recognised": {
			onOrders,
			sidecar.Counts{Dropped: 1},
			"the function answered 404",
			`events of trigger "orders" fail: the function answered 404; they are lost, because the function does not recognise them: reply 500 instead, or set deadLetterTopic; ` +
				"see the log of the function: " + log,
		},
		"too large": {
			onOrders,
			sidecar.Counts{Failed: 5},
			sidecar.LargeMessages,
			`events of trigger "orders" fail: messages are larger than what the sidecar passes to the function; they are retried until the function handles them; ` +
				"set the annotation dapr.io/max-body-size in serving.annotations, for example to 16Mi; the default is 4Mi",
		},
		"not readable, Redis": {
			onOrders,
			sidecar.Counts{Failed: 5},
			sidecar.UnreadableMessages,
			`events of trigger "orders" fail: messages cannot be read, because they are not CloudEvents in JSON; they are lost; ` + raw,
		},
		"not readable, MQTT": {
			onMQTT,
			sidecar.Counts{Failed: 5},
			sidecar.UnreadableMessages,
			`events of trigger "orders" fail: messages cannot be read, because they are not CloudEvents in JSON; ` +
				"they stay unacknowledged, and block the session when the broker keeps no more of them in flight; " + raw,
		},
		"not readable, with a dead-letter topic": {
			withDeadLetters,
			sidecar.Counts{Dropped: 5},
			sidecar.UnreadableMessages,
			`events of trigger "orders" fail: messages cannot be read, because they are not CloudEvents in JSON; they go to the topic failed; ` + raw,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := deliveriesOf(t, serving(tt.spec), observe.Snapshot{Deliveries: map[sidecar.Series]sidecar.Deliveries{
				{Component: loadedOrders, Topic: "new"}: failed(1, true, tt.counts, tt.cause),
			}})
			if got == nil || got.Message != tt.want || got.Reason != v1beta2.ReasonEventsFailing {
				t.Errorf("got  %v\nwant %s", got, tt.want)
			}
		})
	}
}

// Deliveries count for the trigger with their topic, or whose pattern may match it.
func TestSeriesOfTriggers(t *testing.T) {
	three := func(spec *v1beta2.WorkloadSpec) {
		onMQTT(spec)
		for _, topic := range []string{"old", "sensors/#"} {
			spec.Triggers.Dapr = append(spec.Triggers.Dapr, &v1beta2.DaprTrigger{DaprComponentRef: &v1beta2.DaprComponentRef{Name: "orders", Topic: topic}})
		}
	}
	for topic, want := range map[string]string{"new": "orders", "old": "orders-1", "sensors/a": "orders-2"} {
		s := serving(three)
		keys := s.Spec.EventTriggers()
		got, _ := deliveriesOf(t, s, observe.Snapshot{Deliveries: map[sidecar.Series]sidecar.Deliveries{
			{Component: loadedOrders, Topic: topic}: failed(1, true, sidecar.Counts{Failed: 5}, ""),
		}})
		if len(got) != 1 || !strings.HasPrefix(got[0].Name, "orders") || got[0].Name != keyOf(keys, want) {
			t.Errorf("topic %s counts for %v, want %s", topic, got, keyOf(keys, want))
		}
	}
	other, _ := deliveriesOf(t, serving(onOrders), observe.Snapshot{Deliveries: map[sidecar.Series]sidecar.Deliveries{
		{Component: "another", Topic: "new"}: failed(1, true, sidecar.Counts{Failed: 5}, ""),
	}})
	if other != nil {
		t.Errorf("another component counts for %v", other)
	}
}

// keyOf returns the key of the trigger with that index in its name.
func keyOf(triggers []v1beta2.EventTrigger, name string) string {
	for i, suffix := range []string{"orders", "orders-1", "orders-2"} {
		if name == suffix {
			return triggers[i].Key
		}
	}
	return ""
}

// A schedule whose runs fail has a condition that names the schedule, the last run and what
// to do.
func TestRunsFail(t *testing.T) {
	s := serving(onSchedule)
	runs := outcomes.Outcomes{Serving: s.Name, Failing: true, Failed: 2, LastFailure: failedAt, Message: "failed: the function returned 404 Not Found"}
	got, condition := deliveriesOf(t, s, observe.Snapshot{Schedules: map[string]outcomes.Outcomes{"nightly": runs}})
	want := []v1beta2.TriggerDeliveries{{Name: "nightly", Failing: true, Failed: 2, LastFailure: lastFailure(0, runs.Message)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("deliveries (-want +got):\n%s", diff)
	}
	message := `runs of schedule "nightly" fail: the one for 2026-03-01T12:00:00Z failed: the function returned 404 Not Found; ` +
		"an HTTP function gets the runs as POST /nightly; a run is not repeated; see the log of the function: " + logCommand(s)
	if condition == nil || condition.Reason != v1beta2.ReasonRunsFailing || condition.Message != message {
		t.Errorf("got  %v\nwant %s", condition, message)
	}
	s.Status.Triggers = want
	if got, condition = deliveriesOf(t, s, observe.Snapshot{}); len(got) != 1 || condition == nil {
		t.Errorf("before the scheduler has written its Lease: %v, %v", got, condition)
	}
	runs.Failing = false
	if got, condition = deliveriesOf(t, s, observe.Snapshot{Schedules: map[string]outcomes.Outcomes{"nightly": runs}}); got[0].Failing || condition != nil {
		t.Errorf("a run succeeded: %v, %v", got, condition)
	}
}
