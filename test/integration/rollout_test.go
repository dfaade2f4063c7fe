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

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

var (
	// Creating a revision: seven objects, the Serving, its routing state, and both
	// statuses.
	withEvents = bounds{writes: 17, events: 2}
	// Creating a revision and putting another one in reserve: its Deployment and its
	// ScaledObject.
	rolledOut = bounds{writes: 24, events: 2}
)

// handlingForeign returns a function with a trigger for a component of its namespace.
func handlingForeign(namespace, name string) *v1beta2.Function {
	fn := handling(namespace, name)
	fn.Spec.Serving.Pubsub = nil
	return fn
}

func withAnotherParam(spec *v1beta2.FunctionSpec) {
	spec.Serving.Params = map[string]string{"ANOTHER": "value"}
}

func withoutParams(spec *v1beta2.FunctionSpec) { spec.Serving.Params = nil }

// startWithEvents starts a platform with the simulations for events.
func startWithEvents(t *testing.T) *platform {
	t.Helper()
	p := startWithoutController(t, simulator.Latency)
	p.simulateEvents(t, simulator.Latency)
	p.startController(t)
	return p
}

func (p *platform) simulateEvents(t *testing.T, latency time.Duration) {
	t.Helper()
	p.workloads = simulator.StartWorkloads(t, p.As(t, environment.Kubernetes), p.namespace, latency)
	simulator.StartKEDA(t, p.As(t, environment.Scaler), p.namespace, latency)
}

func TestEventsCallAFunction(t *testing.T) {
	p := startWithEvents(t)
	since := time.Now()
	fn := p.AwaitReady(t, p.Create(t, handling(p.namespace, "hello")))
	p.awaitSwitched(t, map[string]string{fn.Status.Serving.LastSuccessfulResourceRef: functions.RoutingStateActive})
	if got := fn.Status.GetCondition(v1beta2.TriggerCondition("orders")); !got.IsTrue() {
		t.Errorf("the condition of the trigger is %v, want True", got)
	}
	if fn.Status.URL != nil || len(p.configurations(t)) != 0 {
		t.Errorf("%v answers requests at %v", fn.Name, fn.Status.URL)
	}
	for kind, got := range map[string]int{
		"Deployments":   len(list[appsv1.Deployment](t, p, cluster.Deployments)),
		"ScaledObjects": len(list[kedav1alpha1.ScaledObject](t, p, cluster.ScaledObjects)),
		"Components":    len(list[metav1.PartialObjectMetadata](t, p, cluster.Components)),
	} {
		if got != 1 {
			t.Errorf("%d %s, want 1", got, kind)
		}
	}
	p.expectWrites(t, since, withEvents)
}

// The scaler is created only after a pod was ready, because the subscription of a pod
// creates the queue that KEDA queries.
func TestNothingScalesBeforeThePodsWereReady(t *testing.T) {
	p := startWithEvents(t)
	p.workloads.Decide(func(string) simulator.PodsState { return simulator.PodsState{Starting: true} })
	fn := p.Create(t, handling(p.namespace, "hello"))
	p.AwaitFunction(t, fn, "report that it waits for the first pod", func(f *v1beta2.Function) bool {
		trigger := f.Status.GetCondition(v1beta2.TriggerCondition("orders"))
		return trigger.IsUnknown() && strings.Contains(trigger.GetMessage(), "ready for the first time")
	})
	cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.Deployments, Namespace: p.namespace}, "be tried",
		func(all []appsv1.Deployment) bool { return len(all) == 1 && len(all[0].Status.Conditions) > 0 })
	if got := len(list[kedav1alpha1.ScaledObject](t, p, cluster.ScaledObjects)); got != 0 {
		t.Errorf("%d ScaledObjects, want none", got)
	}
	p.workloads.Decide(func(string) simulator.PodsState { return simulator.PodsState{} })
	p.AwaitReady(t, fn)
}

