/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

func (s *suite) testRouteNames(t *testing.T) {
	var first string
	for split, targets := range splits() {
		var names []string
		for _, object := range s.address(t, targets) {
			checkMeta(t, object, functionName)
			if object.ConditionType != "" {
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
		for _, object := range s.address(t, targets) {
			switch object.ConditionType {
			case v1beta2.FunctionConditionRouteReady:
				reporting++
			case "":
			default:
				t.Errorf("%s: %q reports %q", split, object.GetName(), object.ConditionType)
			}
		}
		if reporting != want {
			t.Errorf("%s: %d objects report %s, want %d", split, reporting, v1beta2.FunctionConditionRouteReady, want)
		}
	}
}

// address returns the objects of the address itself, without those of further hosts.
func (s *suite) address(t *testing.T, targets []runtime.Target) []child.Object {
	t.Helper()
	route, err := s.Runtime.Route(&runtime.RouteInput{Function: s.function(), Config: config.FromContext(t.Context()), Targets: targets})
	if err != nil {
		t.Fatal("Route() =", err)
	}
	return route.Objects
}

func (s *suite) testRoutePure(t *testing.T) {
	for split, targets := range splits() {
		first := s.encode(t, s.route(t, targets))
		for range runs {
			fn := s.function()
			before := fn.DeepCopy()
			objects, err := routeObjects(context.Background(), s.Runtime, fn, targets)
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

// testRouteShares tests that the shares in each list add up to 100. It finds them by
// the field names of known APIs.
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

// shares returns the sum of a list whose items have a percent or a weight.
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

// hosted returns a Function with host names.
func (s *suite) hosted() *v1beta2.Function {
	fn := s.function()
	if fn.Spec.Serving.Triggers == nil {
		fn.Spec.Serving.Triggers = &v1beta2.Triggers{}
	}
	if fn.Spec.Serving.Triggers.HTTP == nil {
		fn.Spec.Serving.Triggers.HTTP = &v1beta2.HTTPTrigger{}
	}
	fn.Spec.Serving.Triggers.HTTP.Route = &v1beta2.RouteSpec{Hostnames: []string{
		"hello.example.com", "*.hello.example.com", "hello.team.svc.cluster.local", "hello.example.org",
	}}
	return fn
}

func (s *suite) hostRoute(t *testing.T) []child.Object {
	t.Helper()
	c := config.FromContext(t.Context())
	c.Gateway.DomainMappings = true
	objects, err := routeObjects(config.ToContext(t.Context(), c), s.Runtime, s.hosted(), splits()["route-one"])
	if err != nil {
		t.Fatal("Route() =", err)
	}
	return objects
}

// testRouteHostnames tests that host names add objects in the namespace of the Function
// and do not change the address, which stays first.
func (s *suite) testRouteHostnames(t *testing.T) {
	if !s.Addressable {
		return
	}
	objects := s.hostRoute(t)
	encoded := s.encode(t, objects)
	for _, hostname := range []string{"hello.example.com", "hello.example.org"} {
		if !strings.Contains(encoded, strconv.Quote(hostname)) {
			t.Errorf("no object names the host %s", hostname)
		}
	}
	reporting := func(objects []child.Object) string {
		for _, object := range objects {
			if object.ConditionType == v1beta2.FunctionConditionRouteReady {
				return s.kindOf(t, object).Kind + "/" + object.GetName()
			}
		}
		return ""
	}
	if got, want := reporting(objects), reporting(s.route(t, splits()["route-one"])); got != want {
		t.Errorf("%q reports first, want the address, %q", got, want)
	}
	for _, object := range objects {
		if object.GetNamespace() != namespace || len(object.GetOwnerReferences()) != 0 || len(object.GetFinalizers()) != 0 {
			t.Errorf("%q is in another namespace, or has owners or finalizers", object.GetName())
		}
	}
}
