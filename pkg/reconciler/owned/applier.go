/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package owned

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/csaupgrade"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// fieldManager owns every field that we set on a child.
const fieldManager = "openfunction"

// Applier applies the children of one kind of owner.
type Applier struct {
	client  dynamic.Interface
	scheme  *runtime.Scheme
	watches *Watches
	kinds   map[schema.GroupVersionKind]Kind
}

var _ Interface = (*Applier)(nil)

// NewApplier returns an Applier for children of the given kinds. Whatever happens
// to a child of an owner of kind ownerKind enqueues the owner in impl; resync
// enqueues every owner, when a kind came or went.
func NewApplier(ctx context.Context, scheme *runtime.Scheme, ownerKind schema.GroupKind, impl *controller.Impl, resync func(), kinds ...Kind) *Applier {
	a := &Applier{
		client:  WatchesFromContext(ctx).client,
		scheme:  scheme,
		watches: WatchesFromContext(ctx),
		kinds:   make(map[schema.GroupVersionKind]Kind, len(kinds)),
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

// Apply implements Interface.
func (a *Applier) Apply(ctx context.Context, owner kmeta.OwnerRefable, objects []Object) ([]Observation, error) {
	observations := make([]Observation, 0, len(objects))
	for _, object := range objects {
		if object.Follows && object.Held == nil {
			object.Held = waitingFor(observations)
		}
		observation, err := a.applyOne(ctx, owner, object)
		observations = append(observations, observation)
		if err != nil {
			return observations, err
		}
		// What comes later may need what comes first.
		if observation.Live == nil {
			break
		}
	}
	return observations, nil
}

// waitingFor is why a child that follows others is not made yet; nil once they
// are ready.
func waitingFor(others []Observation) *apis.Condition {
	for _, o := range others {
		if o.Reports != "" && !o.Condition.IsTrue() {
			return &apis.Condition{
				Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
				Message: fmt.Sprintf("waiting for %s %q to be ready", o.Kind, o.Name),
			}
		}
	}
	return nil
}

func (a *Applier) applyOne(ctx context.Context, owner kmeta.OwnerRefable, object Object) (Observation, error) {
	want, err := desired(a.scheme, owner, object)
	if err != nil {
		return Observation{}, err
	}
	o := Observation{GroupVersionKind: want.GroupVersionKind(), Name: want.GetName(), Reports: object.Reports}
	kind, ok := a.kinds[o.GroupVersionKind]
	if !ok {
		return o, fmt.Errorf("%v is not among the kinds that its plug-in says it makes", o.GroupVersionKind)
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
	if required := a.missing(kind); required != nil && !object.MadeBefore && watch.get(keyOf(want)) == nil {
		o.Condition = notInstalled(*required)
		return o, nil
	}
	if object.Held != nil && watch.get(keyOf(want)) == nil {
		o.Condition, o.Held = object.Held, true
		return o, nil
	}
	live, err := a.converge(ctx, watch, owner, want, object.MadeBefore)
	if err != nil {
		o.Condition, err = verdict(o, err)
		return o, err
	}
	o.Live = live
	if live.GetDeletionTimestamp() == nil {
		o.Condition = conditionOf(live)
	}
	return o, nil
}

// missing returns the first kind that kind requires and that is not installed,
// nil if all are.
func (a *Applier) missing(kind Kind) *Kind {
	for i := range kind.Requires {
		if !a.watches.served(resourceOf(kind.Requires[i].GroupVersionKind)) {
			return &kind.Requires[i]
		}
	}
	return nil
}

// converge makes the live object what is wanted and returns it.
func (a *Applier) converge(ctx context.Context, watch *watch, owner kmeta.OwnerRefable, want *unstructured.Unstructured, madeBefore bool) (*unstructured.Unstructured, error) {
	resource := a.client.Resource(resourceOf(want.GroupVersionKind())).Namespace(want.GetNamespace())
	live, err := find(ctx, watch, resource, want, madeBefore)
	if err != nil {
		return nil, err
	}
	if live == nil {
		// Not by server-side apply: that would take over an object of this name.
		created, err := resource.Create(ctx, want, metav1.CreateOptions{FieldManager: fieldManager})
		if err == nil {
			watch.wrote(want, created)
			return created, nil
		}
		if !apierrs.IsAlreadyExists(err) {
			return nil, err
		}
		if live, err = resource.Get(ctx, want.GetName(), metav1.GetOptions{}); err != nil {
			return nil, err
		}
	}
	if err := checkOwner(live, owner); err != nil {
		return nil, err
	}
	path := drift(watch.expected(want), live)
	if live.GetDeletionTimestamp() != nil || path == "" {
		// What was fetched is newer than the watch.
		watch.remember(live)
		return live, nil
	}
	if !watch.mayRepair(want) {
		return nil, &contestedError{kind: want.GetKind(), name: want.GetName(), path: path}
	}
	updated, err := a.update(ctx, resource, live, want)
	if err != nil {
		return nil, err
	}
	watch.wrote(want, updated)
	return updated, nil
}

// find returns the child, nil where it has to be made.
func find(ctx context.Context, watch *watch, resource dynamic.ResourceInterface, want *unstructured.Unstructured, madeBefore bool) (*unstructured.Unstructured, error) {
	live := watch.get(types.NamespacedName{Namespace: want.GetNamespace(), Name: want.GetName()})
	if live != nil || !madeBefore {
		return live, nil
	}
	// The watch may be behind; the API server alone knows that it is gone.
	live, err := resource.Get(ctx, want.GetName(), metav1.GetOptions{})
	if apierrs.IsNotFound(err) {
		return nil, &goneError{kind: want.GetKind(), name: want.GetName()}
	}
	return live, err
}

// update applies want over live, and takes back fields that we set before and
// want no longer: for that the fields of our create have to count as applied.
func (a *Applier) update(ctx context.Context, resource dynamic.ResourceInterface, live, want *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	current, err := resource.Get(ctx, live.GetName(), metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	if current.GetUID() != live.GetUID() {
		return nil, fmt.Errorf("%q was replaced since it was last seen", live.GetName())
	}
	upgrade, err := csaupgrade.UpgradeManagedFieldsPatch(current, sets.New(fieldManager), fieldManager)
	if err != nil {
		return nil, fmt.Errorf("taking over the fields of %s: %w", live.GetName(), err)
	}
	if len(upgrade) > 0 {
		if _, err := resource.Patch(ctx, live.GetName(), types.JSONPatchType, upgrade, metav1.PatchOptions{FieldManager: fieldManager}); err != nil {
			return nil, err
		}
	}
	want = want.DeepCopy()
	want.SetUID(live.GetUID())
	return resource.Apply(ctx, want.GetName(), want, metav1.ApplyOptions{FieldManager: fieldManager, Force: true})
}

// Prune implements Interface.
func (a *Applier) Prune(ctx context.Context, owner kmeta.OwnerRefable, keep []Object) error {
	kept := sets.New[string]()
	for _, object := range keep {
		gvk, err := kindOf(a.scheme, object)
		if err != nil {
			return err
		}
		kept.Insert(gvk.String() + "/" + object.GetName())
	}
	var errs []error
	for gvk, kind := range a.kinds {
		for _, live := range a.watches.watch(kind).ownedBy(owner.GetObjectMeta().GetUID()) {
			if kept.Has(gvk.String()+"/"+live.GetName()) || live.GetDeletionTimestamp() != nil {
				continue
			}
			errs = append(errs, a.delete(ctx, gvk, live))
		}
	}
	return errors.Join(errs...)
}

func (a *Applier) delete(ctx context.Context, gvk schema.GroupVersionKind, live *unstructured.Unstructured) error {
	uid, background := live.GetUID(), metav1.DeletePropagationBackground
	err := a.client.Resource(resourceOf(gvk)).Namespace(live.GetNamespace()).Delete(ctx, live.GetName(), metav1.DeleteOptions{
		Preconditions:     &metav1.Preconditions{UID: &uid},
		PropagationPolicy: &background,
	})
	if apierrs.IsNotFound(err) || apierrs.IsConflict(err) {
		return nil
	}
	return err
}
