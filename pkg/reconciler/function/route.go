/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
	"openfunction.dev/openfunction/pkg/runtime"
)

// reconcileRoute routes traffic to the current Serving once it is Ready. Until then the
// traffic stays as it is.
func (r *Reconciler) reconcileRoute(ctx context.Context, fn *v1beta2.Function, own *children) error {
	if fn.Spec.Serving == nil {
		fn.Status.MarkRouteNotRequired()
		return r.children.Prune(ctx, fn, nil)
	}
	routed := own.routed()
	if routed == nil {
		fn.Status.MarkRouteWaitingForServing()
		fn.Status.PropagateRevisions(own.revisions(nil))
		return r.switchCandidate(ctx, fn, own)
	}
	runtimes, missing := r.plugins.Runtimes.For(&routed.Spec.WorkloadSpec)
	if missing != "" {
		fn.Status.MarkRouteRuntimeUnknown(missing)
		return nil
	}
	traffic := fn.Spec.Serving.Traffic
	if len(traffic) == 0 {
		traffic = own.traffic
	}
	targets, problem := resources.Targets(fn, traffic, routed, own.servings, config.FromContext(ctx).Defaults.RevisionHistoryLimit)
	if problem != nil && own.unfinished != nil {
		problem = own.unfinished
	}
	if problem == nil && isSplit(targets) {
		problem = r.cannotSplit(ctx, fn, routed)
	}
	if problem != nil {
		fn.Status.PropagateRoute(problem)
		return r.keepSplit(ctx, fn, own, routed)
	}
	if err := r.switchVersions(ctx, fn, own, routed, receiving(targets)); err != nil {
		return err
	}
	taken := r.taken(ctx, fn)
	targets, problem = dropTags(fn, targets, taken)
	rt := route{routed: routed, targets: targets}
	in := &runtime.RouteInput{Function: fn, Config: config.FromContext(ctx), Targets: rt.targets, Taken: taken}
	for _, plugged := range runtimes {
		planned, err := r.planRoute(in, plugged)
		if err != nil {
			// The spec is wrong. The route stays as it was.
			fn.Status.PropagateRoute(child.Failed(v1beta2.ReasonRejected, err.Error()))
			return nil
		}
		if len(planned.Objects) > 0 {
			// At most one runtime of a function answers requests.
			rt.Route = planned
			if rt.Problem == nil {
				rt.Problem = problem
			}
		}
	}
	return r.applyRoute(ctx, fn, own, rt)
}

// planRoute translates the route by one runtime, with the objects that it refers to.
func (r *Reconciler) planRoute(in *runtime.RouteInput, plugged runtime.Runtime) (*runtime.Route, error) {
	r.resolveRoute(in, plugged)
	return plugged.Route(in)
}

// resolveRoute adds the objects that the route of a runtime refers to.
func (r *Reconciler) resolveRoute(in *runtime.RouteInput, plugged runtime.Runtime) {
	in.References = nil
	references := plugged.Describe().RouteReferences
	if references == nil {
		return
	}
	for wanted := references(in); len(wanted) > len(in.References); wanted = references(in) {
		in.References = r.resolve(in.Function, wanted)
	}
}

// cannotSplit returns why the route of the revision cannot split the traffic; nil if it
// can.
func (r *Reconciler) cannotSplit(ctx context.Context, fn *v1beta2.Function, s *v1beta2.Serving) *apis.Condition {
	runtimes, _ := r.plugins.Runtimes.For(&s.Spec.WorkloadSpec)
	in := &runtime.RouteInput{Function: fn, Config: config.FromContext(ctx)}
	for _, plugged := range runtimes {
		if cannotSplit := plugged.Describe().CannotSplit; cannotSplit != nil {
			r.resolveRoute(in, plugged)
			return cannotSplit(in)
		}
	}
	return nil
}

// isSplit reports whether several revisions share the traffic.
func isSplit(targets []runtime.Target) bool {
	first := ""
	for _, target := range targets {
		switch {
		case target.Percent == 0, target.Serving == first:
		case first != "":
			return true
		default:
			first = target.Serving
		}
	}
	return false
}

// resolve returns the references with the objects that they name.
func (r *Reconciler) resolve(fn *v1beta2.Function, references []runtime.Reference) []runtime.ResolvedReference {
	key := types.NamespacedName{Namespace: fn.Namespace, Name: fn.Name}
	resolved := make([]runtime.ResolvedReference, 0, len(references))
	for _, ref := range references {
		live, unknown := r.references.Track(key, ref.Reference)
		resolved = append(resolved, runtime.ResolvedReference{Reference: ref, Live: live, Unknown: unknown})
	}
	return resolved
}

// route is how a function is reached.
type route struct {
	// Route is the address; nil if only events call the function.
	*runtime.Route

	routed  *v1beta2.Serving
	targets []runtime.Target
}

