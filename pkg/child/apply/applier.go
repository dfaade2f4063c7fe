/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package apply is the engine of children: it creates, updates, watches and deletes
// the objects that plug-ins describe. No other package writes children.
//
// It keeps in memory, for each kind, the cache of its watch, the writes that the watch
// has not delivered yet, the form in which the API server stored an object, how often
// an object was repaired, and which owners refer to which objects. The loss of any of
// these costs reads and writes and changes no result.
package apply

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/child/pending"
)

// fieldManager owns every field that we set on a child.
const fieldManager = "openfunction"

// Applier applies the children of one kind of owner.
type Applier struct {
	client  dynamic.Interface
	scheme  *runtime.Scheme
	watches *Watches
	kinds   map[schema.GroupVersionKind]child.Kind
}

var _ child.Applier = (*Applier)(nil)

// New returns an Applier for children of the given kinds. An event of a child whose
// owner is of ownerKind enqueues the owner in impl. resync enqueues every owner; it is
// called when a kind is installed or removed.
func New(ctx context.Context, scheme *runtime.Scheme, ownerKind schema.GroupKind, impl *controller.Impl, resync func(), kinds ...child.Kind) *Applier {
	a := &Applier{
		client:  WatchesFromContext(ctx).client,
		scheme:  scheme,
		watches: WatchesFromContext(ctx),
		kinds:   make(map[schema.GroupVersionKind]child.Kind, len(kinds)),
	}
	handler := cache.FilteringResourceEventHandler{
		FilterFunc: isControlledBy(ownerKind),
		Handler:    SkipSilentAdds(controller.HandleAll(impl.EnqueueControllerOf)),
	}
	for _, kind := range kinds {
		a.kinds[kind.GroupVersionKind] = kind
		a.watches.Add(kind, handler, resync)
		for _, required := range kind.Requires {
			a.watches.Require(required, resync)
		}
	}
	return a
}

func isControlledBy(owner schema.GroupKind) func(any) bool {
	return func(obj any) bool {
		accessor, err := kmeta.DeletionHandlingAccessor(obj)
		if err != nil {
			return false
		}
		ref := metav1.GetControllerOf(accessor)
		return ref != nil && isOfKind(ref, owner)
	}
}

// Apply implements child.Applier.
func (a *Applier) Apply(ctx context.Context, owner kmeta.OwnerRefable, objects []child.Object) ([]child.Observation, error) {
	observations := make([]child.Observation, 0, len(objects))
	for _, object := range objects {
		if object.After && object.Blocked == nil {
			object.Blocked = waitingFor(observations)
		}
		observation, err := a.applyOne(ctx, owner, object)
		observations = append(observations, observation)
		if err != nil {
			return observations, err
		}
		// Later objects may need this one, unless it is blocked on purpose.
		if observation.Live == nil && !observation.Blocked {
			break
		}
	}
	return observations, nil
}

// waitingFor returns why a child with After is not created yet; nil once the children
// before it are ready.
func waitingFor(others []child.Observation) *apis.Condition {
	for _, o := range others {
		if o.ConditionType != "" && !o.Condition.IsTrue() {
			return &apis.Condition{
				Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
				Message: fmt.Sprintf("waiting for %s %q to be ready", o.Kind, o.Name),
			}
		}
	}
	return nil
}

func (a *Applier) applyOne(ctx context.Context, owner kmeta.OwnerRefable, object child.Object) (child.Observation, error) {
	want, err := desired(a.scheme, owner, object)
	if err != nil {
		return child.Observation{}, err
	}
	o := child.Observation{GroupVersionKind: want.GroupVersionKind(), Name: want.GetName(), ConditionType: object.ConditionType}
	kind, ok := a.kinds[o.GroupVersionKind]
	if !ok {
		return o, fmt.Errorf("%v is not among the kinds of its plug-in", o.GroupVersionKind)
	}
	watch := a.watches.watch(kind)
	if !watch.running() {
		o.Condition = notInstalled(kind)
		return o, nil
	}
	if !watch.synced() {
		o.Condition = unseen(o, watch.problem())
		return o, nil
	}
	if required := a.missing(kind); required != nil && !object.MustExist && watch.get(pending.KeyOf(want)) == nil {
		o.Condition = notInstalled(*required)
		return o, nil
	}
	if object.Blocked != nil && watch.get(pending.KeyOf(want)) == nil {
		o.Condition, o.Blocked = object.Blocked, true
		return o, nil
	}
	live, err := a.apply(ctx, watch, owner, want, object.MustExist)
	if err != nil {
		o.Denied = child.IsDenied(err)
		o.Condition, err = classifyError(o, err)
		return o, err
	}
	o.Live = live
	if live.GetDeletionTimestamp() == nil {
		o.Condition = readiness(kind, live)
	}
	return o, nil
}

func readiness(kind child.Kind, live *unstructured.Unstructured) *apis.Condition {
	if kind.Readiness != nil {
		return kind.Readiness(live)
	}
	return child.Readiness(live)
}

// missing returns the first kind that kind requires and that is not installed; nil if
// all are.
func (a *Applier) missing(kind child.Kind) *child.Kind {
	for i := range kind.Requires {
		if !a.watches.served(resourceOf(kind.Requires[i].GroupVersionKind)) {
			return &kind.Requires[i]
		}
	}
	return nil
}
