/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairqueue

import (
	"container/list"

	"k8s.io/client-go/util/workqueue"
)

// lane is the urgency of a key among those of its namespace.
type lane int

const (
	// fast is for changes.
	fast lane = iota
	// slow is for background work, such as a resync of all objects.
	slow
	lanes
)

// turns is the order of the keys in a queue. Namespaces take turns, with one key for
// each turn. A namespace has its fast keys processed before its slow ones, and each lane
// in the order of arrival. All operations take constant time.
//
// The mutex of the workqueue protects it.
type turns struct {
	namespace func(key any) string
	// lane is the lane of the key that is being added.
	lane lane

	backlogs map[string]*backlog
	// order holds the backlogs, that of the next turn first.
	order *list.List
	// waiting are the places of the slow keys.
	waiting map[any]place
	length  int
}

// backlog is the keys of one namespace.
type backlog struct {
	namespace string
	lanes     [lanes]*list.List
}

// place is where a key is in the slow lane of its namespace.
type place struct {
	backlog *backlog
	element *list.Element
}

var _ workqueue.Queue[any] = (*turns)(nil)

func newTurns(namespace func(key any) string) *turns {
	return &turns{
		namespace: namespace,
		backlogs:  map[string]*backlog{},
		order:     list.New(),
		waiting:   map[any]place{},
	}
}

// Push implements workqueue.Queue.
func (t *turns) Push(key any) {
	namespace := t.namespace(key)
	b := t.backlogs[namespace]
	if b == nil {
		b = &backlog{namespace: namespace, lanes: [lanes]*list.List{list.New(), list.New()}}
		t.backlogs[namespace] = b
		t.order.PushBack(b)
	}
	element := b.lanes[t.lane].PushBack(key)
	if t.lane == slow {
		t.waiting[key] = place{b, element}
	}
	t.length++
}

// Touch implements workqueue.Queue. A change of an object that waits in the slow lane
// moves it to the fast one.
func (t *turns) Touch(key any) {
	at, ok := t.waiting[key]
	if !ok || t.lane == slow {
		return
	}
	at.backlog.lanes[slow].Remove(at.element)
	at.backlog.lanes[fast].PushBack(key)
	delete(t.waiting, key)
}

// Len implements workqueue.Queue.
func (t *turns) Len() int {
	return t.length
}

// Pop implements workqueue.Queue.
func (t *turns) Pop() any {
	turn := t.order.Front()
	b, _ := turn.Value.(*backlog)
	from := fast
	if b.lanes[fast].Len() == 0 {
		from = slow
	}
	key := b.lanes[from].Remove(b.lanes[from].Front())
	delete(t.waiting, key)
	t.length--
	if b.lanes[fast].Len()+b.lanes[slow].Len() > 0 {
		t.order.MoveToBack(turn)
		return key
	}
	t.order.Remove(turn)
	delete(t.backlogs, b.namespace)
	return key
}
