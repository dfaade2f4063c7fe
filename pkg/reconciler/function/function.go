/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"cmp"
	"context"
	"strings"
	"time"

	"k8s.io/utils/clock"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/reconciler"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	clientset "openfunction.dev/openfunction/pkg/client/clientset/versioned"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/gateways"
	"openfunction.dev/openfunction/pkg/namespaces"
	"openfunction.dev/openfunction/pkg/plugin"
	"openfunction.dev/openfunction/pkg/reconciler/cached"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
)

// Reconciler creates the Builder and the Serving of a Function, and routes traffic to a
// Serving once it is Ready.
type Reconciler struct {
	namespaces namespaces.Reader
	gateways   gateways.Reader
	client     clientset.Interface
	builders   cached.Objects[*v1beta2.Builder]
	servings   cached.Objects[*v1beta2.Serving]
	plugins    plugin.Set
	children   child.Applier
	references child.Tracker
	hostnames  nameIndex
	identities nameIndex
	meter      Meter
	clock      clock.PassiveClock
	// enqueueAfter enqueues a Function after some time.
	enqueueAfter func(fn any, after time.Duration)
}

var _ functionreconciler.Interface = (*Reconciler)(nil)

// children are the children of a Function, and what the phases of one reconciliation
// learn about them.
type children struct {
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
	// stable is the Serving that current must not replace yet because of its rollout; nil
	// if it may.
	stable *v1beta2.Serving
	// traffic is the split of a rollout; empty if one Serving has all of the traffic.
	traffic []v1beta2.TrafficTarget
	// unfinished is the reason why current does not have all of the traffic although the route is
	// ready; nil if it has.
	unfinished *apis.Condition
	// retry is the planned retry of a child that could not be created; nil if none
	// was.
	retry error
}

// ReconcileKind implements Interface.
func (r *Reconciler) ReconcileKind(ctx context.Context, fn *v1beta2.Function) reconciler.Event {
	ctx, err := r.namespaces.InContext(ctx, fn.Namespace)
	if err != nil {
		return err
	}
	ctx = r.gateways.InContext(ctx, nameOf(fn), fn.Spec.Serving.Route())
	fn.MigrateInUse()
	fn.Status.MarkSpecHonored(r.plugins.Unsupported(&fn.Spec, config.FromContext(ctx)))
	r.reconcileReferences(ctx, fn)
	r.reconcileIdentity(fn)
	own, err := r.observe(fn)
	if err != nil {
		return err
	}
	defer fn.Status.MarkCause()
	if err := r.reconcileBuild(ctx, fn, own); err != nil {
		return err
	}
	if err := r.reconcileServing(ctx, fn, own); err != nil {
		return err
	}
	r.reconcileRollout(ctx, fn, own)
	reconcileTriggers(fn, own)
	return child.JoinErrors(own.retry, r.reconcileRoute(ctx, fn, own))
}

// reconcileTriggers copies the status of each event trigger of the wanted version;
// before that exists, of the one that serves.
func reconcileTriggers(fn *v1beta2.Function, own *children) {
	newest := cmp.Or(own.current, own.lastGood)
	switch {
	case fn.Spec.Serving == nil:
		fn.Status.PropagateTriggers(nil)
		fn.Status.PropagateDeliveries(nil)
	case newest != nil:
		fn.Status.PropagateTriggers(newest, fn.Spec.Serving.EventingKeys()...)
		fn.Status.PropagateDeliveries(newest)
	}
}

// observe reads the children of fn.
func (r *Reconciler) observe(fn *v1beta2.Function) (*children, error) {
	builders, err := r.builders.ControlledBy(fn.UID)
	if err != nil {
		return nil, err
	}
	servings, err := r.servings.ControlledBy(fn.UID)
	if err != nil {
		return nil, err
	}
	own := &children{builders: resources.ControlledBy(fn, builders), servings: resources.ControlledBy(fn, servings)}
	own.lastGood = resources.LastGood(fn, own.servings)
	own.receives = resources.Receiving(fn, own.lastGood, own.servings)
	return own, nil
}

// routed returns the Serving that receives the traffic that nothing else splits; nil if
// none was ready yet.
func (own *children) routed() *v1beta2.Serving {
	switch {
	case own.stable != nil:
		return own.stable
	case own.current != nil && own.current.IsReady():
		return own.current
	}
	return own.lastGood
}

// servingMeanwhile returns the names of the Servings that receive the traffic while name
// does not; empty if name receives traffic or no Serving does.
func (own *children) servingMeanwhile(name string) string {
	var names []string
	for _, s := range own.receives {
		if s.Name == name {
			return ""
		}
		if s.IsReady() {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}
