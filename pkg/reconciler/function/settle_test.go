/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	ofruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

func TestAwaitSettled(t *testing.T) {
	const settleTime = 2 * time.Second
	accepted := isTrue()
	accepted.LastTransitionTime.Inner = metav1.NewTime(epoch.Add(-time.Second))
	for name, tt := range map[string]struct {
		age        time.Duration
		settleTime time.Duration
		condition  *apis.Condition
		answered   bool
		ready      bool
		requeue    time.Duration
	}{
		"a new route waits":                   {time.Second, settleTime, isTrue(), false, false, time.Second},
		"a route of that age is ready":        {settleTime, settleTime, isTrue(), false, true, 0},
		"an old route that was accepted now":  {time.Hour, settleTime, accepted, false, false, time.Second},
		"a change of a route that answers":    {time.Hour, settleTime, accepted, true, true, 0},
		"a runtime without a settle time":     {0, 0, isTrue(), false, true, 0},
		"a new route that is refused at once": {0, settleTime, child.Failed("Refused", "no"), false, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var requeue time.Duration
			r := &Reconciler{clock: clocktesting.NewFakePassiveClock(epoch), enqueueAfter: func(_ any, after time.Duration) { requeue = after }}
			live := &unstructured.Unstructured{}
			live.SetCreationTimestamp(metav1.NewTime(epoch.Add(-tt.age)))
			observations := []child.Observation{{Live: live, Condition: tt.condition}}
			f := fn()
			if tt.answered {
				f.Status.PropagateRoute(isTrue())
			}
			r.awaitSettled(f, observations, tt.settleTime)
			if got := observations[0].Condition; got.IsTrue() != tt.ready || tt.condition.IsFalse() && !got.IsFalse() {
				t.Errorf("the condition is %+v", got)
			}
			if requeue != tt.requeue {
				t.Errorf("the function is requeued after %s, want %s", requeue, tt.requeue)
			}
		})
	}
}

// claiming returns a Function of that age that claims a host name.
func claiming(name string, age time.Duration, hostnames ...string) *v1beta2.Function {
	return Function(namespace, name, WithFunction(func(f *v1beta2.Function) {
		f.CreationTimestamp = metav1.NewTime(epoch.Add(-age))
		f.Spec.Serving = &v1beta2.WorkloadSpec{Triggers: &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{
			Route: &v1beta2.RouteSpec{Hostnames: hostnames},
		}}}
	}))
}

func TestClaims(t *testing.T) {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	c := newHostnames(indexer)
	r := &Reconciler{hostnames: c}
	older := claiming("older", time.Hour, "a.example.com", "b.example.com")
	younger := claiming("younger", time.Minute, "a.example.com", "c.example.com")
	twin := claiming("a-twin", time.Minute, "c.example.com")
	for _, f := range []*v1beta2.Function{older, younger, twin} {
		if err := indexer.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	if taken := r.taken(t.Context(), older); len(taken) > 0 {
		t.Errorf("the oldest function lacks %v", taken)
	}
	taken := r.taken(t.Context(), younger)
	if len(taken) != 2 || taken["a.example.com"] != namespace+"/older" || taken["c.example.com"] != namespace+"/a-twin" {
		t.Errorf("taken() = %v, want one of the older function and one of the function that is first by name", taken)
	}

	var enqueued []string
	handler := c.onChange(func(obj any) {
		if f, ok := obj.(*v1beta2.Function); ok {
			enqueued = append(enqueued, f.Name)
		}
	})
	after := claiming("older", time.Hour, "b.example.com")
	if err := indexer.Update(after); err != nil {
		t.Fatal(err)
	}
	handler.OnUpdate(older, after)
	if len(enqueued) != 1 || enqueued[0] != "younger" {
		t.Errorf("a released host name enqueues %q, want the function that claims it", enqueued)
	}
	enqueued = nil
	if err := indexer.Delete(twin); err != nil {
		t.Fatal(err)
	}
	handler.OnDelete(cache.DeletedFinalStateUnknown{Obj: twin})
	if len(enqueued) != 1 || enqueued[0] != "younger" {
		t.Errorf("a deleted function enqueues %q, want the function that claims its host name", enqueued)
	}
}

// A name that is made of the name of a Function is its own, even if another one claimed
// it before, and what the administrator refuses an older Function is free.
func TestClaimsOfNames(t *testing.T) {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	r := &Reconciler{hostnames: newHostnames(indexer)}
	tagged := claiming("hello", time.Hour, "x-hello."+namespace, "hello."+namespace, "a.functions.example.com")
	tagged.Spec.Serving.Traffic = []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(100)), Tag: "x"}, {Latest: true, Tag: "a-b"}}
	twin := claiming("b-hello", time.Minute, "a.functions.example.com")
	twin.Spec.Serving.Traffic = []v1beta2.TrafficTarget{{Latest: true, Percent: new(int32(100)), Tag: "a"}}
	named := claiming("x-hello", time.Second)
	for _, f := range []*v1beta2.Function{tagged, twin, named} {
		f.UID = types.UID(f.Name)
		if err := indexer.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"x-hello." + namespace: namespace + "/x-hello"}
	if diff := cmp.Diff(want, r.taken(t.Context(), tagged)); diff != "" {
		t.Error("taken() of the function with tags (-want, +got):", diff)
	}
	want = map[string]string{"a-b-hello." + namespace: namespace + "/hello"}
	if diff := cmp.Diff(want, r.taken(t.Context(), twin)); diff != "" {
		t.Error("taken() of the function whose tag makes the same name (-want, +got):", diff)
	}
	var enqueued []string
	r.hostnames.onChange(func(obj any) { enqueued = append(enqueued, obj.(*v1beta2.Function).Name) }).OnAdd(named, false)
	if len(enqueued) == 0 || enqueued[0] != "hello" {
		t.Errorf("a new function enqueues %q, want the function that claims its name", enqueued)
	}
}

