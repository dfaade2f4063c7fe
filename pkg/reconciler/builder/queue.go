/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// listRetry is the delay of a build that is reconciled before all Builders that the
// informer has listed are in the queue, which takes milliseconds.
const listRetry = 100 * time.Millisecond

// queue returns why b has to wait: the namespace runs as many builds as its limit
// allows, or older builds wait. Builds that two controllers start at the same moment,
// when one takes over from the other, can exceed the limit by one each.
func (r *Reconciler) queue(ctx context.Context, b *v1beta2.Builder) (*apis.Condition, error) {
	if !r.builds.hasSynced() {
		return nil, controller.NewRequeueAfter(listRetry)
	}
	limit := int(config.FromContext(ctx).Build.MaxConcurrentBuilds)
	if r.builds.begin(b, limit) {
		return nil, nil
	}
	return &apis.Condition{
		Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonQueued,
		Message: fmt.Sprintf("this namespace runs %d builds at a time (max-concurrent-builds of config-build); "+
			"this one starts when earlier ones have ended, see kubectl get builders -n %s", limit, b.Namespace),
	}, nil
}

// buildQueue contains the builds of each namespace that run or wait. The events of the
// informer keep it up to date, so the cost of a decision does not grow with the number
// of waiting builds.
type buildQueue struct {
	// enqueue enqueues a Builder.
	enqueue func(types.NamespacedName)
	// hasSynced reports whether the queue has all Builders that the informer listed.
	hasSynced func() bool

	mu         sync.Mutex
	states     map[types.NamespacedName]turn
	namespaces map[string]*namespaceQueue
}

type namespaceQueue struct {
	// running are the builds that run or are about to.
	running sets.Set[string]
	// waiting are the builds that may start next, the oldest first.
	waiting []turn
	// limit is the limit of concurrent builds at the last decision.
	limit int
}

// turn is the position of a build in its queue.
type turn struct {
	state queueState
	// created is in nanoseconds, because times of different decoders cannot be compared
	// by ==.
	created int64
	name    string
}

type queueState int

const (
	// outside is the state of a build that has ended, or is blocked for a reason other
	// than the limit.
	outside queueState = iota
	waitingState
	// startingState is the state of a build that may start, until the informer shows
	// that it has, or a reconcile ends without its run.
	startingState
	runningState
)

func newBuildQueue(enqueue func(types.NamespacedName), builders cache.SharedIndexInformer) *buildQueue {
	q := &buildQueue{
		enqueue:    enqueue,
		states:     make(map[types.NamespacedName]turn),
		namespaces: make(map[string]*namespaceQueue),
	}
	if builders != nil {
		registration, err := builders.AddEventHandler(q)
		if err != nil {
			panic(fmt.Sprintf("watching the Builders: %v", err)) // the informer has stopped
		}
		q.hasSynced = registration.HasSynced
	}
	return q
}

var _ cache.ResourceEventHandler = (*buildQueue)(nil)

// OnAdd implements cache.ResourceEventHandler. No other handler enqueues Builders, so
// one that is reconciled is in the queue.
func (q *buildQueue) OnAdd(obj any, _ bool) {
	b, ok := obj.(*v1beta2.Builder)
	if !ok {
		return
	}
	next := q.set(keyOf(b), turnOf(b))
	q.enqueue(keyOf(b))
	for _, key := range next {
		q.enqueue(key)
	}
}

// OnUpdate implements cache.ResourceEventHandler.
func (q *buildQueue) OnUpdate(_, obj any) { q.OnAdd(obj, false) }

// OnDelete implements cache.ResourceEventHandler.
func (q *buildQueue) OnDelete(obj any) {
	name, err := cache.DeletionHandlingObjectToName(obj)
	if err != nil {
		return
	}
	key := types.NamespacedName(name)
	next := q.set(key, turn{name: key.Name})
	q.enqueue(key)
	for _, key := range next {
		q.enqueue(key)
	}
}

// set records the position of a build. If that allows other builds to start, it returns
// the first of them.
func (q *buildQueue) set(key types.NamespacedName, is turn) []types.NamespacedName {
	q.mu.Lock()
	defer q.mu.Unlock()
	was := q.states[key]
	if was.state == startingState && is.state == waitingState {
		return nil // an event of before the start
	}
	n := q.move(key, is)
	if was.state == outside || is.state != outside {
		return nil
	}
	return n.first(key.Namespace, n.limit)
}

