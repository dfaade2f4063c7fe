/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric/noop"
	"go.uber.org/zap"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"
	coordinationlisters "k8s.io/client-go/listers/coordination/v1"
	"k8s.io/client-go/tools/cache"
	eventrecord "k8s.io/client-go/tools/record"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const systemNamespace = "openfunction"

// noon is when tests begin, half a minute before a minute is full.
var noon = time.Date(2026, 3, 1, 11, 59, 30, 0, time.UTC)

var errDead = errors.New("dead")

// world is an API server with Leases, a function, and the time.
type world struct {
	t     *testing.T
	clock *clocktesting.FakeClock

	mu       sync.Mutex
	leases   map[string]*coordinationv1.Lease
	version  int
	servings cache.Indexer
	// refused is what every write gets.
	refused error

	function *function
}

// function takes events.
type function struct {
	mu       sync.Mutex
	ready    bool
	attempts chan struct{}
	got      []string
	began    chan *event
	// answer ends a run; nil answers at once.
	answer chan error
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{
		t:        t,
		clock:    clocktesting.NewFakeClock(noon),
		leases:   make(map[string]*coordinationv1.Lease),
		servings: cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{leaseIndex: leasesOf, cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}),
		function: &function{ready: true, began: make(chan *event, 100), attempts: make(chan struct{}, 1000)},
	}
}

// deploy makes a version of the function active that has the trigger.
func (w *world) deploy(name string, trigger v1beta2.CronTrigger) {
	w.t.Helper()
	if err := w.servings.Add(serving(name, trigger)); err != nil {
		w.t.Fatal(err)
	}
}

// suspend makes a version fire no more.
func (w *world) suspend(name string) {
	w.t.Helper()
	obj, _, _ := w.servings.GetByKey("team/" + name)
	s := obj.(*v1beta2.Serving).DeepCopy()
	s.Labels[functions.RoutingStateLabelKey] = functions.RoutingStateReserve
	if err := w.servings.Update(s); err != nil {
		w.t.Fatal(err)
	}
}

func serving(name string, trigger v1beta2.CronTrigger) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{
		Namespace: "team",
		Name:      name,
		UID:       types.UID("uid-" + name),
		Labels:    map[string]string{functions.RoutingStateLabelKey: functions.RoutingStateActive},
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: v1beta2.SchemeGroupVersion.String(), Kind: "Function", Name: "report", UID: "f1", Controller: new(true),
		}},
	}}
	s.Spec.Triggers = &v1beta2.Triggers{Cron: []*v1beta2.CronTrigger{&trigger}}
	return s
}

// lease is the name of the Lease of the trigger called tick.
func lease() string { return leaseName("f1", "tick") }

// known returns what schedulers know together.
func (w *world) known() record {
	w.mu.Lock()
	defer w.mu.Unlock()
	return read(w.leases[lease()])
}

// scheduler is one of those that run in the world.
type scheduler struct {
	*Reconciler

	world *world
	wake  time.Duration
	// writes are counted from 1; fatal kills the scheduler at one of them, before
	// or after it is written.
	writes, fatal int
	after         bool
	// deaf kills it at its first event, after the function has it.
	deaf bool
	dead bool
	kill context.CancelFunc
	// frozen is what its cache shows, nil for what is so.
	frozen map[string]*coordinationv1.Lease
}

func (w *world) start(holder string) *scheduler {
	w.t.Helper()
	logger := zap.NewNop().Sugar()
	report, err := newReporter(logger, eventrecord.NewFakeRecorder(1000), noop.NewMeterProvider().Meter(""))
	if err != nil {
		w.t.Fatal(err)
	}
	background, kill := context.WithCancel(logging.WithLogger(context.Background(), logger))
	s := &scheduler{world: w, kill: kill}
	s.Reconciler = &Reconciler{
		ledger:     &ledger{client: leaseAPI{s: s}, lister: leaseCache{s: s}, namespace: systemNamespace, holder: holder},
		index:      servingIndex{w.servings},
		memory:     newMemory(),
		courier:    s,
		report:     report,
		clock:      w.clock,
		again:      func(_ types.NamespacedName, after time.Duration) { s.wake = after },
		background: background,
	}
	w.t.Cleanup(func() {
		kill()
		s.memory.flying.Wait()
	})
	return s
}

// look reconciles and waits until the runs that began have ended.
func (s *scheduler) look() {
	s.world.t.Helper()
	s.glance()
	s.memory.flying.Wait()
}

