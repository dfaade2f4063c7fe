/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	clocktesting "k8s.io/utils/clock/testing"

	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/child/pending"
)

var events = flag.Int("events", 20_000, "number of back-to-back events that TestNoWakeUpIsLost sends")

// wakeUps counts the objects whose last read by a worker was not their final form.
// Its handlers enqueue objects as a controller enqueues owners.
type wakeUps struct {
	watch   *watch
	handled chan struct{}
	queue   atomic.Pointer[workqueue.Typed[string]]
	mu      sync.Mutex
	last    map[string]corev1.ConditionStatus
}

func (w *wakeUps) enqueue(obj any) {
	w.queue.Load().Add(stored(obj).GetName())
	w.handled <- struct{}{}
}

// work reads objects until the queue is drained.
func (w *wakeUps) work(queue *workqueue.Typed[string]) {
	for {
		name, shutdown := queue.Get()
		if shutdown {
			return
		}
		status := corev1.ConditionStatus("absent")
		if u := w.watch.get(types.NamespacedName{Namespace: namespace, Name: name}); u != nil {
			status = child.Readiness(u).Status
		}
		w.mu.Lock()
		w.last[name] = status
		w.mu.Unlock()
		queue.Done(name)
	}
}

// round calls send to cause events while workers run, and returns how many objects were
// last read in another form than want.
func (w *wakeUps) round(events int, want corev1.ConditionStatus, send func()) int {
	queue := workqueue.NewTyped[string]()
	w.queue.Store(queue)
	w.last = make(map[string]corev1.ConditionStatus)
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() { w.work(queue) })
	}
	go send()
	for range events {
		<-w.handled
	}
	queue.ShutDownWithDrain()
	workers.Wait()
	lost := 0
	for _, status := range w.last {
		if status != want {
			lost++
		}
	}
	return lost
}

// A child that gets its final status, or is deleted, right after it was created is
// read in its final form: no event may follow that would enqueue its owner again.
func TestNoWakeUpIsLost(t *testing.T) {
	const perRound = 5_000
	sent := apiwatch.NewFakeWithOptions(apiwatch.FakeOptions{ChannelSize: 100})
	cluster := newFakeCluster(t)
	cluster.PrependWatchReactor("configurations", clientgotesting.DefaultWatchReactor(sent, nil))
	w := &wakeUps{
		watch:   newWatch(cluster, resourceOf(configurationKind), true),
		handled: make(chan struct{}, 100),
	}
	// Without timeouts: on a busy machine the watch may be late, and a write that times
	// out enqueues its owner once more, which this test does not count.
	w.watch.clock = clocktesting.NewFakeClock(time.Unix(0, 0))
	w.watch.handlers = []cache.ResourceEventHandler{cache.ResourceEventHandlerFuncs{
		AddFunc:    w.enqueue,
		UpdateFunc: func(_, obj any) { w.enqueue(obj) },
		DeleteFunc: w.enqueue,
	}}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	w.watch.start(ctx.Done(), &running)
	cache.WaitForCacheSync(ctx.Done(), w.watch.informer.HasSynced)

	version, lost, left := 0, 0, *events
	object := func(i int, status string) *unstructured.Unstructured {
		version++
		u := object(configurationKind, "c"+strconv.Itoa(i), nil)
		u.SetUID(types.UID(fmt.Sprint("uid-", version)))
		u.SetResourceVersion(strconv.Itoa(version))
		ready(status, "")(u)
		return u
	}
	for ; left > 0; left -= 4 * perRound {
		objects := make([]*unstructured.Unstructured, perRound)
		lost += w.round(2*perRound, corev1.ConditionTrue, func() {
			for i := range objects {
				created := object(i, "Unknown")
				end := w.watch.beginWrite(pending.KeyOf(created))
				if i%2 == 0 {
					// The response may be processed before the event or after it.
					w.watch.addPending(created)
				}
				sent.Add(created.DeepCopy())
				w.watch.addPending(created)
				end()
				objects[i] = object(i, "True")
				objects[i].SetUID(created.GetUID())
				sent.Modify(objects[i])
			}
		})
		lost += w.round(2*perRound, "absent", func() {
			for i := range objects {
				written := object(i, "False")
				written.SetUID(objects[i].GetUID())
				end := w.watch.beginWrite(pending.KeyOf(written))
				sent.Modify(written.DeepCopy())
				deleted := written.DeepCopy()
				version++
				deleted.SetResourceVersion(strconv.Itoa(version))
				sent.Delete(deleted)
				w.watch.addPending(written)
				end()
			}
		})
	}
	t.Logf("lost wake-ups in %d back-to-back events: %d", *events, lost)
	if lost > 0 {
		t.Errorf("%d wake-ups were lost", lost)
	}
}
