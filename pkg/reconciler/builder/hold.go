/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

// block prevents the creation of what b needs while it has to wait. The end of each
// reason to wait enqueues b.
func (r *Reconciler) block(ctx context.Context, b *v1beta2.Builder, plan *strategy.Plan) error {
	if hasStarted(b) {
		return nil
	}
	cond := r.unresolved(b, plan)
	if cond == nil {
		var err error
		if cond, err = r.queue(ctx, b); err != nil {
			return err
		}
	}
	for i := range plan.Objects {
		plan.Objects[i].Blocked = cond
	}
	return nil
}

// unresolved returns why the run cannot be created with the object that it refers to;
// nil if it can, or if that is not known.
func (r *Reconciler) unresolved(b *v1beta2.Builder, plan *strategy.Plan) *apis.Condition {
	if plan.Reference == nil {
		return nil
	}
	live, unknown := r.references.Track(types.NamespacedName{Namespace: b.Namespace, Name: b.Name}, *plan.Reference)
	switch {
	case unknown == nil:
		return plan.Resolve(live)
	case unknown.IsUnknown() && unknown.Reason == v1beta2.ReasonPending:
		return &apis.Condition{
			Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting for the run to be made",
		}
	}
	// Creating the run reports the cause.
	return nil
}

// queue holds b while as many builds of its namespace as may run at a time run or
// come first. It looks at what is, each time: a build that ends has the others
// looked at, so that there is no order to lose. Builds that two controllers or
// two workers begin in the moment before either knows of the other can exceed
// the number, by one for each.
func (r *Reconciler) queue(ctx context.Context, b *v1beta2.Builder) (*apis.Condition, error) {
	limit := int(config.FromContext(ctx).Build.MaxConcurrentBuilds)
	if limit <= 0 {
		return nil, nil
	}
	others, err := r.builders.Builders(b.Namespace).List(labels.Everything())
	if err != nil {
		return nil, fmt.Errorf("listing the builds of namespace %q: %w", b.Namespace, err)
	}
	ahead := 0
	for _, other := range others {
		if other.Name != b.Name && isAhead(other, b) {
			ahead++
		}
	}
	if ahead < limit {
		return nil, nil
	}
	return &apis.Condition{
		Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonQueued,
		Message: fmt.Sprintf("this namespace runs %d builds at a time (max-concurrent-builds of config-build); "+
			"this one begins when those before it have ended, see kubectl get builders -n %s", limit, b.Namespace),
	}, nil
}

// isAhead tells whether a build of the same namespace runs or may begin before b:
// one that waits for something else is in nobody's way.
func isAhead(other, b *v1beta2.Builder) bool {
	switch {
	case other.IsDone() || other.DeletionTimestamp != nil:
		return false
	case hasStarted(other):
		return true
	case other.Spec.State == v1beta2.BuildStateCancelled:
		return false
	}
	reason := other.Status.GetCondition(v1beta2.BuilderConditionSucceeded).GetReason()
	if !slices.Contains([]string{"", v1beta2.ReasonQueued, v1beta2.ReasonPending}, reason) {
		return false
	}
	if at, bt := other.CreationTimestamp, b.CreationTimestamp; !at.Equal(&bt) {
		return at.Before(&bt)
	}
	return other.Name < b.Name
}

// queued enqueues those builds of a namespace that have not begun, when one of
// its builds ends.
type queued struct {
	builders listers.BuilderLister
	enqueue  func(types.NamespacedName)
}

// OnAdd implements cache.ResourceEventHandler: nothing has ended.
func (queued) OnAdd(any, bool) {}

// OnUpdate implements cache.ResourceEventHandler.
func (q queued) OnUpdate(before, after any) {
	was, ok := before.(*v1beta2.Builder)
	is, isBuilder := after.(*v1beta2.Builder)
	if ok && isBuilder && !was.IsDone() && is.IsDone() {
		q.wake(is.Namespace)
	}
}

// OnDelete implements cache.ResourceEventHandler.
func (q queued) OnDelete(obj any) {
	if accessor, err := kmeta.DeletionHandlingAccessor(obj); err == nil {
		q.wake(accessor.GetNamespace())
	}
}

func (q queued) wake(namespace string) {
	builders, err := q.builders.Builders(namespace).List(labels.Everything())
	if err != nil {
		return
	}
	for _, b := range builders {
		if !b.IsDone() && !hasStarted(b) {
			q.enqueue(types.NamespacedName{Namespace: b.Namespace, Name: b.Name})
		}
	}
}
