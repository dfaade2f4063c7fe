/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package rollout

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

var begin = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// serving returns a Serving whose condition Ready has that status.
func serving(name string, ready string) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Name: name}}
	s.Status.Status = duckv1.Status{Conditions: duckv1.Conditions{{
		Type: v1beta2.ServingConditionReady, Status: "Unknown", Message: "the container ends with status 1",
	}}}
	switch ready {
	case "True":
		s.Status.Conditions[0].Status = "True"
	case "False":
		s.Status.Conditions[0].Status = "False"
	case "failing":
		s.Status.Conditions[0].Status = "False"
		s.Status.Conditions[0].LastTransitionTime.Inner = metav1.NewTime(begin.Add(-time.Second))
	}
	return s
}

func spec(change func(*v1beta2.Rollout)) *v1beta2.Rollout {
	rollout := &v1beta2.Rollout{Gate: &v1beta2.RolloutGate{SuccessRate: "99%", MinRequests: new(int32(10))}}
	if change != nil {
		change(rollout)
	}
	return rollout
}

// at returns the state at a step that began that long ago.
func at(step, percent int32, age time.Duration) v1beta2.RolloutStatus {
	return v1beta2.RolloutStatus{
		Phase: v1beta2.RolloutProgressing, Stable: "old", Candidate: "new", Step: step, Percent: percent,
		StepTime: timeOf(begin.Add(-age)),
	}
}

func with(state v1beta2.RolloutStatus, change func(*v1beta2.RolloutStatus)) v1beta2.RolloutStatus {
	change(&state)
	return state
}

// counted returns a measurement of requests to the candidate and to the stable revision.
func counted(candidate, failed, stable, stableFailed float64) results.Measurement {
	return results.Measurement{Results: map[string]results.Totals{
		"new": {Requests: candidate, Failures: failed}, "old": {Requests: stable, Failures: stableFailed},
	}}
}

