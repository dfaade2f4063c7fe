//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	httpv1beta1 "github.com/kedacore/http-add-on/operator/apis/http/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/ptr"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// withTraffic splits the traffic by hand.
func withTraffic(targets ...v1beta2.TrafficTarget) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) { spec.Serving.Traffic = targets }
}

func shareOf(revision string, percent int32) v1beta2.TrafficTarget {
	return v1beta2.TrafficTarget{Revision: revision, Percent: &percent}
}

// split is the traffic of a function by its revisions, without those that have none.
type split map[string]int64

// expectSplit fails the test unless the route and the status of fn have this split.
func (p *platform) expectSplit(t *testing.T, fn *v1beta2.Function, engine v1beta2.HTTPEngine, want split) {
	t.Helper()
	inRoute, inStatus := p.knativeSplit(t, fn), split{}
	if engine == v1beta2.HTTPEngineKeda {
		inRoute = p.gatewaySplit(t, fn)
	}
	for _, revision := range fn.Status.Serving.Revisions {
		if percent := ptr.Deref(revision.Percent, 0); percent > 0 {
			inStatus[revision.Name] = percent
		}
	}
	if diff := cmp.Diff(want, inRoute); diff != "" {
		t.Error("the split of the route (-want, +got):", diff)
	}
	if diff := cmp.Diff(want, inStatus); diff != "" {
		t.Error("the split in the status (-want, +got):", diff)
	}
}

func (p *platform) knativeSplit(t *testing.T, fn *v1beta2.Function) split {
	t.Helper()
	if fn.Status.Serving.Runtime != string(v1beta2.HTTPEngineKnative) {
		return nil
	}
	got := split{}
	for _, target := range p.route(t, fn).Spec.Traffic {
		if *target.Percent > 0 {
			got[target.ConfigurationName] += *target.Percent
		}
	}
	return got
}

// gatewaySplit reads the split from the HTTPRoute, which selects each revision by a
// header.
func (p *platform) gatewaySplit(t *testing.T, fn *v1beta2.Function) split {
	t.Helper()
	got := split{}
	for _, route := range list[gatewayv1.HTTPRoute](t, p, cluster.HTTPRoutes) {
		if route.Name != fn.Name {
			continue
		}
		rule := route.Spec.Rules[0]
		for _, backend := range rule.BackendRefs {
			for _, filter := range slices.Concat(rule.Filters, backend.Filters) {
				got[strings.TrimPrefix(filter.RequestHeaderModifier.Set[0].Value, p.namespace+"/")] += int64(*backend.Weight)
			}
		}
	}
	return got
}

// children returns the UIDs of the Builders and Servings of the namespace.
func (p *platform) children(t *testing.T) sets.Set[types.UID] {
	t.Helper()
	uids := sets.New[types.UID]()
	for _, b := range list[v1beta2.Builder](t, p, cluster.Builders) {
		uids.Insert(b.UID)
	}
	for _, s := range list[v1beta2.Serving](t, p, cluster.Servings) {
		uids.Insert(s.UID)
	}
	return uids
}

// A user splits the traffic, goes back to a kept revision by the command of the manual,
// and deploys while the traffic stays on that revision.
func TestTrafficByHand(t *testing.T) {
	for _, engine := range []v1beta2.HTTPEngine{v1beta2.HTTPEngineKnative, v1beta2.HTTPEngineKeda} {
		t.Run(string(engine), func(t *testing.T) {
			p := startKeda(t)
			fn := built(p.namespace, "hello")
			withEngine(engine)(&fn.Spec)
			fn = p.AwaitReady(t, p.Create(t, fn))
			first := fn.Status.Serving.LastSuccessfulResourceRef
			fn = p.AwaitReady(t, p.Edit(t, fn, withAnotherParam))
			second := fn.Status.Serving.LastSuccessfulResourceRef
			p.expectSplit(t, fn, engine, split{second: 100})
			before := p.children(t)

			preview := v1beta2.TrafficTarget{Latest: true, Percent: new(int32(10)), Tag: "preview"}
			fn = p.AwaitReady(t, p.Edit(t, fn, withTraffic(shareOf(first, 90), preview)))
			p.expectSplit(t, fn, engine, split{first: 90, second: 10})
			p.expectTag(t, fn, engine, "preview")

			p.Kubectl(t, "patch", "fn", fn.Name, "-n", p.namespace, "--type", "merge", "-p",
				fmt.Sprintf(`{"spec":{"serving":{"traffic":[{"revision":%q,"percent":100}]}}}`, first))
			fn = p.AwaitFunction(t, fn, "go back to the first revision", func(f *v1beta2.Function) bool {
				return f.Generation > fn.Generation && f.IsReady()
			})
			p.expectSplit(t, fn, engine, split{first: 100})

			unknown := p.Edit(t, fn, withTraffic(shareOf("hello-0000000000", 100)))
			fn = p.AwaitFunction(t, unknown, "report the unknown revision", func(f *v1beta2.Function) bool {
				return f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason() == v1beta2.ReasonRevisionNotFound
			})
			p.expectSplit(t, fn, engine, split{first: 100})
			if message := fn.Status.GetCondition(v1beta2.FunctionConditionReady).Message; !strings.HasPrefix(message, "spec.serving.traffic[0].revision: ") {
				t.Errorf("the message %q does not begin with the field", message)
			}
			if diff := cmp.Diff(before, p.children(t)); diff != "" {
				t.Error("splits and the rollback changed the children (-before, +after):", diff)
			}
			p.expectCandidate(t, fn, engine, first)
		})
	}
}

