/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

func TestRoutingState(t *testing.T) {
	for state, want := range map[string]struct{ active, reserve bool }{
		"":                            {},
		functions.RoutingStateActive:  {active: true},
		functions.RoutingStateReserve: {reserve: true},
	} {
		s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{functions.RoutingStateLabelKey: state}}}
		if active, reserve := IsActive(s), IsReserve(s); active != want.active || reserve != want.reserve {
			t.Errorf("IsActive() = %t, IsReserve() = %t of state %q, want %+v", active, reserve, state, want)
		}
	}
}

func TestMemoize(t *testing.T) {
	type model struct{ name string }
	type other struct{ name string }
	calls := 0
	compute := func(in *Input) *model {
		calls++
		return &model{in.Serving.Name}
	}
	inputOf := func(name string) *Input {
		return &Input{Serving: &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Name: name}}}
	}
	in := inputOf("hello")
	first, second := Memoize(in, compute), Memoize(in, compute)
	if first.name != "hello" || first != second || calls != 1 {
		t.Errorf("Memoize() = %v, then %v, after %d computations, want one computation for both", first, second, calls)
	}
	if got := Memoize(in, func(*Input) other { return other{"other"} }); got.name != "other" {
		t.Errorf("Memoize() = %v for another type", got)
	}
	if got := Memoize(inputOf("another"), compute); got.name != "another" || calls != 2 {
		t.Errorf("Memoize() = %v for another Input after %d computations", got, calls)
	}
}

// A value that is nil is not computed again.
func TestMemoizeOfNil(t *testing.T) {
	in, calls := &Input{}, 0
	for range 2 {
		if got := Memoize(in, func(*Input) *v1beta2.Serving { calls++; return nil }); got != nil {
			t.Errorf("Memoize() = %v, want nil", got)
		}
	}
	if calls != 1 {
		t.Errorf("computed %d times, want once", calls)
	}
}

func TestInputContext(t *testing.T) {
	in := &Input{Config: &config.Config{Features: config.AllFeatures()}}
	if diff := cmp.Diff(config.AllFeatures(), config.FromContext(in.Context()).Features); diff != "" {
		t.Error("the features in Context() (-want, +got):", diff)
	}
}

// The condition that represents several references is the one that a user or
// administrator has to act on.
func TestWorseUnresolved(t *testing.T) {
	bad, worst := child.Failed("First", ""), child.Failed("Second", "")
	unreadable := &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonUnreadable}
	for name, tt := range map[string]struct{ a, b, want *apis.Condition }{
		"resolved":                 {nil, nil, nil},
		"resolved and pending":     {nil, Pending(), Pending()},
		"pending and resolved":     {Pending(), nil, Pending()},
		"pending and unreadable":   {Pending(), unreadable, unreadable},
		"unreadable and pending":   {unreadable, Pending(), unreadable},
		"unreadable and a failure": {unreadable, bad, bad},
		"a failure and unreadable": {bad, unreadable, bad},
		"two failures":             {bad, worst, bad},
		"pending and a failure":    {Pending(), worst, worst},
		"a failure and pending":    {worst, Pending(), worst},
		"resolved and a failure":   {nil, bad, bad},
		"a failure and resolved":   {bad, nil, bad},
		"unreadable and resolved":  {unreadable, nil, unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, WorseUnresolved(tt.a, tt.b)); diff != "" {
				t.Error("WorseUnresolved() (-want, +got):", diff)
			}
		})
	}
}
