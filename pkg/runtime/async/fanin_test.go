/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

const cannotRead = "KEDA cannot read redis-streams new: connection refused"

// unreadSince returns s after KEDA could not read some triggers for a time.
func unreadSince(t *testing.T, s *v1beta2.Serving, since time.Duration, keys ...string) *v1beta2.Serving {
	t.Helper()
	now := runtimetest.Input(t.Context(), s).Now
	for _, key := range keys {
		s.Status.ScalerFailures = append(s.Status.ScalerFailures, v1beta2.ScalerFailure{
			Name: key, Since: metav1.NewTime(now.Add(-since)), Message: cannotRead,
		})
	}
	return s
}

// scaledBy returns the keys of the triggers that KEDA gets and the least number of pods,
// some time after the start of the test, and when they change.
func scaledBy(t *testing.T, s *v1beta2.Serving, after time.Duration) (names []string, minimum int32, next time.Duration) {
	t.Helper()
	in := runtimetest.Input(t.Context(), s)
	in.Now = in.Now.Add(after)
	plan, err := New().Plan(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range plan.Objects {
		if scaled, ok := object.Resource.(*kedav1alpha1.ScaledObject); ok {
			for _, trigger := range scaled.Spec.Triggers {
				if key, _, _ := strings.Cut(trigger.Name, "."); !slices.Contains(names, key) {
					names = append(names, key)
				}
			}
			minimum = *scaled.Spec.MinReplicaCount
		}
	}
	return names, minimum, plan.RequeueAfter
}

// attempts returns in how many of the seconds of a time KEDA gets each trigger.
func attempts(t *testing.T, s *v1beta2.Serving, seconds int) map[string]int {
	t.Helper()
	count := map[string]int{}
	for second := range seconds {
		names, minimum, next := scaledBy(t, s, time.Duration(second)*time.Second)
		if minimum != 1 || next <= 0 || next > attemptPeriod {
			t.Fatalf("after %d s: %d pods, next after %v", second, minimum, next)
		}
		for i, name := range names {
			count[name]++
			if name == s.Status.ScalerFailures[0].Name && i != len(names)-1 {
				t.Fatalf("after %d s: %s is not the last of %v", second, name, names)
			}
		}
	}
	return count
}

// A trigger that KEDA cannot read is set aside, so that the others work, and KEDA gets it
// again from time to time. A pod stays meanwhile.
func TestUnreadTriggersAreSetAside(t *testing.T) {
	for name, tt := range map[string]struct {
		since time.Duration
		keys  []string
		want  map[string]int
	}{
		"at first, half of the time":          {time.Second, []string{"strayed"}, map[string]int{"orders": 480, "strayed": 240}},
		"the first one fails":                 {time.Second, []string{"orders"}, map[string]int{"orders": 240, "strayed": 480}},
		"later, one sixteenth of the time":    {time.Hour, []string{"strayed"}, map[string]int{"orders": 480, "strayed": 30}},
		"all fail: each for half of the time": {time.Second, []string{"orders", "strayed"}, map[string]int{"orders": 240, "strayed": 240}},
	} {
		t.Run(name, func(t *testing.T) {
			got := attempts(t, unreadSince(t, serving(onTwoBrokers), tt.since, tt.keys...), 480)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("seconds with each trigger (-want +got):\n%s", diff)
			}
		})
	}
}

// The only trigger of a function stays, and so do the triggers of a revision in reserve and
// those that KEDA can read.
func TestTriggersThatStay(t *testing.T) {
	for name, tt := range map[string]struct {
		s    *v1beta2.Serving
		want []string
	}{
		"the only one":  {unreadSince(t, serving(onOrders), time.Second, "orders"), []string{"orders"}},
		"in reserve":    {unreadSince(t, inReserve(serving(onTwoBrokers)), time.Second, "strayed"), []string{"orders", "strayed"}},
		"a Job":         {unreadSince(t, serving(onTwoBrokers, workloadType(v1beta2.WorkloadTypeJob)), time.Second, "strayed"), nil},
		"none fails":    {serving(onTwoBrokers), []string{"orders", "strayed"}},
		"another fails": {unreadSince(t, serving(onTwoBrokers), time.Second, "old"), []string{"orders", "strayed"}},
	} {
		for second := range 60 {
			if names, minimum, next := scaledBy(t, tt.s, time.Duration(second)*time.Second); !cmp.Equal(names, tt.want) || minimum != 0 || next != 0 {
				t.Fatalf("%s: KEDA has %v, %d pods, next after %v", name, names, minimum, next)
			}
		}
	}
}

// No pod is replaced because a trigger is set aside.
func TestSettingAsideReplacesNoPod(t *testing.T) {
	templateOf := func(s *v1beta2.Serving) any {
		objects, err := runtimetest.Objects(t.Context(), New(), s)
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range objects {
			if workload, ok := object.Resource.(*appsv1.Deployment); ok {
				return workload.Spec.Template
			}
		}
		return nil
	}
	if diff := cmp.Diff(templateOf(serving(onTwoBrokers)), templateOf(unreadSince(t, serving(onTwoBrokers), time.Second, "strayed"))); diff != "" {
		t.Errorf("the template changes (-before +after):\n%s", diff)
	}
}