func TestScalingWritesNothing(t *testing.T) {
	p := startWithEvents(t)
	fn := p.AwaitReady(t, p.Create(t, handling(p.namespace, "hello")))
	version := fn.Status.Serving.LastSuccessfulResourceRef
	p.awaitSwitched(t, map[string]string{version: functions.RoutingStateActive})

	since := time.Now()
	for _, replicas := range []int32{0, 1, 3, 0} {
		starts := replicas > 0
		if starts {
			p.workloads.Decide(func(string) simulator.PodsState { return simulator.PodsState{Starting: true} })
		}
		p.workloads.Scale(t, p.namespace, version, replicas)
		p.awaitPods(t, version, replicas, !starts)
		p.workloads.Decide(func(string) simulator.PodsState { return simulator.PodsState{} })
		p.awaitPods(t, version, replicas, true)
	}
	// Once this function is Ready, earlier writes are done.
	p.AwaitReady(t, p.Create(t, handling(p.namespace, "last")))
	for _, write := range p.Writes(t, p.namespace, environment.ControllerUser, since) {
		if strings.HasPrefix(write.Name, fn.Name+"-") || write.Name == fn.Name {
			t.Errorf("needless write: %v", write)
		}
	}
}

// awaitPods waits until the Deployment has that number of pods, ready or not.
func (p *platform) awaitPods(t *testing.T, name string, replicas int32, ready bool) {
	t.Helper()
	cluster.AwaitOne(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.Deployments, Namespace: p.namespace, Name: name},
		"have its pods", func(d *appsv1.Deployment) bool {
			isReady := d.Status.ReadyReplicas == replicas
			return d.Status.ObservedGeneration == d.Generation && d.Status.Replicas == replicas && isReady == ready
		})
}

func TestVersionsAreSwitchedAndComeBack(t *testing.T) {
	p := startWithEvents(t)
	fn := p.AwaitReady(t, p.Create(t, handling(p.namespace, "hello")))
	first := fn.Status.Serving.LastSuccessfulResourceRef
	p.awaitSwitched(t, map[string]string{first: functions.RoutingStateActive})

	since := time.Now()
	second := p.AwaitReady(t, p.Edit(t, fn, withAnotherParam)).Status.Serving.LastSuccessfulResourceRef
	p.awaitSwitched(t, map[string]string{second: functions.RoutingStateActive, first: functions.RoutingStateReserve})
	p.awaitReserve(t, first, true)
	p.awaitReserve(t, second, false)
	p.expectSwitchOrder(t, since, second, first)
	p.expectWrites(t, since, rolledOut)

	since = time.Now()
	p.AwaitReady(t, p.Edit(t, fn, withoutParams))
	p.awaitSwitched(t, map[string]string{first: functions.RoutingStateActive, second: functions.RoutingStateReserve})
	p.awaitReserve(t, first, false)
	p.awaitReserve(t, second, true)
	p.expectSwitchOrder(t, since, first, second)
}

// A revision that cannot start stays a candidate, and the active revision keeps
// receiving the events.
func TestVersionThatCannotTakeEventsReplacesNothing(t *testing.T) {
	p := startWithEvents(t)
	fn := p.AwaitReady(t, p.Create(t, handling(p.namespace, "hello")))
	first := fn.Status.Serving.LastSuccessfulResourceRef
	const broken = repository + ":broken"
	p.workloads.Decide(func(image string) simulator.PodsState {
		if image == broken {
			return simulator.PodsState{Failure: "exceeded quota: pods"}
		}
		return simulator.PodsState{}
	})
	edited := p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Image = broken })
	got := p.AwaitFunction(t, edited, "report that the version cannot start", isFalse)
	if message := got.Status.GetCondition(v1beta2.FunctionConditionReady).Message; !strings.Contains(message, "exceeded quota") {
		t.Errorf("the message of Ready does not name the cause: %q", message)
	}
	if got.Status.Serving.LastSuccessfulResourceRef != first {
		t.Errorf("events go to %q, want %q", got.Status.Serving.LastSuccessfulResourceRef, first)
	}
	p.awaitReserve(t, first, false)
}

func TestSuspendedFunctionConsumesNothing(t *testing.T) {
	p := startWithEvents(t)
	fn := p.AwaitReady(t, p.Create(t, handling(p.namespace, "hello")))
	version := fn.Status.Serving.LastSuccessfulResourceRef
	p.awaitSwitched(t, map[string]string{version: functions.RoutingStateActive})

	edited := p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Serving.ScaleOptions = &v1beta2.ScaleOptions{Suspend: true} })
	p.awaitSwitched(t, map[string]string{version: functions.RoutingStateReserve})
	p.awaitReserve(t, version, true)
	p.AwaitFunction(t, edited, "report that no events are consumed", func(f *v1beta2.Function) bool {
		return f.IsReady() && f.Status.GetCondition(v1beta2.TriggerCondition("orders")).GetReason() == v1beta2.ReasonSuspended
	})

	p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Serving.ScaleOptions = nil })
	p.awaitSwitched(t, map[string]string{version: functions.RoutingStateActive})
	p.awaitReserve(t, version, false)
}

