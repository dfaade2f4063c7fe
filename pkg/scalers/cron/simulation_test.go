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

// begin is when tests begin, half a minute before noon.
var begin = time.Date(2026, 3, 1, 11, 59, 30, 0, time.UTC)

var errDead = errors.New("the replica is dead")

// simulation is an API server with Leases, a function and a clock.
type simulation struct {
	t     *testing.T
	clock *clocktesting.FakeClock

	mu       sync.Mutex
	leases   map[string]*coordinationv1.Lease
	version  int
	servings cache.Indexer
	// writeError is the response to every write.
	writeError error

	function *function
}

// function is a function that receives events.
type function struct {
	mu       sync.Mutex
	ready    bool
	attempts chan struct{}
	got      []string
	began    chan *event
	// response ends a run; if it is nil, the function responds at once.
	response chan error
}

func newSimulation(t *testing.T) *simulation {
	t.Helper()
	return &simulation{
		t:        t,
		clock:    clocktesting.NewFakeClock(begin),
		leases:   make(map[string]*coordinationv1.Lease),
		servings: cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{leaseIndex: indexByLease, cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}),
		function: &function{ready: true, began: make(chan *event, 100), attempts: make(chan struct{}, 1000)},
	}
}

// deploy adds an active revision with the trigger.
func (sim *simulation) deploy(name string, trigger v1beta2.CronTrigger) {
	sim.t.Helper()
	if err := sim.servings.Add(serving(name, trigger)); err != nil {
		sim.t.Fatal(err)
	}
}

