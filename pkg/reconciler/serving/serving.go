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

	"k8s.io/utils/clock"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/reconciler/serving/witness"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Reconciler makes what runs a Serving exist and tells whether it can answer.
type Reconciler struct {
	namespaces   namespaces.Reader
	servings     listers.ServingLister
	runtimes     map[string]runtime.Runtime
	children     child.Applier
	references   child.Tracker
	witness      *witness.Witness
	clock        clock.PassiveClock
	enqueueAfter func(obj any, after time.Duration)
}

var _ servingreconciler.Interface = (*Reconciler)(nil)

// ReconcileKind implements the generated Interface.
func (r *Reconciler) ReconcileKind(ctx context.Context, s *v1beta2.Serving) reconciler.Event {
	s.Status.Runtime = strings.Join(runtime.NamesFor(&s.Spec.WorkloadSpec), ",")
	plugins, missing := runtime.For(&s.Spec.WorkloadSpec, r.runtimes)
	if missing != "" {
		s.Status.MarkRuntimeUnknown(missing)
		return nil
	}
	ctx, err := r.inContext(ctx, s)
	if err != nil {
		return err
	}
	if err := config.FromContext(ctx).Err(); err != nil {
		s.Status.PropagateRevision(unreadable(err))
		return nil
	}
	found, unknown := r.components(s)
	if unknown != nil && len(s.Status.ResourceRef) > 0 {
		// What was made of components stays as it is until it is known which there are.
		doubt(s, unknown)
		return nil
	}
	ctx = runtime.WithComponents(ctx, found)
	parts, err := translate(ctx, s, plugins)
	if err != nil {
		// A translator has nothing but the spec that could be wrong.
		s.Status.PropagateRevision(rejected(err))
		return nil
	}
	r.hold(s, parts, unknown)
	err = r.apply(ctx, s, parts)
	refer(s, parts)
	r.judge(s, parts, r.reconcileTriggers(ctx, s, parts), err)
	address(s, parts)
	if planned, _ := controller.IsRequeueKey(err); err != nil && !planned {
		return err
	}
	return child.JoinErrors(err, r.children.Prune(ctx, s, objectsOf(parts)))
}

// inContext returns a context with what the translation of s depends on besides s
// and its components.
func (r *Reconciler) inContext(ctx context.Context, s *v1beta2.Serving) (context.Context, error) {
	ctx, err := r.succeed(ctx, s)
	if err != nil {
		return nil, err
	}
	return r.policy(ctx, s)
}

// policy returns a context with what the pods of s may have: by what an
// administrator says now, or anything that could ever be had where they were made
// already. To take from what runs is not for a setting to do.
func (r *Reconciler) policy(ctx context.Context, s *v1beta2.Serving) (context.Context, error) {
	if len(s.Status.ResourceRef) == 0 {
		return r.namespaces.InContext(ctx, s.Namespace)
	}
	c := *config.FromContext(ctx)
	c.Features = config.AllFeatures()
	return config.ToContext(ctx, &c), nil
}

// refer records what runs the image, by kind. What is not seen at the moment is
// no reason to forget it.
func refer(s *v1beta2.Serving, parts []part) {
	names := make(map[string][]string)
	for _, o := range observationsOf(parts) {
		switch {
		case o.Blocked:
			continue
		case o.Live == nil:
			return
		}
		kind := strings.ToLower(o.GroupKind().String())
		if !slices.Contains(names[kind], o.Name) {
			// Two runtimes may need the same.
			names[kind] = append(names[kind], o.Name)
		}
	}
	s.Status.ResourceRef = make(map[string]string, len(names))
	for kind, all := range names {
		s.Status.ResourceRef[kind] = strings.Join(all, ",")
	}
}

// address records where this version answers once it does; each part of it that
// comes to be known before would cost a write.
func address(s *v1beta2.Serving, parts []part) {
	if !s.Status.GetCondition(v1beta2.ServingConditionReady).IsTrue() {
		return
	}
	for _, p := range parts {
		addressed, ok := p.plugin.(runtime.Addressed)
		if !ok {
			continue
		}
		for _, o := range p.observations {
			if o.Live == nil {
				continue
			}
			if url := addressed.Address(o.Live); url != nil {
				s.Status.Address = &duckv1.Addressable{URL: url}
			}
		}
	}
}
