/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
	"openfunction.dev/openfunction/pkg/runtime"
)

// reconcileRoute sends traffic to the current Serving once it is Ready, and
// leaves it where it is until then.
func (r *Reconciler) reconcileRoute(ctx context.Context, fn *v1beta2.Function, ro *rollout) error {
	if fn.Spec.Serving == nil {
		fn.Status.MarkRouteNotRequired()
		return r.children.Prune(ctx, fn, nil)
	}
	routed := ro.lastGood
	if ro.current != nil && ro.current.IsReady() {
		routed = ro.current
	}
	if routed == nil {
		fn.Status.MarkRouteWaitingForServing()
		fn.Status.PropagateRevisions(ro.revisions(nil))
		return r.switchTried(ctx, fn, ro)
	}
	plugins, missing := runtime.For(&routed.Spec.WorkloadSpec, r.runtimes)
	if missing != "" {
		fn.Status.MarkRouteRuntimeUnknown(missing)
		return nil
	}
	if err := r.switchVersions(ctx, fn, ro, routed); err != nil {
		return err
	}
	rt := route{
		plugin: plugins[0], routed: routed,
		targets: resources.Targets(routed, ro.servings, config.FromContext(ctx).Defaults.RevisionHistoryLimit),
	}
	for _, plugin := range plugins {
		objects, err := plugin.Route(ctx, fn, rt.targets)
		if err != nil {
			return err
		}
		rt.objects = append(rt.objects, objects...)
	}
	return r.applyRoute(ctx, fn, ro, rt)
}

// route is how a function is reached.
type route struct {
	// plugin is the runtime that answers requests, or the only one.
	plugin  runtime.Runtime
	routed  *v1beta2.Serving
	targets []runtime.Target
	objects []child.Object
}

func (r *Reconciler) applyRoute(ctx context.Context, fn *v1beta2.Function, ro *rollout, rt route) error {
	ours, hosts := apart(rt.objects)
	observations, err := r.children.Apply(ctx, fn, ours)
	cond := child.Summarize(observations, v1beta2.FunctionConditionRouteReady)
	answers := cond.IsTrue()
	var hostErr error
	if answers {
		// Not before it answers: each part of it that comes to be known would cost
		// a write.
		address(fn, observations)
		at, err := r.applyHosts(ctx, fn, hosts)
		hostErr = err
		hostnames(fn, at)
		cond = child.Summarize(slices.Concat(at, observations), v1beta2.FunctionConditionRouteReady)
	}
	if cond.IsFalse() {
		cond.Message = runtime.WithAdvice(rt.plugin, cond.Message)
	}
	if len(rt.objects) == 0 {
		fn.Status.MarkRouteNotRequired()
	} else {
		fn.Status.PropagateRoute(cond)
	}
	summarise(fn, ro, rt, answers, observations)
	// What reached the function before goes when its successor answers.
	if err != nil || !answers {
		return err
	}
	return child.JoinErrors(hostErr, r.children.Prune(ctx, fn, rt.objects))
}

// address takes the address from the child that speaks for the route, by duck
// type. One that is not known at the moment is no reason to forget it.
func address(fn *v1beta2.Function, observations []child.Observation) {
	for _, o := range observations {
		if o.ConditionType != v1beta2.FunctionConditionRouteReady || o.Live == nil {
			continue
		}
		if url := urlAt(o.Live.Object, "status", "url"); url != nil {
			fn.Status.URL = url
		}
		if url := urlAt(o.Live.Object, "status", "address", "url"); url != nil {
			fn.Status.Address = &duckv1.Addressable{URL: url}
		}
	}
}

// summarise records which versions take part in the address, and where each
// answers by itself once the address is set up.
func summarise(fn *v1beta2.Function, ro *rollout, rt route, answers bool, observations []child.Observation) {
	if fn.Status.Serving == nil {
		fn.Status.Serving = &v1beta2.FunctionServingStatus{}
	}
	var tags map[string]*apis.URL
	if answers {
		tags = tagURLs(observations)
	}
	fn.Status.Serving.Runtime = strings.Join(runtime.NamesFor(&rt.routed.Spec.WorkloadSpec), ",")
	fn.Status.Serving.LastSuccessfulResourceRef = rt.routed.Name
	fn.Status.Serving.Service = fn.Name
	fn.Status.Image = resources.Short(rt.routed.Spec.Image)
	shares := make(map[string]share, len(rt.targets))
	for _, target := range rt.targets {
		url := urlBefore(fn, target.Serving)
		if tags != nil {
			url = tags[target.Tag]
		}
		shares[target.Serving] = share{target.Percent, url}
	}
	fn.Status.PropagateRevisions(ro.revisions(shares))
}

// share is the part that a version takes in the address.
type share struct {
	percent int64
	url     *apis.URL
}

// revisions returns what is so of the versions that take part in the address and
// of the one that is to, newest first.
func (ro *rollout) revisions(shares map[string]share) []v1beta2.RevisionStatus {
	servings := ro.servings
	if ro.current != nil && resources.Find(servings, ro.current.Name) == nil {
		servings = append([]*v1beta2.Serving{ro.current}, servings...)
	}
	revisions := make([]v1beta2.RevisionStatus, 0, len(servings))
	for _, s := range servings {
		taken, ok := shares[s.Name]
		if !ok && (ro.current == nil || s.Name != ro.current.Name) {
			continue
		}
		revision := s.Revision()
		revision.Percent, revision.URL = &taken.percent, taken.url
		revisions = append(revisions, revision)
	}
	return revisions
}

// urlBefore is where a version answers by itself until a new split is in effect.
func urlBefore(fn *v1beta2.Function, serving string) *apis.URL {
	for _, revision := range fn.Status.Serving.Revisions {
		if revision.Name == serving {
			return revision.URL
		}
	}
	return nil
}

// tagURLs reads the addresses of single versions from status.traffic, where a
// route has that.
func tagURLs(observations []child.Observation) map[string]*apis.URL {
	urls := make(map[string]*apis.URL)
	for _, o := range observations {
		if o.Live == nil {
			continue
		}
		traffic, _, _ := unstructured.NestedSlice(o.Live.Object, "status", "traffic")
		for _, item := range traffic {
			target, _ := item.(map[string]any)
			if tag, ok := target["tag"].(string); ok {
				urls[tag] = urlAt(target, "url")
			}
		}
	}
	return urls
}

func urlAt(object map[string]any, path ...string) *apis.URL {
	text, ok, err := unstructured.NestedString(object, path...)
	if err != nil || !ok || text == "" {
		return nil
	}
	url, err := apis.ParseURL(text)
	if err != nil {
		return nil
	}
	return url
}