func (r *Reconciler) applyRoute(ctx context.Context, fn *v1beta2.Function, own *children, rt route) error {
	if rt.Route == nil {
		fn.Status.MarkRouteNotRequired()
		if own.unfinished != nil {
			fn.Status.PropagateRoute(own.unfinished)
		}
		summarise(fn, own, rt, true, nil)
		return r.children.Prune(ctx, fn, nil)
	}
	if err := r.children.Delete(ctx, fn, rt.Absent); err != nil {
		return err
	}
	observations, err := r.children.Apply(ctx, fn, rt.Objects)
	r.awaitSettled(fn, observations, rt.SettleTime)
	cond := child.Summarize(observations, v1beta2.FunctionConditionRouteReady)
	answers := cond.IsTrue()
	status := rt.Read(observations)
	subscriptions := r.subscriptions(fn)
	var hostErr, subscribeErr error
	if answers {
		wasKnown := fn.Status.Address != nil
		// Each part of the address that is recorded before the function answers would
		// cost a write.
		recordAddress(fn, status)
		at, err := r.applyHosts(ctx, fn, rt.Hosts)
		r.awaitSettled(fn, at, rt.SettleTime)
		hostErr = err
		hostnames(fn, at, status)
		cond = child.Summarize(slices.Concat(at, observations), v1beta2.FunctionConditionRouteReady)
		subscribed, err := r.applySubscriptions(ctx, fn, subscriptions, wasKnown)
		subscribeErr = err
		if cond.IsTrue() {
			cond = subscribed
		}
	}
	switch {
	case cond.IsFalse():
		cond.Message = rt.Advice(cond.Message)
	case rt.Problem != nil:
		cond = rt.Problem
	case cond.IsTrue() && own.unfinished != nil:
		cond = own.unfinished
	}
	fn.Status.PropagateRoute(cond)
	summarise(fn, own, rt, answers, status.Tags)
	// The old route is deleted once the new one answers.
	if err != nil || !answers {
		return err
	}
	keep := slices.Concat(rt.Objects, rt.Hosts, objectsOf(subscriptions))
	return child.JoinErrors(hostErr, subscribeErr, r.children.Prune(ctx, fn, keep))
}

// awaitSettled replaces the condition of children that are younger than the settle time,
// and requeues fn for then. A gateway that changes an address that exists keeps
// answering meanwhile, so only new children need it, and those of an address that was not
// ready: their age counts from when the gateway accepted them.
func (r *Reconciler) awaitSettled(fn *v1beta2.Function, observations []child.Observation, settleTime time.Duration) {
	wasReady := fn.Status.GetCondition(v1beta2.FunctionConditionRouteReady).IsTrue()
	for i := range observations {
		o := &observations[i]
		if settleTime == 0 || o.Live == nil || !o.Condition.IsTrue() {
			continue
		}
		since := o.Live.GetCreationTimestamp().Time
		if accepted := o.Condition.LastTransitionTime.Inner.Time; !wasReady && accepted.After(since) {
			since = accepted
		}
		if left := since.Add(settleTime).Sub(r.clock.Now()); left > 0 {
			o.Condition = runtime.Pending()
			r.enqueueAfter(fn, left)
		}
	}
}

// recordAddress records the address. A part that is not known at the moment is not
// removed from the record.
func recordAddress(fn *v1beta2.Function, status runtime.RouteStatus) {
	if status.URL != nil {
		fn.Status.URL = status.URL
	}
	if status.Address != nil {
		fn.Status.Address = &duckv1.Addressable{URL: status.Address}
	}
}

// summarise records the versions of the address, and the URL of each once the address
// is ready.
func summarise(fn *v1beta2.Function, own *children, rt route, answers bool, tags map[string]*apis.URL) {
	fn.Status.MarkRouted(rt.routed, runtime.JoinNames(runtime.NamesFor(&rt.routed.Spec.WorkloadSpec)))
	fn.Status.Serving.Service = fn.Name
	fn.Status.Image = resources.Short(rt.routed.Spec.Image)
	shares := make(map[string]share, len(rt.targets))
	for _, target := range rt.targets {
		taken := shares[target.Serving]
		taken.percent += target.Percent
		switch {
		case !answers:
			taken.url = urlBefore(fn, target.Serving)
		case target.Tag == runtime.TagOf(target.Serving):
			taken.url = tags[target.Tag]
		}
		shares[target.Serving] = taken
	}
	fn.Status.PropagateRevisions(own.revisions(shares))
}

// keepSplit leaves the traffic as it is, because the wanted split cannot be in effect.
// Revisions still start, and a suspended function stops.
func (r *Reconciler) keepSplit(ctx context.Context, fn *v1beta2.Function, own *children, routed *v1beta2.Serving) error {
	shares := map[string]share{}
	receives := map[string]int64{}
	if used := fn.Status.InUse; used != nil {
		for name, percent := range used.Revisions {
			shares[name] = share{percent, urlBefore(fn, name)}
			if percent > 0 {
				receives[name] = percent
			}
		}
	}
	fn.Status.PropagateRevisions(own.revisions(shares))
	if len(receives) == 0 && !isSuspended(fn.Spec.Serving) {
		// The status was lost, so the labels of the revisions are all that is known.
		return nil
	}
	return r.switchVersions(ctx, fn, own, routed, receives)
}

// share is the share of a version in the traffic.
type share struct {
	percent int64
	url     *apis.URL
}

// revisions returns the status of the versions of the address and of the current one,
// the newest first.
func (own *children) revisions(shares map[string]share) []v1beta2.RevisionStatus {
	servings := own.servings
	if own.current != nil && resources.Find(servings, own.current.Name) == nil {
		servings = append([]*v1beta2.Serving{own.current}, servings...)
	}
	revisions := make([]v1beta2.RevisionStatus, 0, len(servings))
	for _, s := range servings {
		taken, ok := shares[s.Name]
		if !ok && (own.current == nil || s.Name != own.current.Name) {
			continue
		}
		revision := s.Revision()
		revision.Percent, revision.URL = &taken.percent, taken.url
		revisions = append(revisions, revision)
	}
	return revisions
}

// urlBefore returns the URL that the status shows for a version. It stays there until a
// new split is in effect.
func urlBefore(fn *v1beta2.Function, serving string) *apis.URL {
	if fn.Status.Serving == nil {
		return nil
	}
	for _, revision := range fn.Status.Serving.Revisions {
		if revision.Name == serving {
			return revision.URL
		}
	}
	return nil
}
