//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"fmt"
	"math"
	"sync/atomic"
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

// fewestWrites is a lower bound for the writes for one function. Fewer faults mean that
// the test injects them wrongly.
const fewestWrites = 9

// After a crash before any write, the next controller reaches the same result with one
// build.
func TestControllerMayDieBeforeAnyWrite(t *testing.T) {
	t.Parallel()
	for _, tt := range crashes {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.eachWrite(t, func(t *testing.T, p *platform, write int) bool {
				t.Helper()
				since := time.Now()
				fault := environment.DieBefore(p.namespace, write)
				controller := p.StartFailingController(t, p.namespace, fault)
				fn := p.Create(t, tt.function(p.namespace, "hello"))
				if !p.awaitReadyOr(t, fn, fault.Happened) {
					return false
				}
				controller.Stop()
				p.startController(t)
				p.AwaitReady(t, fn)
				tt.expect(p, t, since)
				return true
			})
		})
	}
}

// A write whose response is lost was executed, and the controller does not repeat it.
func TestReplyToAnyWriteMayBeLost(t *testing.T) {
	t.Parallel()
	requests := crashes[0]
	requests.eachWrite(t, func(t *testing.T, p *platform, write int) bool {
		t.Helper()
		since := time.Now()
		fault := environment.LoseReplyTo(p.namespace, write)
		p.StartFailingController(t, p.namespace, fault)
		fn := p.AwaitReady(t, p.Create(t, requests.function(p.namespace, "hello")))
		requests.expect(p, t, since)
		return p.awaitReadyOr(t, fn, fault.Happened)
	})
}

// crash is a function whose controller is killed before the function is Ready.
type crash struct {
	name     string
	function func(namespace, name string) *v1beta2.Function
	// expect checks the final objects.
	expect func(p *platform, t *testing.T, since time.Time)
}

var crashes = []crash{
	{"requests", built, (*platform).expectOneOfEach},
	{"events", handling, (*platform).expectOneThatHandles},
}

// eachWrite calls try for each write of a controller until the function is Ready, each
// in a namespace of its own. It counts the writes in a run without a fault; try reports
// whether there was a write of that number.
func (c crash) eachWrite(t *testing.T, try func(t *testing.T, p *platform, write int) bool) {
	t.Helper()
	var writes int
	t.Run("none", func(t *testing.T) {
		p := newPlatform(t, environment.Start(t), 0)
		p.simulateEvents(t, 0)
		count := environment.DieBefore(p.namespace, math.MaxInt)
		p.StartFailingController(t, p.namespace, count)
		p.AwaitReady(t, p.Create(t, c.function(p.namespace, "hello")))
		writes = count.Writes()
	})
	var faults atomic.Int64
	t.Cleanup(func() {
		if got := faults.Load(); got < fewestWrites {
			t.Errorf("%d faults, want %d at least", got, fewestWrites)
		}
	})
	for write := 1; write <= writes; write++ {
		t.Run(fmt.Sprintf("write %d", write), func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, environment.Start(t), 0)
			p.simulateEvents(t, 0)
			if try(t, p, write) {
				faults.Add(1)
			}
		})
	}
}

// testKilled kills cmd/controller with SIGKILL. In presubmit a few writes are enough,
// because the test above covers all of them.
func testKilled(t *testing.T, p *platform) {
	t.Helper()
	p.Install(t, environment.Products...)
	for _, c := range crashes {
		t.Run(c.name, func(all *testing.T) {
			proxy := p.StartProxy(all)
			program := p.StartProgramBehind(all, proxy)
			kills := 0
			for write := range killedBefore {
				more := false
				passed := all.Run(fmt.Sprintf("write %d", write), func(t *testing.T) {
					p := newPlatform(t, p.Environment, 0)
					p.simulateEvents(t, 0)
					since := time.Now()
					happened := proxy.KillBefore(program, p.namespace, write)
					fn := p.Create(t, c.function(p.namespace, "hello"))
					if more = p.awaitReadyOr(t, fn, happened); !more {
						return
					}
					kills++
					program = p.StartProgramBehind(all, proxy)
					p.AwaitReady(t, fn)
					c.expect(p, t, since)
				})
				if !more || !passed {
					break
				}
			}
			if kills < fewestKills {
				all.Errorf("the controller was killed %d times, want %d at least", kills, fewestKills)
			}
			program.Stop()
		})
	}
}

// awaitReadyOr waits until fn is Ready or happened returns true, and reports whether it
// did.
func (p *platform) awaitReadyOr(t *testing.T, fn *v1beta2.Function, happened <-chan struct{}) bool {
	t.Helper()
	watch, err := p.Functions(fn.Namespace).Watch(t.Context(), metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("metadata.name", fn.Name).String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Stop()
	timeout := time.NewTimer(p.Timeout)
	defer timeout.Stop()
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
		case <-timeout.C:
			t.Fatalf("waited %v in vain for %s to be Ready or for the fault", p.Timeout, fn.Name)
		}
	}
}

// expectOneOfEach fails the test unless there is one child of each kind, and only one
// build ever started.
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
		t.Errorf("%d builds were started, want 1: %v", len(runs), runs)
	}
}

// expectOneThatHandles fails the test unless there is one active revision for events,
// with one object of each kind.
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