// glance reconciles.
func (s *scheduler) glance() {
	s.world.t.Helper()
	if err := s.Reconcile(s.background, systemNamespace+"/"+lease()); err != nil {
		s.world.t.Fatal(err)
	}
}

// pass lets time pass.
func (w *world) pass(d time.Duration) { w.clock.Step(d) }

// die lets nothing of the scheduler happen any more.
func (s *scheduler) die() {
	s.dead = true
	s.kill()
}

// connect implements courier.
func (s *scheduler) connect(ctx context.Context, _ *target) (call, error) {
	f := s.world.function
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts <- struct{}{}
	if ctx.Err() != nil || !f.ready {
		return nil, errors.New("connection refused")
	}
	return line{s}, nil
}

type line struct{ s *scheduler }

func (line) close() {}

func (l line) send(ctx context.Context, e *event) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f := l.s.world.function
	f.mu.Lock()
	f.got = append(f.got, e.attributes["ce-time"])
	answer := f.answer
	f.mu.Unlock()
	f.began <- e
	if l.s.deaf {
		l.s.world.mu.Lock()
		l.s.die()
		l.s.world.mu.Unlock()
	}
	if answer == nil {
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// seconds returns the runs that the function got.
func (f *function) seconds() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.got...)
}

// leaseAPI is the API server as a scheduler reaches it, with optimistic locking.
type leaseAPI struct {
	coordinationclient.LeaseInterface

	s *scheduler
}

var resource = schema.GroupResource{Group: "coordination.k8s.io", Resource: "leases"}

func (a leaseAPI) Get(_ context.Context, name string, _ metav1.GetOptions) (*coordinationv1.Lease, error) {
	w := a.s.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if a.s.dead {
		return nil, errDead
	}
	l := w.leases[name]
	if l == nil {
		return nil, apierrs.NewNotFound(resource, name)
	}
	return l.DeepCopy(), nil
}

func (a leaseAPI) Create(_ context.Context, l *coordinationv1.Lease, _ metav1.CreateOptions) (*coordinationv1.Lease, error) {
	return l, a.write(func(w *world) error {
		if w.leases[l.Name] != nil {
			return apierrs.NewAlreadyExists(resource, l.Name)
		}
		w.put(l)
		return nil
	})
}

func (a leaseAPI) Update(_ context.Context, l *coordinationv1.Lease, _ metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	return l, a.write(func(w *world) error {
		if old := w.leases[l.Name]; old == nil {
			return apierrs.NewNotFound(resource, l.Name)
		} else if old.ResourceVersion != l.ResourceVersion {
			return apierrs.NewConflict(resource, l.Name, errors.New("changed"))
		}
		w.put(l)
		return nil
	})
}

func (a leaseAPI) Delete(_ context.Context, name string, o metav1.DeleteOptions) error {
	return a.write(func(w *world) error {
		if old := w.leases[name]; old == nil {
			return apierrs.NewNotFound(resource, name)
		} else if old.ResourceVersion != *o.Preconditions.ResourceVersion {
			return apierrs.NewConflict(resource, name, errors.New("changed"))
		}
		delete(w.leases, name)
		return nil
	})
}

// write does what is written, unless the scheduler dies of it or is dead.
func (a leaseAPI) write(do func(w *world) error) error {
	w := a.s.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if a.s.dead {
		return errDead
	}
	if w.refused != nil {
		return w.refused
	}
	a.s.writes++
	if a.s.writes != a.s.fatal {
		return do(w)
	}
	a.s.die()
	if a.s.after {
		_ = do(w)
	}
	return errDead
}

func (w *world) put(l *coordinationv1.Lease) {
	w.version++
	stored := l.DeepCopy()
	stored.ResourceVersion = strconv.Itoa(w.version)
	w.leases[l.Name] = stored
}

// leaseCache is what a scheduler has seen of the Leases.
type leaseCache struct {
	coordinationlisters.LeaseNamespaceLister

	s *scheduler
}

func (c leaseCache) Get(name string) (*coordinationv1.Lease, error) {
	c.s.world.mu.Lock()
	defer c.s.world.mu.Unlock()
	shown := c.s.world.leases
	if c.s.frozen != nil {
		shown = c.s.frozen
	}
	if l := shown[name]; l != nil {
		return l.DeepCopy(), nil
	}
	return nil, apierrs.NewNotFound(resource, name)
}

// freeze lets the cache of the scheduler fall behind.
func (s *scheduler) freeze() {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.frozen = maps.Clone(s.world.leases)
}