// The host that an engine gives to a function is its own, even if another one claimed it
// before.
func TestHostnameOfAnotherAddress(t *testing.T) {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	r := &Reconciler{hostnames: newHostnames(indexer)}
	older := claiming("older", time.Hour, "victim.team.apps.example.org")
	victim := claiming("victim", time.Minute, "victim.team.apps.example.org")
	before := victim.DeepCopy()
	victim.Status.URL = apis.HTTP("victim.team.apps.example.org")
	for _, f := range []*v1beta2.Function{older, victim} {
		if err := indexer.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"victim.team.apps.example.org": namespace + "/victim"}
	if diff := cmp.Diff(want, r.taken(t.Context(), older)); diff != "" {
		t.Error("taken() of the function that claims the host (-want, +got):", diff)
	}
	if taken := r.taken(t.Context(), victim); len(taken) > 0 {
		t.Errorf("the function lacks its own host: %v", taken)
	}
	other := claiming("other", time.Hour, "apps.example.org")
	if err := indexer.Update(other); err != nil {
		t.Fatal(err)
	}
	var enqueued []string
	addressed := other.DeepCopy()
	addressed.Name, addressed.UID, addressed.Spec.Serving = "addressed", "addressed", nil
	addressed.Status.URL = apis.HTTP("apps.example.org")
	handler := r.hostnames.onChange(func(obj any) { enqueued = append(enqueued, obj.(*v1beta2.Function).Name) })
	handler.OnUpdate(before, victim)
	handler.OnAdd(addressed, false)
	if len(enqueued) != 1 || enqueued[0] != "other" {
		t.Errorf("an address enqueues %q, want the function that claims it", enqueued)
	}
}

func TestDropTags(t *testing.T) {
	targets := []ofruntime.Target{{Serving: "hello-1", Percent: 100, Tag: "x"}, {Serving: "hello-2", Tag: "x"}, {Serving: "hello-2", Tag: "y"}}
	kept, problem := dropTags(fn(), targets, map[string]string{"x-hello.ns": "ns/x-hello"})
	if diff := cmp.Diff([]ofruntime.Target{{Serving: "hello-1", Percent: 100}, {Serving: "hello-2", Tag: "y"}}, kept); diff != "" {
		t.Error("dropTags() (-want, +got):", diff)
	}
	if problem.GetReason() != v1beta2.ReasonHostnameTaken || !strings.Contains(problem.GetMessage(), `the tag "x" makes the host name of the Function ns/x-hello`) {
		t.Errorf("the problem is %+v", problem)
	}
	if _, problem := dropTags(fn(), targets, nil); problem != nil {
		t.Errorf("the problem is %+v, want none", problem)
	}
}

// gatewayRuntime is a fake runtime whose route refers to a Gateway.
type gatewayRuntime struct {
	plainRuntime

	err error
}

func (g gatewayRuntime) Describe() ofruntime.Description {
	d := g.plainRuntime.Describe()
	d.RouteReferences = func(in *ofruntime.RouteInput) []ofruntime.Reference {
		return []ofruntime.Reference{{Reference: child.Reference{NamespacedName: types.NamespacedName{Namespace: in.Function.Namespace, Name: "gateway"}}}}
	}
	return d
}

func (g gatewayRuntime) Route(in *ofruntime.RouteInput) (*ofruntime.Route, error) {
	route := &ofruntime.Route{}
	if len(in.References) == 1 && in.References[0].Live == nil {
		route.Problem = child.Failed(v1beta2.ReasonGatewayNotFound, "create "+in.References[0].Name)
	}
	return route, g.err
}

func TestPlanRoute(t *testing.T) {
	r := &Reconciler{references: Found{"another": nil}}
	in := &ofruntime.RouteInput{Function: fn(), Config: config.FromContext(t.Context())}
	route, err := r.planRoute(in, gatewayRuntime{})
	if err != nil || route.Problem.GetMessage() != "create gateway" {
		t.Errorf("planRoute() = %+v, %v, want the problem of the missing Gateway", route, err)
	}
	if _, err := r.planRoute(in, gatewayRuntime{err: errors.New("wrong filter")}); err == nil {
		t.Error("planRoute() returned no error for a spec that is wrong")
	}
}