// A class that does not list the feature of a split keeps the traffic on one revision
// until it does.
func TestTrafficOfAGatewayWithoutSplits(t *testing.T) {
	p := startKeda(t)
	p.supportFeatures(t, "HTTPRoute")
	fn := p.AwaitReady(t, p.Create(t, onKeda(p.namespace, "hello")))
	first := fn.Status.Serving.LastSuccessfulResourceRef
	fn = p.AwaitReady(t, p.Edit(t, fn, withAnotherParam))
	second := fn.Status.Serving.LastSuccessfulResourceRef
	p.expectSplit(t, fn, v1beta2.HTTPEngineKeda, split{second: 100})

	fn = p.AwaitFunction(t, p.Edit(t, fn, withTraffic(shareOf(first, 90), shareOf(second, 10))), "report the class", func(f *v1beta2.Function) bool {
		return f.Status.GetCondition(v1beta2.FunctionConditionRouteReady).GetReason() == v1beta2.ReasonTrafficSplitUnsupported
	})
	p.expectSplit(t, fn, v1beta2.HTTPEngineKeda, split{second: 100})
	if message := fn.Status.GetCondition(v1beta2.FunctionConditionReady).Message; !strings.Contains(message, fmt.Sprintf("the GatewayClass %q", p.namespace)) {
		t.Errorf("the message %q does not name the class", message)
	}
	p.supportFeatures(t, "HTTPRoute", "HTTPRouteBackendRequestHeaderModification")
	fn = p.AwaitReady(t, fn)
	p.expectSplit(t, fn, v1beta2.HTTPEngineKeda, split{first: 90, second: 10})
}

// expectTag fails the test unless the latest revision answers at the host of the tag.
func (p *platform) expectTag(t *testing.T, fn *v1beta2.Function, engine v1beta2.HTTPEngine, tag string) {
	t.Helper()
	latest := fn.Status.Serving.LastSuccessfulResourceRef
	if engine == v1beta2.HTTPEngineKnative {
		for _, target := range p.route(t, fn).Spec.Traffic {
			if target.Tag == tag && target.ConfigurationName == latest {
				return
			}
		}
		t.Errorf("the Route has no tag %s for %s", tag, latest)
		return
	}
	host := tag + "-hello." + p.namespace + ".functions.example.com"
	cluster.AwaitOne(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.HTTPRoutes, Namespace: p.namespace, Name: "hello." + tag},
		"answer at the host of the tag", func(route *gatewayv1.HTTPRoute) bool {
			return slices.Equal(route.Spec.Hostnames, []gatewayv1.Hostname{gatewayv1.Hostname(host)})
		})
	cluster.Await(t, p.Cluster, cluster.Query{GroupVersionResource: cluster.InterceptorRoutes, Namespace: p.namespace},
		"match the host of the tag", func(routes []httpv1beta1.InterceptorRoute) bool {
			lacks := func(route httpv1beta1.InterceptorRoute) bool {
				return !slices.Contains(route.Spec.Rules[0].Hosts, host)
			}
			return len(routes) == 2 && !slices.ContainsFunc(routes, lacks)
		})
}

// expectCandidate fails the test unless a new revision gets ready and receives nothing
// while the traffic names another, and everything when it no longer does.
func (p *platform) expectCandidate(t *testing.T, fn *v1beta2.Function, engine v1beta2.HTTPEngine, named string) {
	t.Helper()
	fn = p.AwaitReady(t, p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) {
		spec.Serving.Params = map[string]string{"THIRD": "value"}
		spec.Serving.Traffic = []v1beta2.TrafficTarget{shareOf(named, 100)}
	}))
	third := fn.Status.Serving.ResourceRef
	if got := fn.Status.Serving.LastSuccessfulResourceRef; got != third {
		t.Errorf("the latest ready revision is %s, want %s", got, third)
	}
	p.expectSplit(t, fn, engine, split{named: 100})
	for _, revision := range fn.Status.Serving.Revisions {
		if revision.URL == nil || revision.Ready != corev1.ConditionTrue {
			t.Errorf("the revision %+v is not ready at an address of its own", revision)
		}
	}
	fn = p.AwaitReady(t, p.Edit(t, fn, withTraffic()))
	p.expectSplit(t, fn, engine, split{third: 100})
}

// Events go to each revision that has a share.
func TestTrafficOfEvents(t *testing.T) {
	p := startWithEvents(t)
	fn := p.AwaitReady(t, p.Create(t, handling(p.namespace, "hello")))
	first := fn.Status.Serving.LastSuccessfulResourceRef
	fn = p.AwaitReady(t, p.Edit(t, fn, withAnotherParam))
	second := fn.Status.Serving.LastSuccessfulResourceRef
	active, reserve := functions.RoutingStateActive, functions.RoutingStateReserve

	fn = p.AwaitReady(t, p.Edit(t, fn, withTraffic(shareOf(first, 50), shareOf(second, 50))))
	p.awaitSwitched(t, map[string]string{first: active, second: active})
	p.awaitReserve(t, first, false)

	fn = p.AwaitReady(t, p.Edit(t, fn, withTraffic(shareOf(first, 100))))
	p.awaitSwitched(t, map[string]string{first: active, second: reserve})
	p.awaitReserve(t, second, true)

	// A new revision is ready, and consumes nothing while the traffic names another.
	third := p.AwaitReady(t, p.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Version = new("v3") })).Status.Serving.ResourceRef
	p.awaitSwitched(t, map[string]string{first: active, third: reserve})
	fn = p.AwaitReady(t, p.Edit(t, fn, withTraffic()))
	p.awaitSwitched(t, map[string]string{second: reserve, third: active})
	if got := fn.Status.Serving.LastSuccessfulResourceRef; got != third {
		t.Errorf("events go to %s, want %s", got, third)
	}
}