// suspend makes a revision inactive.
func (sim *simulation) suspend(name string) {
	sim.t.Helper()
	obj, _, _ := sim.servings.GetByKey("team/" + name)
	s := obj.(*v1beta2.Serving).DeepCopy()
	s.Labels[functions.RoutingStateLabelKey] = functions.RoutingStateReserve
	if err := sim.servings.Update(s); err != nil {
		sim.t.Fatal(err)
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

// lease returns the name of the Lease of the trigger tick.
func lease() string { return leaseName("f1", "tick") }

// shared returns the state in the Lease.
func (sim *simulation) shared() state {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	return decodeLease(sim.leases[lease()])
}

// replica is one replica of the scheduler.
type replica struct {
	*Reconciler

	sim           *simulation
	requeuedAfter time.Duration
	// writes counts the writes; the replica dies at number dieAtWrite, before it is
	// stored, or after it if stored is true.
	writes, dieAtWrite int
	stored             bool
	// dieAfterSend kills the replica after the function received its first event.
	dieAfterSend bool
	dead         bool
	kill         context.CancelFunc
	// frozen is the content of its cache; nil for the current one.
	frozen map[string]*coordinationv1.Lease
}

func (sim *simulation) startReplica(holder string) *replica {
	sim.t.Helper()
	logger := zap.NewNop().Sugar()
	report, err := newReporter(logger, eventrecord.NewFakeRecorder(1000), noop.NewMeterProvider().Meter(""))
	if err != nil {
		sim.t.Fatal(err)
	}
	background, kill := context.WithCancel(logging.WithLogger(context.Background(), logger))
	s := &replica{sim: sim, kill: kill}
	s.Reconciler = &Reconciler{
		leases:       &leaseStore{client: leaseAPI{s: s}, lister: leaseCache{s: s}, namespace: systemNamespace, holder: holder},
		index:        servingIndex{sim.servings},
		local:        newLocalState(),
		sender:       s,
		report:       report,
		clock:        sim.clock,
		enqueueAfter: func(_ types.NamespacedName, after time.Duration) { s.requeuedAfter = after },
		background:   background,
	}
	sim.t.Cleanup(func() {
		kill()
		s.local.executions.Wait()
	})
	return s
}

// reconcileAndWait reconciles and waits until all executions have ended.
func (s *replica) reconcileAndWait() {
	s.sim.t.Helper()
	s.reconcileOnly()
	s.local.executions.Wait()
}

// reconcileOnly reconciles without waiting for executions.
func (s *replica) reconcileOnly() {
	s.sim.t.Helper()
	if err := s.Reconcile(s.background, systemNamespace+"/"+lease()); err != nil {
		s.sim.t.Fatal(err)
	}
}

// advance advances the clock.
func (sim *simulation) advance(d time.Duration) { sim.clock.Step(d) }

// die makes every later request of the replica fail.
func (s *replica) die() {
	s.dead = true
	s.kill()
}

// connect implements sender.
func (s *replica) connect(ctx context.Context, _ *target) (connection, error) {
	f := s.sim.function
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts <- struct{}{}
	if ctx.Err() != nil || !f.ready {
		return nil, errors.New("connection refused")
	}
	return fakeConnection{s}, nil
}

type fakeConnection struct{ s *replica }

func (fakeConnection) close() {}

func (c fakeConnection) send(ctx context.Context, e *event) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f := c.s.sim.function
	f.mu.Lock()
	f.got = append(f.got, e.attributes["ce-time"])
	response := f.response
	f.mu.Unlock()
	f.began <- e
	if c.s.dieAfterSend {
		c.s.sim.mu.Lock()
		c.s.die()
		c.s.sim.mu.Unlock()
	}
	if response == nil {
		return ctx.Err()
	}
	select {
	case err := <-response:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// received returns the scheduled times of the runs that the function received.
func (f *function) received() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.got...)
}

// leaseAPI is the API server with optimistic locking, as one replica reaches it.
type leaseAPI struct {
	coordinationclient.LeaseInterface

	s *replica
}

var resource = schema.GroupResource{Group: "coordination.k8s.io", Resource: "leases"}

func (a leaseAPI) Get(_ context.Context, name string, _ metav1.GetOptions) (*coordinationv1.Lease, error) {
	sim := a.s.sim
	sim.mu.Lock()
	defer sim.mu.Unlock()
	if a.s.dead {
		return nil, errDead
	}
	l := sim.leases[name]
	if l == nil {
		return nil, apierrs.NewNotFound(resource, name)
	}
	return l.DeepCopy(), nil
}

func (a leaseAPI) Create(_ context.Context, l *coordinationv1.Lease, _ metav1.CreateOptions) (*coordinationv1.Lease, error) {
	return l, a.write(func(sim *simulation) error {
		if sim.leases[l.Name] != nil {
			return apierrs.NewAlreadyExists(resource, l.Name)
		}
		sim.put(l)
		return nil
	})
}

func (a leaseAPI) Update(_ context.Context, l *coordinationv1.Lease, _ metav1.UpdateOptions) (*coordinationv1.Lease, error) {
	return l, a.write(func(sim *simulation) error {
		if old := sim.leases[l.Name]; old == nil {
			return apierrs.NewNotFound(resource, l.Name)
		} else if old.ResourceVersion != l.ResourceVersion {
			return apierrs.NewConflict(resource, l.Name, errors.New("changed"))
		}
		sim.put(l)
		return nil
	})
}

func (a leaseAPI) Delete(_ context.Context, name string, o metav1.DeleteOptions) error {
	return a.write(func(sim *simulation) error {
		if old := sim.leases[name]; old == nil {
			return apierrs.NewNotFound(resource, name)
		} else if old.ResourceVersion != *o.Preconditions.ResourceVersion {
			return apierrs.NewConflict(resource, name, errors.New("changed"))
		}
		delete(sim.leases, name)
		return nil
	})
}

// write stores something, unless the replica is dead or dies at this write.
func (a leaseAPI) write(do func(sim *simulation) error) error {
	sim := a.s.sim
	sim.mu.Lock()
	defer sim.mu.Unlock()
	if a.s.dead {
		return errDead
	}
	if sim.writeError != nil {
		return sim.writeError
	}
	a.s.writes++
	if a.s.writes != a.s.dieAtWrite {
		return do(sim)
	}
	a.s.die()
	if a.s.stored {
		_ = do(sim)
	}
	return errDead
}

func (sim *simulation) put(l *coordinationv1.Lease) {
	sim.version++
	stored := l.DeepCopy()
	stored.ResourceVersion = strconv.Itoa(sim.version)
	sim.leases[l.Name] = stored
}

// leaseCache is the informer cache of a replica.
type leaseCache struct {
	coordinationlisters.LeaseNamespaceLister

	s *replica
}

func (c leaseCache) Get(name string) (*coordinationv1.Lease, error) {
	c.s.sim.mu.Lock()
	defer c.s.sim.mu.Unlock()
	shown := c.s.sim.leases
	if c.s.frozen != nil {
		shown = c.s.frozen
	}
	if l := shown[name]; l != nil {
		return l.DeepCopy(), nil
	}
	return nil, apierrs.NewNotFound(resource, name)
}

// freezeCache stops the updates of the cache.
func (s *replica) freezeCache() {
	s.sim.mu.Lock()
	defer s.sim.mu.Unlock()
	s.frozen = maps.Clone(s.sim.leases)
}
