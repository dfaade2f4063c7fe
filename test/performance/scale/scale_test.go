//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scale

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/client/clientset/versioned"
	"openfunction.dev/openfunction/pkg/client/informers/externalversions"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

// The bounds on what the controller does.
const (
	// growth is how much more an object may cost among many than among few.
	growth = 1.1
	// conflicts is how many writes for each Function may fail because the controller
	// read an old form.
	conflicts = 0.01

	writesWithBuild    = 14
	writesWithoutBuild = 8
)

// timeout is how long all Functions may take to get ready.
const timeout = 30 * time.Minute

var (
	functionCounts = flag.String("functions", "250,1000,3000", "how many Functions to measure, the fewest first")
	buildCounts    = flag.String("builds", "200,400", "how many queued builds to measure, the fewest first")
)

func TestMain(m *testing.M) { os.Exit(environment.Main(m)) }

// TestFunctions measures Functions without a build in one namespace.
func TestFunctions(t *testing.T) {
	var costs []cost
	for _, count := range countsOf(t, *functionCounts) {
		t.Run(strconv.Itoa(count), func(t *testing.T) {
			costs = append(costs, measure(t, count, served))
		})
	}
	expect(t, costs, writesWithoutBuild)
}

// TestFunctionsWithBuild measures Functions whose builds all run at once.
func TestFunctionsWithBuild(t *testing.T) {
	count := countsOf(t, *functionCounts)[0]
	expect(t, []cost{measure(t, count, built)}, writesWithBuild)
}

// TestBuildQueue measures Functions of whose builds two run at a time.
func TestBuildQueue(t *testing.T) {
	var costs []cost
	for _, count := range countsOf(t, *buildCounts) {
		t.Run(strconv.Itoa(count), func(t *testing.T) {
			costs = append(costs, measure(t, count, built, limitBuilds))
		})
	}
	// A build that waits reports it once, and so does its Function.
	expect(t, costs, writesWithBuild+2)
}

// cost is what count Functions took.
type cost struct {
	count     int
	cpu       time.Duration
	elapsed   time.Duration
	writes    int
	conflicts int
	reads     int
}

func (c cost) String() string {
	n := float64(c.count)
	return fmt.Sprintf("%d Functions: %.1f ms of CPU each (in %v), %.2f writes, %.3f conflicts, %.3f reads",
		c.count, c.perFunction(), c.elapsed.Round(time.Second), float64(c.writes)/n, float64(c.conflicts)/n, float64(c.reads)/n)
}

func (c cost) perFunction() float64 {
	return float64(c.cpu.Microseconds()) / 1000 / float64(c.count)
}

func expect(t *testing.T, costs []cost, writes int) {
	t.Helper()
	for _, c := range costs {
		t.Log(c)
		if c.writes > writes*c.count {
			t.Errorf("%d writes for %d Functions, want at most %d each", c.writes, c.count, writes)
		}
		if float64(c.conflicts) > conflicts*float64(c.count) {
			t.Errorf("%d conflicts for %d Functions, want at most %v each", c.conflicts, c.count, conflicts)
		}
	}
	if len(costs) < 2 {
		return
	}
	few, many := costs[0], costs[len(costs)-1]
	ratio := many.perFunction() / few.perFunction()
	t.Logf("CPU per Function among %d against %d: %.2f x", many.count, few.count, ratio)
	if ratio > growth {
		t.Errorf("a Function costs %.2f times as much among %d, want at most %v", ratio, many.count, growth)
	}
}

