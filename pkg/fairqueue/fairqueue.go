/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package fairqueue gives a controller a work queue in which namespaces take turns. A
// namespace with thousands of keys delays a key of another namespace by one key of its
// own, and its failures do not use up the retries of others.
//
// The framework has no option for the queue of a controller, so Install replaces it: see
// docs/decisions/0026-namespaces-take-turns-in-queues.md.
package fairqueue

import (
	"fmt"
	"reflect"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"knative.dev/pkg/controller"
)

// Install gives impl a fair queue and returns impl. It must be called before anything is
// enqueued concurrently: directly after the constructor.
func Install(impl *controller.Impl) *controller.Impl {
	return InstallBy(impl, func(key types.NamespacedName) string { return key.Namespace })
}

// InstallBy is Install for keys that are not in the namespace that they work for.
// namespace returns the one for which a key is processed.
func InstallBy(impl *controller.Impl, namespace func(key types.NamespacedName) string) *controller.Impl {
	of := func(key any) string {
		name, ok := key.(types.NamespacedName)
		if !ok {
			return ""
		}
		return namespace(name)
	}
	field := queueOf(impl)
	replaced, ok := reflect.TypeAssert[workqueue.TypedRateLimitingInterface[any]](field)
	if !ok {
		panic(fmt.Sprintf("the queue of knative.dev/pkg/controller is a %s: adapt package fairqueue to this version", field.Type()))
	}
	q := newQueue(impl.Name, of, replaced)
	field.Set(reflect.ValueOf(workqueue.NewTypedRateLimitingQueueWithConfig(newLimiter(of), workqueue.TypedRateLimitingQueueConfig[any]{
		DelayingQueue: workqueue.NewTypedDelayingQueueWithConfig(workqueue.TypedDelayingQueueConfig[any]{Name: impl.Name, Queue: q}),
	})))
	return impl
}

// queueOf returns the field of the controller's queue through which it adds and gets all
// keys, except those that it adds to its slow lane.
func queueOf(impl *controller.Impl) reflect.Value {
	const name = "TypedRateLimitingInterface"
	queue := reflect.ValueOf(impl.WorkQueue())
	if queue.Kind() == reflect.Pointer && queue.Elem().Kind() == reflect.Struct {
		if field := queue.Elem().FieldByName(name); field.IsValid() && field.CanSet() {
			return field
		}
	}
	panic(fmt.Sprintf("the queue of knative.dev/pkg/controller is a %s without a field %s: adapt package fairqueue to this version", queue.Type(), name))
}

// queue is a workqueue whose order is turns. Keys that the controller adds to its own slow
// lane arrive in the queue that was replaced.
type queue struct {
	*workqueue.Typed[any]

	// mutex is held while keys are added, because turns needs their lane.
	mutex    sync.Mutex
	turns    *turns
	replaced workqueue.TypedRateLimitingInterface[any]
}

func newQueue(name string, namespace func(key any) string, replaced workqueue.TypedRateLimitingInterface[any]) *queue {
	order := newTurns(namespace)
	q := &queue{
		Typed:    workqueue.NewTypedWithConfig(workqueue.TypedQueueConfig[any]{Name: name, Queue: order}),
		turns:    order,
		replaced: replaced,
	}
	go q.moveSlow()
	return q
}

// moveSlow moves keys from the queue that was replaced until that is shut down.
func (q *queue) moveSlow() {
	for {
		key, shutdown := q.replaced.Get()
		if shutdown {
			return
		}
		q.replaced.Done(key)
		q.in(slow, func() { q.Typed.Add(key) })
	}
}

// Add implements workqueue.TypedInterface.
func (q *queue) Add(key any) {
	q.in(fast, func() { q.Typed.Add(key) })
}

// Done implements workqueue.TypedInterface. A key that was added while it was processed is
// added to the queue now.
func (q *queue) Done(key any) {
	q.in(fast, func() { q.Typed.Done(key) })
}

// in adds keys to a lane.
func (q *queue) in(l lane, add func()) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.turns.lane = l
	add()
}

// Len implements workqueue.TypedInterface.
func (q *queue) Len() int {
	return q.Typed.Len() + q.replaced.Len()
}

// ShutDown implements workqueue.TypedInterface.
func (q *queue) ShutDown() {
	q.replaced.ShutDown()
	q.Typed.ShutDown()
}

// ShutDownWithDrain implements workqueue.TypedInterface.
func (q *queue) ShutDownWithDrain() {
	q.replaced.ShutDown()
	q.Typed.ShutDownWithDrain()
}
