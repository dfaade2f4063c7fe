/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairqueue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	"go.uber.org/zap"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/controller"
)

// floodSize is the number of keys of the namespace that floods the queue.
const floodSize = 5000

// worker is a reconciler that records what it processes.
type worker struct {
	mutex     sync.Mutex
	processed []string
	fail      map[string]error
	done      func(key string)
}

// Reconcile implements controller.Reconciler.
func (w *worker) Reconcile(_ context.Context, key string) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.processed = append(w.processed, key)
	err := w.fail[key]
	delete(w.fail, key)
	if err == nil {
		w.done(key)
	}
	return err
}

// fixture is a controller that runs once its keys are enqueued, so that the order does not
// depend on the scheduling of goroutines.
type fixture struct {
	*controller.Impl

	t      *testing.T
	worker *worker
}

func newFixture(t *testing.T, install func(*controller.Impl) *controller.Impl) *fixture {
	t.Helper()
	w := &worker{fail: map[string]error{}}
	impl := controller.NewContext(t.Context(), w, controller.ControllerOptions{
		WorkQueueName: t.Name(), Logger: zap.NewNop().Sugar(), Concurrency: 1,
	})
	return &fixture{Impl: install(impl), t: t, worker: w}
}

// flood enqueues the keys of the namespace flood.
func (f *fixture) flood(enqueue func(types.NamespacedName)) {
	for i := range floodSize {
		enqueue(types.NamespacedName{Namespace: "flood", Name: strconv.Itoa(i)})
	}
}

// runUntil runs the controller until it has processed all keys, and returns how many keys
// it had processed before each of them.
func (f *fixture) runUntil(keys ...string) []int {
	f.t.Helper()
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	left := slices.Clone(keys)
	f.worker.done = func(key string) {
		left = slices.DeleteFunc(left, func(k string) bool { return k == key })
		if len(left) == 0 {
			cancel()
		}
	}
	if err := f.Run(ctx); err != nil {
		f.t.Fatal(err)
	}
	before := make([]int, 0, len(keys))
	for _, key := range keys {
		before = append(before, slices.Index(f.worker.processed, key))
	}
	return before
}

func TestFloodOfANamespaceDelaysAnotherByOneKey(t *testing.T) {
	f := newFixture(t, Install)
	f.flood(f.EnqueueKey)
	f.EnqueueKey(types.NamespacedName{Namespace: "quiet", Name: "x"})
	f.EnqueueKey(types.NamespacedName{Namespace: "quiet", Name: "y"})
	if before := f.runUntil("quiet/x", "quiet/y"); before[0] > 1 || before[1] > 3 {
		t.Errorf("%v keys were processed before those of the quiet namespace, want at most 1 and 3", before)
	}
}

// A resync adds all objects to the slow lane.
func TestResyncOfANamespaceDelaysAnotherByOneKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Install)
		f.flood(f.EnqueueSlowKey)
		f.EnqueueSlowKey(types.NamespacedName{Namespace: "quiet", Name: "x"})
		// The keys of the slow lane are moved to the fair queue meanwhile.
		synctest.Wait()
		f.EnqueueKey(types.NamespacedName{Namespace: "flood", Name: "changed"})
		if before := f.runUntil("quiet/x", "flood/changed"); before[0] > 1 || before[1] > 1 {
			t.Errorf("%v keys were processed before the slow key of the quiet namespace and the fast one of the other, want at most 1 and 1", before)
		}
	})
}

func TestKeysThatFailAreRetried(t *testing.T) {
	f := newFixture(t, Install)
	f.worker.fail["quiet/x"] = errors.New("injected")
	f.worker.fail["quiet/y"] = controller.NewRequeueImmediately()
	f.EnqueueKey(types.NamespacedName{Namespace: "quiet", Name: "x"})
	f.EnqueueKey(types.NamespacedName{Namespace: "quiet", Name: "y"})
	f.runUntil("quiet/x", "quiet/y")
	slices.Sort(f.worker.processed)
	if want := []string{"quiet/x", "quiet/x", "quiet/y", "quiet/y"}; !slices.Equal(f.worker.processed, want) {
		t.Errorf("processed %v, want %v", f.worker.processed, want)
	}
}

func TestNamespacesOfKeysInOneNamespace(t *testing.T) {
	f := newFixture(t, func(impl *controller.Impl) *controller.Impl {
		return InstallBy(impl, func(key types.NamespacedName) string { return firstPart(key.Name) })
	})
	for i := range floodSize {
		f.EnqueueKey(types.NamespacedName{Namespace: "openfunction", Name: fmt.Sprintf("flood/%d", i)})
	}
	f.EnqueueKey(types.NamespacedName{Namespace: "openfunction", Name: "quiet/x"})
	if before := f.runUntil("openfunction/quiet/x"); before[0] > 1 {
		t.Errorf("%v keys were processed before that of the quiet namespace, want at most 1", before)
	}
}

func TestKeysAreProcessedAfterTheShutdownBegan(t *testing.T) {
	f := newFixture(t, Install)
	f.flood(f.EnqueueKey)
	f.runUntil("flood/0")
	if len(f.worker.processed) != floodSize {
		t.Errorf("processed %d keys before the end, want all %d", len(f.worker.processed), floodSize)
	}
}