// move changes the position of a build, and returns the queue of its namespace.
func (q *buildQueue) move(key types.NamespacedName, to turn) *namespaceQueue {
	n := q.namespaces[key.Namespace]
	if n == nil {
		n = &namespaceQueue{running: sets.New[string]()}
		q.namespaces[key.Namespace] = n
	}
	if from := q.states[key]; from != to {
		n.remove(from)
		n.add(to)
	}
	q.states[key] = to
	if to.state == outside {
		delete(q.states, key)
	}
	if n.running.Len()+len(n.waiting) == 0 {
		delete(q.namespaces, key.Namespace)
	}
	return n
}

// begin reports whether b is among the first limit builds that run or wait. Zero means
// no limit. If so, b counts as running at once: another worker may decide on the next
// build before the informer shows that b runs.
func (q *buildQueue) begin(b *v1beta2.Builder, limit int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	is := turn{state: startingState, created: b.CreationTimestamp.UnixNano(), name: b.Name}
	if n := q.namespaces[b.Namespace]; n != nil {
		n.limit = limit
		if limit > 0 && !n.running.Has(b.Name) && n.running.Len()+n.before(is) >= limit {
			return false
		}
	}
	q.move(keyOf(b), is).limit = limit
	return true
}

// withdraw returns b to the builds that wait, or are blocked, if it may start but has
// not. Older builds may start in its place.
func (q *buildQueue) withdraw(b *v1beta2.Builder) {
	for _, key := range q.unstart(b) {
		q.enqueue(key)
	}
}

func (q *buildQueue) unstart(b *v1beta2.Builder) []types.NamespacedName {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.states[keyOf(b)].state != startingState {
		return nil
	}
	is := turnOf(b)
	n := q.move(keyOf(b), is)
	if is.state == outside {
		return n.first(b.Namespace, n.limit)
	}
	// Younger builds keep waiting for this one, which is retried.
	return n.first(b.Namespace, min(n.limit, n.before(is)))
}

// before returns the number of waiting builds that are older.
func (n *namespaceQueue) before(t turn) int {
	older, _ := slices.BinarySearchFunc(n.waiting, t, compareTurns)
	return older
}

// first returns the keys of the first count builds that wait.
func (n *namespaceQueue) first(namespace string, count int) []types.NamespacedName {
	next := n.waiting[:min(len(n.waiting), max(count, 0))]
	keys := make([]types.NamespacedName, 0, len(next))
	for _, t := range next {
		keys = append(keys, types.NamespacedName{Namespace: namespace, Name: t.name})
	}
	return keys
}

func (n *namespaceQueue) add(t turn) {
	switch t.state {
	case startingState, runningState:
		n.running.Insert(t.name)
	case waitingState:
		at, _ := slices.BinarySearchFunc(n.waiting, t, compareTurns)
		n.waiting = slices.Insert(n.waiting, at, t)
	case outside:
	}
}

func (n *namespaceQueue) remove(t turn) {
	switch t.state {
	case startingState, runningState:
		n.running.Delete(t.name)
	case waitingState:
		at, found := slices.BinarySearchFunc(n.waiting, t, compareTurns)
		switch {
		case !found:
		case at == 0:
			// The usual case takes constant time.
			n.waiting = n.waiting[1:]
		default:
			n.waiting = slices.Delete(n.waiting, at, at+1)
		}
	case outside:
	}
}

// compareTurns orders builds by age, and by name if they are equally old.
func compareTurns(a, b turn) int {
	return cmp.Or(cmp.Compare(a.created, b.created), strings.Compare(a.name, b.name))
}

// turnOf returns the position of a build in its queue. A build that is blocked for a
// reason other than the limit is outside of the queue, so that younger builds can
// start.
func turnOf(b *v1beta2.Builder) turn {
	t := turn{state: outside, created: b.CreationTimestamp.UnixNano(), name: b.Name}
	switch {
	case b.IsDone() || b.DeletionTimestamp != nil:
	case hasStarted(b):
		t.state = runningState
	case b.Spec.State == v1beta2.BuildStateCancelled:
	default:
		reason := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded).GetReason()
		if slices.Contains([]string{"", v1beta2.ReasonQueued, v1beta2.ReasonPending}, reason) {
			t.state = waitingState
		}
	}
	return t
}

func keyOf(b *v1beta2.Builder) types.NamespacedName {
	return types.NamespacedName{Namespace: b.Namespace, Name: b.Name}
}