func TestNext(t *testing.T) {
	good, bad := counted(100, 0, 900, 0), counted(100, 50, 900, 0)
	failedOnce := with(at(1, 10, time.Minute), func(s *v1beta2.RolloutStatus) { s.FailedChecks = 1 })
	over := with(failedOnce, func(s *v1beta2.RolloutStatus) {
		s.Phase, s.Percent, s.StepTime, s.FailedChecks = v1beta2.RolloutRolledBack, 0, nil, 2
	})
	afterStart := good
	afterStart.Since = begin.Add(-time.Second)
	settled := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: "old"}
	promotedNew := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: "new"}
	checked := func(s *v1beta2.RolloutStatus) { s.CheckTime = timeOf(begin) }
	manual := func(r *v1beta2.Rollout) { r.Promote = v1beta2.PromoteManual }
	waiting := with(at(2, 50, 0), func(s *v1beta2.RolloutStatus) { checked(s); s.Phase = v1beta2.RolloutWaitingForApproval })
	paused := with(at(2, 50, time.Hour), func(s *v1beta2.RolloutStatus) { s.Phase = v1beta2.RolloutPaused })
	approved := func(r *v1beta2.Rollout) { r.Approved = "new" }
	keepWarm := func(r *v1beta2.Rollout) { r.KeepWarm = true }
	onNoData := func(policy string) func(*v1beta2.Rollout) {
		return func(r *v1beta2.Rollout) { r.Gate.OnNoData = policy }
	}
	for name, tt := range map[string]struct {
		spec           func(*v1beta2.Rollout)
		state          v1beta2.RolloutStatus
		stable, newest string
		runtimes       bool
		cannotSplit    bool
		measured       results.Measurement
		want           v1beta2.RolloutStatus
		after          time.Duration
	}{
		"the first revision needs no rollout":               {stable: "none", newest: "True", want: promotedNew},
		"the first revision is not ready":                   {stable: "none", newest: "Unknown"},
		"nothing is new":                                    {state: settled, stable: "True", newest: "none", want: settled},
		"a new revision that is not ready receives nothing": {state: settled, stable: "True", newest: "Unknown", want: settled},
		"a new revision that is ready starts":               {state: settled, stable: "True", newest: "True", want: at(1, 10, 0)},
		"another runtime takes over at once": {state: settled, stable: "True", newest: "True", runtimes: true, want: with(promotedNew, func(s *v1beta2.RolloutStatus) {
			s.Message = "it is run by another runtime, and one address cannot have both"
		})},
		"a new revision waits while the route cannot split": {state: settled, stable: "True", newest: "True", cannotSplit: true, want: settled},
		"a step waits while the route cannot split":         {state: at(1, 10, time.Hour), stable: "True", newest: "True", cannotSplit: true, measured: good, want: at(1, 10, time.Hour)},
		"an approved revision needs no split":               {spec: approved, state: settled, stable: "True", newest: "True", cannotSplit: true, want: promotedNew},
		"a failed revision is rolled back without a split":  {state: failedOnce, stable: "True", newest: "False", cannotSplit: true, want: with(over, func(s *v1beta2.RolloutStatus) { s.FailedChecks = 1 })},
		"a stable revision that fails is replaced at once": {state: settled, stable: "False", newest: "True", want: with(promotedNew, func(s *v1beta2.RolloutStatus) {
			s.Message = "the Serving \"old\" is not ready"
		})},
		"a step lasts an interval":                        {state: at(1, 10, 59*time.Second), stable: "True", newest: "True", measured: good, want: at(1, 10, 59*time.Second), after: time.Second},
		"a restarted program measures a whole interval":   {state: at(1, 10, time.Minute), stable: "True", newest: "True", measured: afterStart, want: at(1, 10, time.Minute), after: 59 * time.Second},
		"a good revision goes on":                         {state: at(1, 10, time.Minute), stable: "True", newest: "True", measured: good, want: at(2, 50, 0)},
		"a good revision is promoted after the last step": {state: at(2, 50, time.Minute), stable: "True", newest: "True", measured: good, want: promotedNew},
		"the first failed check begins the step again": {state: at(1, 10, time.Minute), stable: "True", newest: "True", measured: bad, want: with(at(1, 10, 0), func(s *v1beta2.RolloutStatus) {
			checked(s)
			s.FailedChecks = 1
		})},
		"the last failed check rolls back":                   {state: failedOnce, stable: "True", newest: "True", measured: bad, want: over},
		"failures of both revisions decide nothing":          {state: at(1, 10, time.Minute), stable: "True", newest: "True", measured: counted(100, 50, 900, 500), want: with(at(1, 10, time.Minute), checked)},
		"a revision that is worse than a bad one fails":      {state: failedOnce, stable: "True", newest: "True", measured: counted(100, 50, 900, 50), want: over},
		"a stable revision without requests excuses nothing": {state: failedOnce, stable: "True", newest: "True", measured: counted(100, 50, 1, 1), want: over},
		"too few requests wait":                              {state: at(1, 10, time.Minute), stable: "True", newest: "True", measured: counted(9, 0, 900, 0), want: with(at(1, 10, time.Minute), checked)},
		"too few requests that fail are a failure":           {state: failedOnce, stable: "True", newest: "True", measured: counted(9, 9, 900, 0), want: over},
		"a check waits an interval":                          {state: with(at(1, 10, time.Hour), checked), stable: "True", newest: "True", measured: good, want: with(at(1, 10, time.Hour), checked), after: time.Minute},
		"too few requests promote":                           {spec: onNoData(v1beta2.OnNoDataPromote), state: at(1, 10, time.Minute), stable: "True", newest: "True", measured: counted(0, 0, 900, 0), want: at(2, 50, 0)},
		"too few requests roll back": {
			spec: onNoData(v1beta2.OnNoDataRollback), state: failedOnce, stable: "True", newest: "True", measured: counted(0, 0, 900, 0),
			want: with(over, func(s *v1beta2.RolloutStatus) { s.FailedChecks = 1 }),
		},
		"without a gate the time decides":                           {spec: func(r *v1beta2.Rollout) { r.Gate = nil }, state: at(1, 10, time.Minute), stable: "True", newest: "True", want: at(2, 50, 0)},
		"a revision that fails is rolled back":                      {state: failedOnce, stable: "True", newest: "False", measured: good, want: with(over, func(s *v1beta2.RolloutStatus) { s.FailedChecks = 1 })},
		"a revision that fails for a moment is kept":                {state: at(1, 10, time.Hour), stable: "True", newest: "failing", measured: good, want: at(1, 10, time.Hour), after: 9 * time.Second},
		"failures of both have another cause":                       {state: at(1, 10, time.Hour), stable: "False", newest: "False", measured: good, want: at(1, 10, time.Hour)},
		"a stable revision that fails for a moment decides nothing": {state: at(1, 10, time.Hour), stable: "failing", newest: "True", measured: good, want: at(1, 10, time.Hour), after: 29 * time.Second},
		"a rollout begins although the stable revision fails":       {state: settled, stable: "failing", newest: "True", want: at(1, 10, 0)},
		"a stable revision that fails ends a rollout": {state: at(1, 10, time.Hour), stable: "False", newest: "True", measured: good, want: with(promotedNew, func(s *v1beta2.RolloutStatus) {
			s.Message = "the Serving \"old\" is not ready"
		})},
		"a revision that starts again is awaited": {state: at(1, 10, time.Hour), stable: "True", newest: "Unknown", measured: good, want: at(1, 10, time.Hour)},
		"a manual promotion waits":                {spec: manual, state: at(2, 50, time.Minute), stable: "True", newest: "True", measured: good, want: waiting},
		"a revision that waits is still checked": {
			spec: manual, state: with(waiting, func(s *v1beta2.RolloutStatus) {
				s.StepTime, s.CheckTime, s.FailedChecks = timeOf(begin.Add(-time.Minute)), nil, 1
			}),
			stable: "True", newest: "True", measured: bad, want: with(over, func(s *v1beta2.RolloutStatus) { s.Step = 2 }),
		},
		"an approved revision is promoted":             {spec: approved, state: at(1, 10, 0), stable: "True", newest: "True", want: promotedNew},
		"an approval promotes after a rollback":        {spec: approved, state: over, stable: "True", newest: "True", want: promotedNew},
		"a rollback is kept":                           {state: over, stable: "True", newest: "True", want: over},
		"a rollout goes on after hand-made traffic":    {state: paused, stable: "True", newest: "True", want: at(2, 50, 0)},
		"a step that changes begins again":             {spec: func(r *v1beta2.Rollout) { r.Steps = []int32{20} }, state: at(1, 10, time.Hour), stable: "True", newest: "True", want: at(1, 20, 0)},
		"a step that is removed begins again":          {spec: func(r *v1beta2.Rollout) { r.Steps = []int32{20} }, state: at(2, 50, time.Hour), stable: "True", newest: "True", want: at(1, 20, 0)},
		"another new revision starts again":            {state: with(over, func(s *v1beta2.RolloutStatus) { s.Candidate = "earlier" }), stable: "True", newest: "True", want: at(1, 10, 0)},
		"a replaced revision keeps a pod":              {spec: keepWarm, state: at(2, 50, time.Minute), stable: "True", newest: "True", measured: good, want: warm(0)},
		"an approved one keeps that of the other, too": {spec: func(r *v1beta2.Rollout) { keepWarm(r); approved(r) }, state: at(1, 10, 0), stable: "True", newest: "True", want: warm(0)},
		"a replaced revision that fails keeps none":    {spec: keepWarm, state: at(1, 10, 0), stable: "False", newest: "True", want: promotedNew},
	} {
		t.Run(name, func(t *testing.T) {
			revisions := Revisions{OneRuntime: !tt.runtimes}
			if tt.cannotSplit {
				revisions.CannotSplit = &apis.Condition{}
			}
			if tt.stable != "none" {
				revisions.Stable = serving("old", tt.stable)
			}
			if tt.newest != "none" {
				revisions.Newest = serving("new", tt.newest)
			}
			got, after := Next(spec(tt.spec), tt.state, revisions, begin, func(string) results.Measurement { return tt.measured })
			if tt.want.Message == "" {
				got.Message = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("Next() (-want, +got):", diff)
			}
			if after != tt.after {
				t.Errorf("Next() decides again after %s, want %s", after, tt.after)
			}
		})
	}
}