// liveWith returns the ScaledObject with triggers, after KEDA named metrics.
func liveWith(t *testing.T, s *v1beta2.Serving, triggers []string, metrics ...any) runtime.Observed {
	t.Helper()
	children := observations(t, s, "True", "")
	var list []any
	for _, name := range triggers {
		list = append(list, map[string]any{"type": "redis-streams", "name": name, "metadata": map[string]any{}})
	}
	live := children[1].Live.Object
	if err := unstructured.SetNestedSlice(live, list, "spec", "triggers"); err != nil {
		t.Fatal(err)
	}
	if err := unstructured.SetNestedSlice(live, metrics, "status", "externalMetricNames"); err != nil {
		t.Fatal(err)
	}
	return runtime.Observed{Children: children, Snapshot: &observe.Snapshot{}}
}

// A trigger that is set aside keeps its message until KEDA has read it, which the names of
// its metrics show.
func TestUnreadTriggersHeal(t *testing.T) {
	s := unreadSince(t, serving(onTwoBrokers), time.Minute, "strayed")
	for name, tt := range map[string]struct {
		triggers []string
		metrics  []any
		healed   bool
	}{
		"set aside":                       {[]string{"orders"}, []any{"s0-redis-new"}, false},
		"KEDA has it and has not read it": {[]string{"orders", "strayed"}, []any{"s0-redis-new"}, false},
		"KEDA has read all of it":         {[]string{"orders", "strayed"}, []any{"s0-redis-new", "s1-redis-new"}, true},
		"KEDA has read a part of it":      {[]string{"orders", "strayed", "strayed.pending"}, []any{"s0-redis-new", "s1-redis-new"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			status := statusOf(t, runtimetest.Input(t.Context(), s), liveWith(t, s, tt.triggers, tt.metrics...))
			if orders := status.Triggers[0]; orders.Status != "True" {
				t.Errorf("the other trigger is %+v", orders)
			}
			strayed := status.Triggers[1]
			if healed := strayed.Status == "True"; healed != tt.healed || !healed && strayed.Message != cannotRead {
				t.Errorf("the trigger is %+v", strayed)
			}
			want := s.Status.ScalerFailures
			if tt.healed {
				want = nil
			}
			if diff := cmp.Diff(want, status.ScalerFailures); diff != "" {
				t.Errorf("scalerFailures (-want +got):\n%s", diff)
			}
		})
	}
}

// While KEDA tries to read a trigger, its messages are about that one, also if they name
// none. So the others do not change.
func TestAttemptsConcernOneTrigger(t *testing.T) {
	s := unreadSince(t, serving(onTwoBrokers), time.Minute, "strayed")
	observed := liveWith(t, s, []string{"orders", "strayed"}, "s0-redis-new")
	failed := observations(t, s, "False", "ScaledObjectCheckFailed")[1].Live
	conditions, _, _ := unstructured.NestedSlice(failed.Object, "status", "conditions")
	if err := unstructured.SetNestedSlice(observed.Children[1].Live.Object, conditions, "status", "conditions"); err != nil {
		t.Fatal(err)
	}
	status := statusOf(t, runtimetest.Input(t.Context(), s), observed)
	if orders, other := status.Triggers[0], status.Triggers[1]; orders.Status != "True" || other.Status != "False" || len(status.ScalerFailures) != 1 {
		t.Errorf("the triggers are %+v, failures %v", status.Triggers, status.ScalerFailures)
	}
}

// onRedisAndKafka makes events of two kinds of brokers call the function.
func onRedisAndKafka(spec *v1beta2.WorkloadSpec) {
	onKafka(spec)
	clicks := spec.Triggers.Dapr
	onOrders(spec)
	spec.Triggers.Dapr = append(spec.Triggers.Dapr, clicks...)
}

// KEDA's messages about a trigger are recorded only if it stops other triggers.
func TestScalerFailures(t *testing.T) {
	failing := func(spec func(*v1beta2.WorkloadSpec), warning string) []v1beta2.ScalerFailure {
		s := serving(spec)
		observed := runtime.Observed{Children: observations(t, s, "False", "TriggerError"), Snapshot: &observe.Snapshot{Warnings: []string{warning}}}
		return statusOf(t, runtimetest.Input(t.Context(), s), observed).ScalerFailures
	}
	const refused = "error creating redis scaler: connection to redis failed: dial tcp redis.brokers:6390: connect: connection refused"
	if got := failing(onRedisAndKafka, refused); len(got) != 1 || got[0].Name != "orders" || got[0].Since.IsZero() {
		t.Errorf("a broker is down: %v", got)
	}
	if got := failing(onRedisAndKafka, "NOGROUP No such key 'new' or consumer group at redis.brokers:6390"); got != nil {
		t.Errorf("a broker answers: %v", got)
	}
	if got := failing(onOrders, refused); got != nil {
		t.Errorf("the function has no other trigger: %v", got)
	}
}