func TestMissingComponentIsNamedAndHeals(t *testing.T) {
	p := startWithEvents(t)
	fn := p.Create(t, handlingForeign(p.namespace, "hello"))
	trigger := v1beta2.TriggerCondition("orders")
	p.AwaitFunction(t, fn, "report which component is missing", func(f *v1beta2.Function) bool {
		cond := f.Status.GetCondition(trigger)
		return cond.IsFalse() && cond.Reason == v1beta2.ReasonComponentNotFound && strings.Contains(cond.Message, `"orders"`)
	})
	p.createComponent(t, "orders")
	got := p.AwaitReady(t, fn)
	if cond := got.Status.GetCondition(trigger); !cond.IsTrue() {
		t.Errorf("the condition of the trigger is %v, want True", cond)
	}
}

func TestRestartedControllerLeavesEventsAlone(t *testing.T) {
	p := startWithEvents(t)
	p.createComponent(t, "orders")
	before := []*v1beta2.Function{handling(p.namespace, "described"), handlingForeign(p.namespace, "foreign")}
	for _, fn := range before {
		ready := p.AwaitReady(t, p.Create(t, fn))
		p.awaitSwitched(t, map[string]string{ready.Status.Serving.LastSuccessfulResourceRef: functions.RoutingStateActive})
	}
	p.controller.Stop()

	since := time.Now()
	p.startController(t)
	// Once this function is Ready, earlier writes are done.
	p.AwaitReady(t, p.Create(t, handlingForeign(p.namespace, "last")))
	for _, write := range p.Writes(t, p.namespace, environment.ControllerUser, since) {
		for _, fn := range before {
			if strings.HasPrefix(write.Name, fn.Name) {
				t.Errorf("needless write: %v", write)
			}
		}
	}
}

// createComponent creates a Dapr component in the namespace, as a user does.
func (p *platform) createComponent(t *testing.T, name string) {
	t.Helper()
	component := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "dapr.io/v1alpha1", "kind": "Component",
		"metadata": map[string]any{"name": name, "namespace": p.namespace},
		"spec": map[string]any{
			"type": "pubsub.redis", "version": "v1",
			"metadata": []any{map[string]any{"name": "redisHost", "value": "redis.brokers:6379"}},
		},
	}}
	if _, err := p.Dynamic.Resource(cluster.Components).Namespace(p.namespace).Create(t.Context(), component, metav1.CreateOptions{}); err != nil {
		t.Fatalf("creating Component %s: %v", name, err)
	}
}

// awaitSwitched waits until exactly these revisions exist, with these routing states.
func (p *platform) awaitSwitched(t *testing.T, states map[string]string) {
	t.Helper()
	cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.Servings, Namespace: p.namespace}, "be switched",
		func(all []v1beta2.Serving) bool {
			switched := 0
			for i := range all {
				if state, ok := states[all[i].Name]; ok && all[i].Labels[functions.RoutingStateLabelKey] == state {
					switched++
				}
			}
			return switched == len(states)
		})
}

// awaitReserve waits until a revision is in reserve, or is active.
func (p *platform) awaitReserve(t *testing.T, version string, reserve bool) {
	t.Helper()
	q := cluster.Query{GroupVersionResource: cluster.ScaledObjects, Namespace: p.namespace, Name: version}
	cluster.AwaitOne(t, p.Cluster, q, "be paused or not", func(o *kedav1alpha1.ScaledObject) bool {
		paused, ok := o.Annotations[kedav1alpha1.PausedReplicasAnnotation]
		return ok == reserve && (!ok || paused == "0")
	})
	if !reserve {
		return
	}
	q.GroupVersionResource = cluster.Deployments
	cluster.AwaitOne(t, p.Cluster, q, "have no pods", func(d *appsv1.Deployment) bool { return ptr.Deref(d.Spec.Replicas, 1) == 0 })
}

// expectSwitchOrder fails the test unless the new revision was activated before the old
// one was deactivated, once each.
func (p *platform) expectSwitchOrder(t *testing.T, since time.Time, on, off string) {
	t.Helper()
	var switched []string
	for _, write := range p.Writes(t, p.namespace, environment.ControllerUser, since) {
		if write.Verb == "patch" && write.Resource == cluster.Servings.Resource {
			switched = append(switched, write.Name)
		}
	}
	if len(switched) != 2 || switched[0] != on || switched[1] != off {
		t.Errorf("switched in the order %q, want %q", switched, []string{on, off})
	}
}