// warm returns the state that long after a promotion.
func warm(age time.Duration) v1beta2.RolloutStatus {
	return v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: "new", Previous: "old", StepTime: timeOf(begin.Add(-age))}
}

// A replaced revision keeps a pod for one interval, unless the user changes the setting.
func TestNextReleases(t *testing.T) {
	newest := serving("new", "True")
	released := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: "new"}
	for name, tt := range map[string]struct {
		state    v1beta2.RolloutStatus
		keepWarm bool
		want     v1beta2.RolloutStatus
		after    time.Duration
	}{
		"within the interval": {warm(20 * time.Second), true, warm(20 * time.Second), 40 * time.Second},
		"after the interval":  {warm(time.Minute), true, released, 0},
		"no longer wanted":    {warm(0), false, released, 0},
		"nothing to release":  {released, true, released, 0},
	} {
		t.Run(name, func(t *testing.T) {
			want := spec(func(r *v1beta2.Rollout) { r.KeepWarm = tt.keepWarm })
			got, after := Next(want, tt.state, Revisions{Stable: newest, Newest: newest, OneRuntime: true}, begin, nil)
			if diff := cmp.Diff(tt.want, got); diff != "" || after != tt.after {
				t.Errorf("Next() decides again after %s, want %s; the state (-want, +got): %s", after, tt.after, diff)
			}
		})
	}
	state := warm(0)
	if got := Pause(&state, newest, nil); got.Previous != "" {
		t.Errorf("Pause() = %+v, want no revision that keeps a pod", got)
	}
}

