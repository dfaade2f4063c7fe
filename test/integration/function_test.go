//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

const repository = "registry.example.com/team/hello"

// bounds limit our writes until a new function is Ready.
type bounds struct{ writes, events int }

var (
	// Creating and completing a build, and creating a revision.
	withBuild    = bounds{writes: 14, events: 3}
	withoutBuild = bounds{writes: 8, events: 2}
)

// built returns a function that is built from source and served.
func built(namespace, name string) *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1beta2.FunctionSpec{
			Image: repository + ":v1",
			Build: &v1beta2.BuildSpec{
				Builder: new("registry.example.com/builders/go:v1"),
				SrcRepo: &v1beta2.GitRepo{URL: "https://git.example.com/team/hello.git"},
			},
			Serving: &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}}},
		},
	}
}

// served returns a function with an existing image.
func served(namespace, name string) *v1beta2.Function {
	fn := built(namespace, name)
	fn.Spec.Build = nil
	return fn
}

// platform is a namespace with all programs that a function needs.
type platform struct {
	*environment.Environment

	shipwright *simulator.Shipwright
	knative    *simulator.Knative
	workloads  *simulator.Workloads
	controller *environment.Controller
	namespace  string
}

// start starts a platform in a namespace of its own. The test then runs in parallel.
func start(t *testing.T) *platform {
	t.Helper()
	p := startWithoutController(t, simulator.Latency)
	p.startController(t)
	return p
}

func startWithoutController(t *testing.T, latency time.Duration) *platform {
	t.Helper()
	t.Parallel()
	return newPlatform(t, environment.Start(t), latency)
}

// newPlatform returns a platform without our controller.
func newPlatform(t *testing.T, e *environment.Environment, latency time.Duration) *platform {
	t.Helper()
	p := &platform{Environment: e, namespace: e.NamespaceWithoutWebhook(t)}
	p.simulateRequests(t, latency)
	return p
}

func (p *platform) startController(t *testing.T) {
	t.Helper()
	p.controller = p.StartController(t, p.namespace)
}

// simulateRequests starts the simulations of Shipwright and Knative.
func (p *platform) simulateRequests(t *testing.T, latency time.Duration) {
	t.Helper()
	p.shipwright = simulator.StartShipwright(t, p.As(t, environment.Shipwright), p.namespace, latency)
	p.knative = simulator.StartKnative(t, p.As(t, environment.Knative), p.namespace, latency)
}

func TestFunctionIsBuiltAndServed(t *testing.T) {
	p := start(t)
	since := time.Now()
	fn := p.AwaitReady(t, p.Create(t, built(p.namespace, "hello")))

	builds := p.BuildsOf(t, fn)
	if len(builds) != 1 {
		t.Fatalf("%d builds, want 1", len(builds))
	}
	configurations := p.configurations(t)
	if len(configurations) != 1 {
		t.Fatalf("%d Configurations, want 1", len(configurations))
	}
	want := repository + "@" + simulator.DigestOf(builds[0].Name)
	if got := configurations[0].Spec.Template.Spec.Containers[0].Image; got != want {
		t.Errorf("serves image %q, want %q: what was built, by digest", got, want)
	}
	if got, want := fn.Status.URL.String(), "http://hello."+p.namespace+".functions.test"; got != want {
		t.Errorf("status.url is %q, want %q", got, want)
	}
	if got, want := fn.Status.Address.URL.String(), "http://hello."+p.namespace+".svc.cluster.local"; got != want {
		t.Errorf("status.address.url is %q, want %q", got, want)
	}
	p.expectWrites(t, since, withBuild)
}

func TestFunctionWithoutBuildIsServed(t *testing.T) {
	p := start(t)
	since := time.Now()
	fn := p.AwaitReady(t, p.Create(t, served(p.namespace, "hello")))
	if builds := p.BuildsOf(t, fn); len(builds) != 0 {
		t.Errorf("%d builds, want none", len(builds))
	}
	if got, want := p.configurations(t)[0].Spec.Template.Spec.Containers[0].Image, fn.Spec.Image; got != want {
		t.Errorf("serves image %q, want %q", got, want)
	}
	p.expectWrites(t, since, withoutBuild)
}

func TestRestartedControllerWritesNothing(t *testing.T) {
	p := start(t)
	first := p.AwaitReady(t, p.Create(t, built(p.namespace, "first")))
	p.controller.Stop()

	since := time.Now()
	p.startController(t)
	// Once this function is Ready, earlier writes are done.
	p.AwaitReady(t, p.Create(t, served(p.namespace, "second")))
	for _, write := range p.Writes(t, p.namespace, environment.ControllerUser, since) {
		if strings.HasPrefix(write.Name, first.Name) {
			t.Errorf("needless write: %v", write)
		}
	}
}

func TestFailedBuildNamesItsCause(t *testing.T) {
	p := start(t)
	p.shipwright.EndBuilds(&simulator.BuildEnd{Reason: "BuildFailed", Message: "hello.go:7:2: undefined: fmt.Printl"})
	fn := p.AwaitFunction(t, p.Create(t, built(p.namespace, "hello")), "report why the build failed", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionReady).IsFalse()
	})
	ready := fn.Status.GetCondition(v1beta2.FunctionConditionReady)
	for _, want := range []string{"undefined: fmt.Printl", "kubectl logs -n " + p.namespace} {
		if !strings.Contains(ready.Message, want) {
			t.Errorf("the message of Ready lacks %q:\n%s", want, ready.Message)
		}
	}
	if got := len(p.configurations(t)); got != 0 {
		t.Errorf("%d Configurations, want none", got)
	}
}

// expectWrites fails the test if our controllers made more changes than most allows.
// Writes that the API server rejects because of a conflict are only logged, because
// their number depends on the load.
func (p *platform) expectWrites(t *testing.T, since time.Time, most bounds) {
	t.Helper()
	var writes, events, conflicts int
	var created bool
	for _, write := range p.Writes(t, p.namespace, cluster.ControllerUsers, since) {
		t.Log(write)
		created = created || write.Creates("servings")
		switch {
		case write.Conflicts():
			conflicts++
		case write.IsEvent():
			events++
		default:
			writes++
		}
	}
	t.Logf("%d writes, %d events and %d conflicts", writes, events, conflicts)
	if writes > most.writes {
		t.Errorf("%d writes, %d are the most", writes, most.writes)
	}
	if events > most.events {
		t.Errorf("%d events, %d are the most", events, most.events)
	}
	if !created {
		t.Error("the log lacks the Serving that must have been created")
	}
}
