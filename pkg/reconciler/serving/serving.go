/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Reconciler creates the children of a Serving and reports whether it can serve.
type Reconciler struct {
	namespaces   namespaces.Reader
	gateways     gateways.Reader
	functions    cached.Objects[*v1beta2.Function]
	servings     cached.Objects[*v1beta2.Serving]
	runtimes     runtime.Set
	observers    runtime.Observers
	children     child.Applier
	references   child.Tracker
	clock        clock.PassiveClock
	enqueueAfter func(obj any, after time.Duration)
}

var _ servingreconciler.Interface = (*Reconciler)(nil)

// ReconcileKind implements the generated Interface.
func (r *Reconciler) ReconcileKind(ctx context.Context, s *v1beta2.Serving) reconciler.Event {
	s.Status.Runtime = runtime.JoinNames(runtime.NamesFor(&s.Spec.WorkloadSpec))
	runtimes, missing := r.runtimes.For(&s.Spec.WorkloadSpec)
	if missing != "" {
		s.Status.MarkRuntimeUnknown(missing)
		return nil
	}
	ctx, err := r.withPolicy(ctx, s)
	if err != nil {
		return err
	}
	if err := config.FromContext(ctx).Err(); err != nil {
		s.Status.PropagateRevision(unreadable(err))
		return nil
	}
	results, err := r.plan(ctx, s, runtimes)
	if err != nil {
		// An error of a plan is a mistake in the spec, because a plan depends on
		// nothing else that can be wrong.
		s.Status.PropagateRevision(rejected(err))
		return nil
	}
	unresolved := unresolvedOf(results)
	if unresolved != nil && len(s.Status.ResourceRef) > 0 {
		markUnresolved(s, unresolved)
		return nil
	}
	r.block(s, results, unresolved)
	err = r.apply(ctx, s, results)
	recordChildren(s, results)
	r.observe(s, results)
	r.updateReadiness(s, results, failureOf(s, results), err)
	recordAddress(s, results)
	if planned, _ := controller.IsRequeueKey(err); err != nil && !planned {
		return err
	}
	return child.JoinErrors(err, r.children.Prune(ctx, s, objectsOf(results)))
}

// withPolicy returns a context with the settings that the pods of s must follow: the
// administrator's for its namespace. A setting must not break what runs, so pods that
// exist keep their features, and all of them if the settings cannot be read.
func (r *Reconciler) withPolicy(ctx context.Context, s *v1beta2.Serving) (context.Context, error) {
	own, err := r.namespaces.InContext(ctx, s.Namespace)
	if fn := r.functionOf(s); fn != nil {
		own = r.gateways.InContext(own, types.NamespacedName{Namespace: fn.Namespace, Name: fn.Name}, fn.Spec.Serving.Route())
	}
	if err != nil || len(s.Status.ResourceRef) == 0 {
		return own, err
	}
	return config.ForRunning(own), nil
}

// recordChildren records the names of the objects that run the image, by kind. It does
// not remove a child that cannot be read at the moment.
func recordChildren(s *v1beta2.Serving, results []result) {
	names := make(map[string][]string)
	for _, o := range observationsOf(results) {
		switch {
		case o.Blocked:
			continue
		case o.Live == nil:
			return
		}
		kind := strings.ToLower(o.GroupKind().String())
		if !slices.Contains(names[kind], o.Name) {
			// Two runtimes may need the same object.
			names[kind] = append(names[kind], o.Name)
		}
	}
	s.Status.ResourceRef = make(map[string]string, len(names))
	for kind, all := range names {
		s.Status.ResourceRef[kind] = strings.Join(all, ",")
	}
}
