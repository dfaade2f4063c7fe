/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"strings"
	"time"

	"k8s.io/utils/clock"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	clientset "openfunction.dev/openfunction/pkg/client/clientset/versioned"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
)

// Reconciler creates the Builder and the Serving of a Function, and routes traffic to a
// Serving once it is Ready.
type Reconciler struct {
	namespaces namespaces.Reader
	client     clientset.Interface
	builders   cached.Objects[*v1beta2.Builder]
	servings   cached.Objects[*v1beta2.Serving]
	plugins    plugin.Set
	children   child.Applier
	references child.Tracker
	claims     claims
	clock      clock.PassiveClock
	// enqueueAfter enqueues a Function after some time.
	enqueueAfter func(fn any, after time.Duration)
}

var _ functionreconciler.Interface = (*Reconciler)(nil)

// rollout is the state that the phases of one reconciliation share.
type rollout struct {
	// builders and servings are the children of the Function, the newest first.
	builders []*v1beta2.Builder
	servings []*v1beta2.Serving
	// lastGood is the latest Serving that was ready; nil if there is none.
	lastGood *v1beta2.Serving
	// receives are the Servings that receive traffic.
	receives []*v1beta2.Serving
	// image is the image of the current inputs, empty until it is built, and builtBy is
	// the name of its Builder.
	image, builtBy string
	// buildGeneration is the generation that requested the current build.
	buildGeneration int64
	// current is the Serving of the current spec and image; nil until it exists.
	current *v1beta2.Serving
	// retry is the planned retry of a child that the API server refused; nil if none
	// was.
	retry error
}

// ReconcileKind implements Interface.
func (r *Reconciler) ReconcileKind(ctx context.Context, fn *v1beta2.Function) reconciler.Event {
	ctx, err := r.namespaces.InContext(ctx, fn.Namespace)
	if err != nil {
		return err
	}
	fn.Status.MarkSpecHonored(r.plugins.Unsupported(&fn.Spec, config.FromContext(ctx)))
	r.reconcileReferences(ctx, fn)
	ro, err := r.observe(fn)
	if err != nil {
		return err
	}
	defer fn.Status.MarkCause()
	if err := r.reconcileBuild(ctx, fn, ro); err != nil {
		return err
	}
	if err := r.reconcileServing(ctx, fn, ro); err != nil {
		return err
	}
	reconcileTriggers(fn, ro)
	return child.JoinErrors(ro.retry, r.reconcileRoute(ctx, fn, ro))
}

// reconcileTriggers copies the status of each event trigger of the wanted version;
// before that exists, of the one that serves.
func reconcileTriggers(fn *v1beta2.Function, ro *rollout) {
	switch {
	case fn.Spec.Serving == nil:
		fn.Status.PropagateTriggers(nil)
	case ro.current != nil:
		fn.Status.PropagateTriggers(ro.current, fn.Spec.Serving.EventingKeys()...)
	case ro.lastGood != nil:
		fn.Status.PropagateTriggers(ro.lastGood, fn.Spec.Serving.EventingKeys()...)
	}
}

// observe reads the children of fn.
func (r *Reconciler) observe(fn *v1beta2.Function) (*rollout, error) {
	builders, err := r.builders.ControlledBy(fn.UID)
	if err != nil {
		return nil, err
	}
	servings, err := r.servings.ControlledBy(fn.UID)
	if err != nil {
		return nil, err
	}
	ro := &rollout{builders: resources.ControlledBy(fn, builders), servings: resources.ControlledBy(fn, servings)}
	ro.lastGood = resources.LastGood(fn, ro.servings)
	ro.receives = resources.Receiving(fn, ro.lastGood, ro.servings)
	return ro, nil
}

// servingMeanwhile returns the names of the Servings that receive the traffic while name
// does not; empty if name receives traffic or no Serving does.
func (ro *rollout) servingMeanwhile(name string) string {
	var names []string
	for _, s := range ro.receives {
		if s.Name == name {
			return ""
		}
		if s.IsReady() {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}
