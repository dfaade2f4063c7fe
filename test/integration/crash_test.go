//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"fmt"
	"testing"
	"time"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

// fewestWrites is a lower bound on what a function takes; fewer faults than that
// would mean that they were not planned right.
const fewestWrites = 9

// Whatever the controller had not written when it died, its successor gets to the
// same end, with one build.
func TestControllerMayDieBeforeAnyWrite(t *testing.T) {
	p := startWithoutController(t, 0)
	p.simulateEvents(t, 0)
	for _, tt := range []struct {
		name     string
		function func(namespace, name string) *v1beta2.Function
		expect   func(p *platform, t *testing.T, since time.Time)
	}{
		{"requests", built, (*platform).expectOneOfEach},
		{"events", handling, (*platform).expectOneThatHandles},
	} {
		t.Run(tt.name, func(all *testing.T) {
			proxy := p.StartProxy(all)
			controller := p.StartControllerBehind(all, proxy)
			eachWrite(all, func(t *testing.T, write int) bool {
				t.Helper()
				p.namespace = p.Namespace(t)
				since := time.Now()
				happened := proxy.Plan(environment.Fault{Namespace: p.namespace, Write: write, Victim: controller})
				fn := p.Create(t, tt.function(p.namespace, "hello"))
				if !p.awaitReadyOr(t, fn, happened) {
					return false
				}
				controller = p.StartControllerBehind(all, proxy)
				p.AwaitReady(t, fn)
				tt.expect(p, t, since)
				return true
			})
			controller.Stop()
		})
	}
}

// A write whose reply is lost may have been applied; it is never done twice.
func TestReplyToAnyWriteMayBeLost(t *testing.T) {
	p := startWithoutController(t, 0)
	proxy := p.StartProxy(t)
	p.StartControllerBehind(t, proxy)
	eachWrite(t, func(t *testing.T, write int) bool {
		t.Helper()
		p.namespace = p.Namespace(t)
		since := time.Now()
		happened := proxy.Plan(environment.Fault{Namespace: p.namespace, Write: write})
		fn := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))
		p.expectOneOfEach(t, since)
		return p.awaitReadyOr(t, fn, happened)
	})
}

// eachWrite calls try for write after write until there is none of that number.
func eachWrite(t *testing.T, try func(*testing.T, int) bool) {
	t.Helper()
	write := 0
	for more := true; more; {
		write++
		t.Run(fmt.Sprintf("write %d", write), func(t *testing.T) {
			more = try(t, write)
		})
	}
	if write <= fewestWrites {
		t.Errorf("%d faults, want %d at least", write-1, fewestWrites)
	}
}

// awaitReadyOr waits until fn is Ready or something happened, and tells whether
// it was the latter.
func (p *platform) awaitReadyOr(t *testing.T, fn *v1beta2.Function, happened <-chan struct{}) bool {
	t.Helper()
	watch, err := p.Functions(fn.Namespace).Watch(t.Context(), metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("metadata.name", fn.Name).String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Stop()
	patience := time.NewTimer(p.Patience)
	defer patience.Stop()
	for {
		select {
		case <-happened:
			return true
		case event := <-watch.ResultChan():
			f, ok := event.Object.(*v1beta2.Function)
			if !ok || !f.IsReady() {
				continue
			}
			select {
			case <-happened:
				return true
			default:
				return false
			}
		case <-patience.C:
			t.Fatalf("waited %v in vain for %s to be Ready or for the fault", p.Patience, fn.Name)
		}
	}
}

// expectOneOfEach fails the test unless there is one child of each kind, and one
// build was ever begun.
func (p *platform) expectOneOfEach(t *testing.T, since time.Time) {
	t.Helper()
	for kind, got := range map[string]int{
		"Builders":       len(list[v1beta2.Builder](t, p, cluster.Builders)),
		"BuildRuns":      len(list[buildv1beta1.BuildRun](t, p, cluster.BuildRuns)),
		"Servings":       len(list[v1beta2.Serving](t, p, cluster.Servings)),
		"Configurations": len(list[servingv1.Configuration](t, p, cluster.Configurations)),
		"Routes":         len(list[servingv1.Route](t, p, cluster.Routes)),
	} {
		if got != 1 {
			t.Errorf("%d %s, want 1", got, kind)
		}
	}
	var runs []cluster.Write
	for _, write := range p.Writes(t, p.namespace, cluster.ControllerUsers, since) {
		if write.Creates("buildruns") {
			runs = append(runs, write)
		}
	}
	if len(runs) != 1 {
		t.Errorf("%d builds were begun, want 1: %v", len(runs), runs)
	}
}

// expectOneThatHandles fails the test unless there is one version, which takes
// events, with one object of each kind.
func (p *platform) expectOneThatHandles(t *testing.T, _ time.Time) {
	t.Helper()
	servings := list[v1beta2.Serving](t, p, cluster.Servings)
	if len(servings) != 1 {
		t.Fatalf("%d Servings, want 1", len(servings))
	}
	p.awaitSwitched(t, map[string]string{servings[0].Name: functions.RoutingStateActive})
	p.awaitReserve(t, servings[0].Name, false)
	for _, kind := range []schema.GroupVersionResource{
		cluster.Components, cluster.Subscriptions, cluster.Deployments, cluster.ScaledObjects,
	} {
		if got := len(list[metav1.PartialObjectMetadata](t, p, kind)); got != 1 {
			t.Errorf("%d %s, want 1", got, kind.Resource)
		}
	}
}