// A user who goes back to the stable revision ends the rollout.
func TestNextBack(t *testing.T) {
	old := serving("old", "True")
	want := v1beta2.RolloutStatus{Phase: v1beta2.RolloutPromoted, Stable: "old"}
	for _, state := range []v1beta2.RolloutStatus{at(1, 10, 0), want, {Phase: v1beta2.RolloutPromoted, Stable: "deleted"}} {
		got, _ := Next(spec(nil), state, Revisions{Stable: old, Newest: old, OneRuntime: true}, begin, nil)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("Next() (-want, +got):", diff)
		}
	}
}

func TestPause(t *testing.T) {
	sharing := func(percent int64) *v1beta2.FunctionInUse {
		return &v1beta2.FunctionInUse{Revisions: map[string]int64{"new": percent}}
	}
	state := at(1, 10, 0)
	if got := Pause(&state, serving("new", "True"), sharing(10)); got.Phase != v1beta2.RolloutPaused || got.Candidate != "new" {
		t.Errorf("Pause() = %+v, want the same rollout paused", got)
	}
	state = v1beta2.RolloutStatus{Phase: v1beta2.RolloutRolledBack, Stable: "old", Candidate: "new"}
	if got := Pause(&state, serving("new", "True"), sharing(10)); got.Phase != v1beta2.RolloutRolledBack {
		t.Errorf("Pause() = %+v, want the rollback", got)
	}
	if got := Pause(&state, serving("new", "True"), sharing(100)); got.Phase != v1beta2.RolloutPromoted || got.Stable != "new" {
		t.Errorf("Pause() = %+v of a revision with all of the traffic, want it promoted", got)
	}
}

// valued returns results with values of the query queue of the new revision and of the old
// one.
func valued(values ...float64) results.Measurement {
	measured := counted(100, 0, 100, 0)
	measured.Values = map[string]map[string]float64{}
	for i, revision := range []string{"new", "old"} {
		if i < len(values) {
			measured.Values[revision] = map[string]float64{"queue": values[i]}
			continue
		}
		measured.Problem = "the result is empty"
	}
	return measured
}

