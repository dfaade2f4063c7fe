/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func (s *suite) testRouteNames(t *testing.T) {
	var first string
	for split, targets := range splits() {
		var names []string
		for _, object := range s.route(t, targets) {
			checkMeta(t, object, functionName)
			if object.Reports != "" {
				names = append(names, s.kindOf(t, object).Kind+"/"+object.GetName())
			}
		}
		got := strings.Join(names, " ")
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("%s: the address is %s, want %s as with other splits", split, got, first)
		}
	}
}

func (s *suite) testRouteReports(t *testing.T) {
	want := 0
	if s.Addressable {
		want = 1
	}
	for split, targets := range splits() {
		reporting := 0
		for _, object := range s.route(t, targets) {
			switch object.Reports {
			case v1beta2.FunctionConditionRouteReady:
				reporting++
			case "":
			default:
				t.Errorf("%s: %q reports %q", split, object.GetName(), object.Reports)
			}
		}
		if reporting != want {
			t.Errorf("%s: %d objects report %s, want %d", split, reporting, v1beta2.FunctionConditionRouteReady, want)
		}
	}
}

func (s *suite) testRoutePure(t *testing.T) {
	for split, targets := range splits() {
		first := s.encode(t, s.route(t, targets))
		for range runs {
			fn := s.function()
			before := fn.DeepCopy()
			objects, err := s.Runtime.Route(context.Background(), fn, targets)
			if err != nil {
				t.Fatalf("%s: Route() = %v", split, err)
			}
			if diff := cmp.Diff(before, fn); diff != "" {
				t.Fatalf("%s: Route() changed the Function (-before, +after): %s", split, diff)
			}
			if diff := cmp.Diff(splits()[split], targets); diff != "" {
				t.Fatalf("%s: Route() changed the targets (-before, +after): %s", split, diff)
			}
			if got := s.encode(t, objects); got != first {
				t.Fatalf("%s: Route() (-first, +later): %s", split, cmp.Diff(first, got))
			}
		}
	}
}

// testRouteShares looks at every list of shares, under the names that APIs have
// for them.
func (s *suite) testRouteShares(t *testing.T) {
	if !s.Addressable {
		return
	}
	for split, targets := range splits() {
		lists := 0
		for _, object := range s.route(t, targets) {
			walk(s.content(t, object), func(m map[string]any) {
				for _, value := range m {
					sum, ok := shares(value)
					if !ok {
						continue
					}
					lists++
					if sum != 100 {
						t.Errorf("%s: shares of %q add up to %d, want 100", split, object.GetName(), sum)
					}
				}
			})
		}
		if lists == 0 {
			t.Errorf("%s: no object splits the traffic", split)
		}
	}
}

// shares adds up a list whose items have a percent or a weight.
func shares(value any) (int64, bool) {
	items, ok := value.([]any)
	if !ok || len(items) == 0 {
		return 0, false
	}
	var sum int64
	for _, item := range items {
		target, _ := item.(map[string]any)
		share, ok := target["percent"].(int64)
		if !ok {
			share, ok = target["weight"].(int64)
		}
		if !ok {
			return 0, false
		}
		sum += share
	}
	return sum, true
}

func (s *suite) testRouteTargets(t *testing.T) {
	if !s.Addressable {
		return
	}
	for split, targets := range splits() {
		encoded := s.encode(t, s.route(t, targets))
		for _, target := range targets {
			if !strings.Contains(encoded, target.Serving) {
				t.Errorf("%s: no object names the target %s", split, target.Serving)
			}
		}
	}
}
