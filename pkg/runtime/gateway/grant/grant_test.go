/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package grant

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

func function(name string, engine v1beta2.HTTPEngine) *v1beta2.Function {
	fn := &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name}}
	fn.Spec.Serving = &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Engine: &engine}}}
	return fn
}

// settled is a function whose route is that of Knative.
func settled(name string) *v1beta2.Function {
	fn := function(name, v1beta2.HTTPEngineKnative)
	fn.Status.PropagateRoute(&apis.Condition{Status: "True"})
	fn.Status.InUse = &v1beta2.FunctionInUse{Runtime: "knative"}
	return fn
}

// place is the namespace of the target.
const place = "gateways"

// granted are the routes of the functions of one engine.
var granted = gateway.Granted{
	Prefix: "openfunction-",
	Refer: func(fn *v1beta2.Function, _ *config.Config) bool {
		return gateway.IsServedBy(v1beta2.HTTPEngineKeda, fn)
	},
}

// fixture is a leading Reconciler whose events are reconciled at once.
type fixture struct {
	*Reconciler
	events
	client   *dynamicfake.FakeDynamicClient
	time     *clocktesting.FakeClock
	target   gateway.Target
	enqueued int
}

func newFixture(t *testing.T, live ...k8sruntime.Object) *fixture {
	t.Helper()
	kinds := map[schema.GroupVersionResource]string{resource: "ReferenceGrantList"}
	fake := clocktesting.NewFakeClock(time.Unix(1_800_000_000, 0))
	client := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(k8sruntime.NewScheme(), kinds, live...)
	f := &fixture{client: client, time: fake, target: gateway.Target{Namespace: place, Services: []string{"ingress"}}}
	r := &Reconciler{
		routes: granted, target: func() gateway.Target { return f.target },
		client: client.Resource(resource), users: newUsers(), clock: fake,
	}
	if err := r.Promote(reconciler.UniversalBucket(), func(reconciler.Bucket, types.NamespacedName) {}); err != nil {
		t.Fatal(err)
	}
	f.Reconciler = r
	needs := func(fn *v1beta2.Function) bool { return granted.Refer(fn, nil) }
	f.events = events{users: r.users, needs: needs, enqueue: func(namespace string) {
		f.enqueued++
		f.reconcile(t, namespace, fake)
	}}
	return f
}

// reconcile reconciles a namespace, and again after the delay that Reconcile returns.
func (f *fixture) reconcile(t *testing.T, namespace string, fake *clocktesting.FakeClock) {
	t.Helper()
	err := f.Reconcile(t.Context(), namespace)
	if planned, after := controller.IsRequeueKey(err); planned {
		if before := f.grants(t); before == 0 {
			t.Error("a grant was deleted at once")
		}
		fake.Step(after)
		err = f.Reconcile(t.Context(), namespace)
	}
	if err != nil {
		t.Error("Reconcile() =", err)
	}
}

func (f *fixture) grants(t *testing.T) int {
	t.Helper()
	list, err := f.client.Resource(resource).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return len(list.Items)
}

func TestGrantFollowsTheFunctionsOfANamespace(t *testing.T) {
	f := newFixture(t)
	for _, step := range []struct {
		name           string
		do             func()
		grants, events int
	}{
		{"a function of another engine", func() { f.OnAdd(settled("a"), true) }, 0, 0},
		{"the first function", func() { f.OnAdd(function("b", v1beta2.HTTPEngineKeda), false) }, 1, 1},
		{"the same again", func() { f.OnUpdate(nil, function("b", v1beta2.HTTPEngineKeda)) }, 1, 0},
		{"a second function", func() { f.OnAdd(function("c", v1beta2.HTTPEngineKeda), false) }, 1, 1},
		{"the first one is deleted", func() { f.OnDelete(function("b", v1beta2.HTTPEngineKeda)) }, 1, 1},
		{"the second one waits for its version of another engine", func() {
			fn := function("c", v1beta2.HTTPEngineKnative)
			fn.Status.InUse = &v1beta2.FunctionInUse{Runtime: "keda"}
			f.OnUpdate(nil, fn)
		}, 1, 0},
		{"the route of the other engine is not ready", func() { f.OnUpdate(nil, function("c", v1beta2.HTTPEngineKnative)) }, 1, 1},
		{"the second one has another engine", func() {
			f.OnUpdate(nil, settled("c"))
		}, 0, 1},
		{"a function of both requests and events", func() {
			fn := function("d", v1beta2.HTTPEngineKeda)
			fn.Spec.Serving.Triggers.Cron = []*v1beta2.CronTrigger{{}}
			f.OnAdd(fn, false)
		}, 1, 1},
		{"its deletion was missed", func() {
			f.OnDelete(cache.DeletedFinalStateUnknown{Obj: function("d", v1beta2.HTTPEngineKeda)})
		}, 0, 1},
	} {
		before := f.enqueued
		step.do()
		if got := f.grants(t); got != step.grants {
			t.Errorf("%s: %d grants, want %d", step.name, got, step.grants)
		}
		if got := f.enqueued - before; got != step.events {
			t.Errorf("%s: reconciled %d times, want %d", step.name, got, step.events)
		}
	}
}