func TestJudge(t *testing.T) {
	slow := results.Totals{Requests: 100, Within: map[float64]float64{0.1: 90, 1: 100}}
	fast := results.Totals{Requests: 100, Within: map[float64]float64{0.1: 100, 1: 100}}
	latency := &v1beta2.RolloutGate{
		Latency:     &v1beta2.RolloutLatency{Max: &metav1.Duration{Duration: 200 * time.Millisecond}},
		MinRequests: new(int32(10)),
	}
	queue := &v1beta2.RolloutGate{
		Queries:     []v1beta2.RolloutQuery{{Name: "queue", Min: new(resource.MustParse("500m")), Max: new(resource.MustParse("10"))}},
		MinRequests: new(int32(10)),
	}
	few := counted(3, 0, 0, 0)
	few.Problem = "connection refused"
	for name, tt := range map[string]struct {
		gate     *v1beta2.RolloutGate
		measured results.Measurement
		want     outcome
		message  string
	}{
		"slow": {
			latency,
			results.Measurement{Results: map[string]results.Totals{"new": slow, "old": fast}},
			failed,
			"100 results: a latency of 910ms at percentile 99, and the gate requires at most 200ms (a latency of 99ms at percentile 99 of the Serving \"old\" at the same time)",
		},
		"both slow": {
			latency,
			results.Measurement{Results: map[string]results.Totals{"new": slow, "old": slow}},
			undecided,
			"both versions miss the gate",
		},
		"fast":              {latency, results.Measurement{Results: map[string]results.Totals{"new": fast, "old": slow}}, passed, "100 results: the gate is met"},
		"without latencies": {latency, counted(100, 0, 0, 0), failed, "a latency at percentile 99 beyond what is counted"},
		"failures":          {spec(nil).Gate, counted(200, 3, 100, 0), failed, "98.50 % succeeded, and the gate requires 99% (100.00 % succeeded of the Serving \"old\" at the same time)"},
		"few, all failed": {
			spec(nil).Gate, counted(6, 6, 20, 0), failed,
			"6 results: 0.00 % succeeded, and the gate requires 99% (100.00 % succeeded of the Serving \"old\" at the same time)",
		},
		"a query":                 {queue, valued(7, 3), passed, "100 results: the gate is met"},
		"a query above":           {queue, valued(11.5, 3), failed, "100 results: queue is 11.5, and the gate requires at most 10 (queue is 3 of the Serving \"old\" at the same time)"},
		"a query below":           {queue, valued(0.25, 3), failed, "100 results: queue is 0.25, and the gate requires at least 500m"},
		"a query above, of both":  {queue, valued(11, 12), undecided, "both versions miss the gate"},
		"a query above, of one":   {queue, valued(11), failed, "100 results: queue is 11, and the gate requires at most 10"},
		"a query without a value": {queue, valued(), undecided, "100 results: no value of the query queue (the result is empty)"},
		"failures, and a query without a value": {
			&v1beta2.RolloutGate{Queries: queue.Queries, SuccessRate: "99%", OnNoData: v1beta2.OnNoDataPromote},
			counted(200, 3, 100, 0), failed, "98.50 % succeeded",
		},
		"few, all failed, of both": {spec(nil).Gate, counted(6, 6, 6, 6), undecided, "both versions miss the gate"},
		"few, none failed":         {spec(nil).Gate, counted(6, 0, 20, 0), undecided, "6 of 10 results"},
		"too few":                  {spec(nil).Gate, few, undecided, "3 of 10 results (connection refused)"},
	} {
		t.Run(name, func(t *testing.T) {
			state := at(1, 10, 0)
			got, message := evaluate(tt.gate, &state, tt.measured)
			if got != tt.want || !strings.Contains(message, tt.message) {
				t.Errorf("evaluate() = %v, %q, want %v, %q", got, message, tt.want, tt.message)
			}
		})
	}
}

func TestCondition(t *testing.T) {
	state := at(2, 50, 0)
	state.Message = "12 of 50 results"
	waiting := with(state, func(s *v1beta2.RolloutStatus) { s.Phase = v1beta2.RolloutWaitingForApproval })
	over := with(state, func(s *v1beta2.RolloutStatus) { s.Phase = v1beta2.RolloutRolledBack })
	for name, tt := range map[string]struct {
		state  v1beta2.RolloutStatus
		newest string
		want   *apis.Condition
	}{
		"progressing": {state, "new", unknown("step 2 of 2: the Serving \"new\" has 50 % of the traffic: 12 of 50 results")},
		"waiting":     {waiting, "new", unknown("the Serving \"new\" passed the last step: 12 of 50 results; set spec.serving.rollout.approved to its name to promote it")},
		"rolled back": {over, "new", &apis.Condition{Status: "False", Reason: "RolledBack", Message: "the Serving \"new\" was rolled back, and \"old\" has all of the traffic: 12 of 50 results; " +
			"apply a version that works, or set spec.serving.rollout.approved to \"new\" to promote it nevertheless"}},
		"another": {over, "newer", unknown("the rollout of the Serving \"newer\" begins")},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Condition(spec(nil), &tt.state, Revisions{Newest: serving(tt.newest, "True")})); diff != "" {
				t.Error("Condition() (-want, +got):", diff)
			}
		})
	}
}

// A revision that was rolled back is reported as that, although the route cannot split.
func TestConditionWithoutSplit(t *testing.T) {
	cannotSplit := &apis.Condition{Status: "False", Reason: v1beta2.ReasonTrafficSplitUnsupported}
	revisions := Revisions{Newest: serving("new", "True"), CannotSplit: cannotSplit}
	over := with(at(1, 10, 0), func(s *v1beta2.RolloutStatus) { s.Phase = v1beta2.RolloutRolledBack })
	for reason, state := range map[string]v1beta2.RolloutStatus{
		v1beta2.ReasonTrafficSplitUnsupported: {Phase: v1beta2.RolloutPromoted, Stable: "old"},
		v1beta2.ReasonRolledBack:              over,
	} {
		if got := Condition(spec(nil), &state, revisions); got.Reason != reason {
			t.Errorf("Condition() of %s = %s, want %s", state.Phase, got.Reason, reason)
		}
	}
}