// measure creates Functions on an API server of their own and waits until all are
// ready.
func measure(t *testing.T, count int, function func(namespace, name string) *v1beta2.Function, prepare ...func(*testing.T, *environment.Environment)) cost {
	t.Helper()
	e := environment.New(t, environment.OpenFunction, environment.ShipwrightBuild, environment.KnativeServing)
	for _, change := range prepare {
		change(t, e)
	}
	namespace := e.Namespace(t)
	simulator.StartShipwright(t, e.As(t, environment.Shipwright), namespace, 0)
	simulator.StartKnative(t, e.As(t, environment.Knative), namespace, 0)
	controller := e.StartProgram(t)
	ready := awaitReady(t, e, namespace, count)

	before, since := controller.CPU(t), time.Now()
	create(t, e, namespace, count, function)
	select {
	case <-ready:
	case <-time.After(timeout):
		t.Fatalf("not all of %d Functions are ready after %v", count, timeout)
	}
	c := cost{count: count, cpu: controller.CPU(t) - before, elapsed: time.Since(since)}
	calls := map[string]int{}
	for _, call := range e.Calls(t, environment.ControllerUser, since) {
		if call.Namespace != namespace {
			continue
		}
		calls[fmt.Sprintf("%s %s %d", call.Verb, call.Resource, call.Code)]++
		switch {
		case call.Verb == "get":
			c.reads++
		case call.Code == http.StatusConflict:
			c.conflicts++
		case call.IsEvent() || call.Verb == "list" || call.Verb == "watch":
		default:
			c.writes++
		}
	}
	for _, call := range slices.Sorted(maps.Keys(calls)) {
		t.Logf("%6d %s", calls[call], call)
	}
	return c
}

// awaitReady returns a channel that is closed once count Functions were ready.
func awaitReady(t *testing.T, e *environment.Environment, namespace string, count int) <-chan struct{} {
	t.Helper()
	done := make(chan struct{})
	ready := map[types.UID]bool{}
	handle := func(obj any) {
		fn, ok := obj.(*v1beta2.Function)
		if !ok || !fn.IsReady() || ready[fn.UID] {
			return
		}
		if ready[fn.UID] = true; len(ready) == count {
			close(done)
		}
	}
	client, err := versioned.NewForConfig(e.Config)
	if err != nil {
		t.Fatal(err)
	}
	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithNamespace(namespace))
	informer := factory.Functions().V1beta2().Functions().Informer()
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: handle, UpdateFunc: func(_, obj any) { handle(obj) },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() {
		cancel()
		factory.Shutdown()
	})
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return done
}

// create creates Functions, some at a time.
func create(t *testing.T, e *environment.Environment, namespace string, count int, function func(namespace, name string) *v1beta2.Function) {
	t.Helper()
	const writers = 8
	var running sync.WaitGroup
	for writer := range writers {
		running.Go(func() {
			for i := writer; i < count; i += writers {
				fn := function(namespace, "fn-"+strconv.Itoa(i))
				if _, err := e.Functions(namespace).Create(t.Context(), fn, metav1.CreateOptions{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
}

// built returns a Function that is built from source and served.
func built(namespace, name string) *v1beta2.Function {
	fn := served(namespace, name)
	fn.Spec.Build = &v1beta2.BuildSpec{
		Builder: new("registry.example.com/builders/go:v1"),
		SrcRepo: &v1beta2.GitRepo{URL: "https://git.example.com/team/hello.git"},
	}
	return fn
}

// served returns a Function whose image exists.
func served(namespace, name string) *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1beta2.FunctionSpec{
			Image:   "registry.example.com/team/" + name + ":v1",
			Serving: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}}},
		},
	}
}

// limitBuilds permits two builds of a namespace at a time.
func limitBuilds(t *testing.T, e *environment.Environment) {
	t.Helper()
	_, err := e.Kube.CoreV1().ConfigMaps("openfunction").Patch(t.Context(), "config-build", types.MergePatchType,
		[]byte(`{"data":{"max-concurrent-builds":"2"}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// countsOf reads a list of numbers.
func countsOf(t *testing.T, list string) []int {
	t.Helper()
	var counts []int
	for text := range strings.SplitSeq(list, ",") {
		count, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, count)
	}
	return counts
}