func TestGrantThatAGatewayMissesIsRestored(t *testing.T) {
	f := newFixture(t)
	fn := function("a", v1beta2.HTTPEngineKeda)
	f.OnAdd(fn, false)
	if err := f.client.Resource(resource).Namespace(place).Delete(t.Context(), granted.Prefix+"team", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	fn = fn.DeepCopy()
	fn.Status.PropagateRoute(child.Failed(refNotPermitted, "no grant"))
	f.OnUpdate(nil, fn)
	if got := f.grants(t); got != 1 {
		t.Errorf("%d grants, want 1", got)
	}
}

func TestGrantOfAnotherOwnerStays(t *testing.T) {
	other := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": resource.GroupVersion().String(), "kind": "ReferenceGrant",
		"metadata": map[string]any{"name": granted.Prefix + "team", "namespace": place},
	}}
	f := newFixture(t, other)
	if err := f.Reconcile(t.Context(), "team"); err != nil {
		t.Fatal("Reconcile() =", err)
	}
	if got := f.grants(t); got != 1 {
		t.Errorf("%d grants, want that of the other owner", got)
	}
}

// A leader deletes the grants of namespaces whose last function was deleted before, and
// those in a namespace where the target is no more.
func TestLeaderFindsGrantsWithoutUse(t *testing.T) {
	f := newFixture(t)
	unused, moved := f.grantFor("gone", f.target), f.grantFor("team", f.target)
	unused.SetNamespace(place)
	moved.SetNamespace("gateways-before")
	f = newFixture(t, unused, moved)
	f.OnAdd(function("a", v1beta2.HTTPEngineKeda), true)
	if err := f.restore(t.Context()); err != nil {
		t.Fatal("restore() =", err)
	}
	if got := f.Reconciler.users.known(); !slices.Equal(got, []string{"gone", "team"}) {
		t.Fatalf("the namespaces with grants are %q", got)
	}
	for _, namespace := range f.Reconciler.users.known() {
		f.reconcile(t, namespace, f.time)
	}
	f.expect(t, place+"/"+granted.Prefix+"team")
	if got := unused.GetLabels()[functions.ManagedLabelKey]; got != functions.ManagedLabelValue {
		t.Errorf("the grant has the label %q", got)
	}
}

// The administrator changes the Service that routes refer to.
func TestGrantFollowsItsTarget(t *testing.T) {
	f := newFixture(t)
	f.OnAdd(function("a", v1beta2.HTTPEngineKeda), false)
	for _, target := range []gateway.Target{
		{Namespace: place, Services: []string{"other"}},
		{Namespace: "elsewhere", Services: []string{"ingress"}},
	} {
		f.target = target
		f.reconcile(t, "team", f.time)
		live := f.expect(t, target.Namespace+"/"+granted.Prefix+"team")
		to, _, _ := unstructured.NestedSlice(live.Object, "spec", "to")
		if got, _ := to[0].(map[string]any); len(to) != 1 || got["name"] != target.Services[0] {
			t.Errorf("the grant is for %v, want %s", to, target.Services[0])
		}
	}
	f.target = gateway.Target{}
	f.reconcile(t, "team", f.time)
	if got := f.grants(t); got != 0 {
		t.Errorf("%d grants, want none without a target", got)
	}
}

// expect returns the only grant.
func (f *fixture) expect(t *testing.T, name string) *unstructured.Unstructured {
	t.Helper()
	list, err := f.client.Resource(resource).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != 1 || list.Items[0].GetNamespace()+"/"+list.Items[0].GetName() != name {
		t.Fatalf("the grants are %v, want %s", list.Items, name)
	}
	return &list.Items[0]
}
