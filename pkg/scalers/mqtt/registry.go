/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/time/rate"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// intervals are the intervals and timeouts of a scaler.
type intervals struct {
	// minBackoff and maxBackoff limit the back-off between attempts to connect.
	minBackoff, maxBackoff time.Duration
	// podCheck and maxPodCheck limit the back-off between checks for pods.
	podCheck, maxPodCheck time.Duration
	// readyCheck is the interval between checks for the first ready pod.
	readyCheck time.Duration
	// probe is how long a probe waits for a message.
	probe time.Duration
	// maxIdle limits the idle time of a function that does not finish its messages,
	// unless its trigger sets a longer one.
	maxIdle time.Duration
	// firstAttempt is how long a request waits for the first attempt to subscribe.
	firstAttempt time.Duration
	// demand is how long after its latest request KEDA counts as interested in a
	// trigger, and expiry how long until its watcher is removed.
	demand, expiry time.Duration
	// resend is how often an open stream repeats that the function is active: KEDA
	// drops what it receives before it has cached the ScaledObject.
	resend time.Duration
}

var defaultIntervals = intervals{
	minBackoff:   time.Second,
	maxBackoff:   30 * time.Second,
	podCheck:     2 * time.Second,
	maxPodCheck:  10 * time.Second,
	readyCheck:   500 * time.Millisecond,
	probe:        2 * time.Second,
	maxIdle:      15 * time.Minute,
	firstAttempt: 3 * time.Second,
	demand:       2 * time.Minute,
	expiry:       10 * time.Minute,
	resend:       10 * time.Second,
}

// registry holds the watchers, one for each trigger.
type registry struct {
	ctx       context.Context //nolint:containedctx // watchers outlive the requests that start them
	logger    *zap.SugaredLogger
	workloads WorkloadReader
	addresses AddressChecker
	intervals intervals
	limits    limits

	mu       sync.Mutex
	watchers map[triggerKey]*watcher
	// shares are the shares of the namespaces with watchers.
	shares map[string]*share
	// locked are the sessions of functions that the scaler uses at the moment.
	locked map[string]bool
	expiry sync.WaitGroup
}

// share is what the triggers of one namespace use.
type share struct {
	watchers int
	// connects limits the rate of connects to brokers.
	connects *rate.Limiter
}

const (
	// connectsPerSecond and connectBurst limit the connects of one namespace. The burst
	// is enough for all its triggers at the start of the scaler.
	connectsPerSecond = 10
	connectBurst      = maxNamespaceWatchers
)

func newRegistry(ctx context.Context, logger *zap.SugaredLogger, cluster Cluster, intervals intervals, limits limits) *registry {
	r := &registry{
		ctx: ctx, logger: logger, workloads: cluster.Workloads, addresses: cluster.Addresses, intervals: intervals, limits: limits,
		watchers: map[triggerKey]*watcher{}, shares: map[string]*share{}, locked: map[string]bool{},
	}
	r.expiry.Go(r.expireIdle)
	return r
}

// acquire returns the watcher of a trigger, and starts or updates it if needed. The
// watcher is in use until release.
func (r *registry) acquire(s settings) (_ *watcher, release func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		return nil, nil, status.Error(codes.Unavailable, "the scaler is shutting down")
	}
	w, ok := r.watchers[s.triggerKey]
	if ok {
		w.update(r.ctx, s)
	} else {
		own, err := r.take(s.namespace)
		if err != nil {
			return nil, nil, err
		}
		w = newWatcher(r, s, own)
		r.watchers[s.triggerKey] = w
	}
	w.addRequests(1)
	return w, func() { w.addRequests(-1) }, nil
}

// take adds a watcher to the share of a namespace, unless a limit is reached. The caller
// holds mu.
func (r *registry) take(namespace string) (*share, error) {
	if len(r.watchers) >= r.limits.all {
		return nil, status.Errorf(codes.ResourceExhausted, "the scaler watches %d triggers, which is the limit", r.limits.all)
	}
	own := r.shares[namespace]
	if own == nil {
		own = &share{connects: rate.NewLimiter(connectsPerSecond, connectBurst)}
		r.shares[namespace] = own
	}
	if own.watchers >= r.limits.namespace {
		return nil, status.Errorf(codes.ResourceExhausted,
			"the scaler watches %d triggers of namespace %s, which is the limit of a namespace", r.limits.namespace, namespace)
	}
	own.watchers++
	return own, nil
}

// scaledToZero reports whether no workload that uses the session of w has pods, and no
// trigger is about to start one.
func (r *registry) scaledToZero(ctx context.Context, w *watcher) (bool, error) {
	for _, other := range r.sharingSession(w) {
		if active, _ := other.activity.current(); active {
			return false, nil
		}
		target := other.target()
		zero, err := r.workloads.ScaledToZero(ctx, other.namespace, target)
		switch {
		case err != nil && other == w:
			return false, fmt.Errorf("reading the replicas of %s in namespace %s: %w", target, other.namespace, err)
		case err != nil:
			// The workload of an old revision may be deleted.
		case !zero:
			return false, nil
		}
	}
	return true, nil
}

// sharingSession returns the watchers of the same session, including w.
func (r *registry) sharingSession(w *watcher) []*watcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []*watcher
	for _, other := range r.watchers {
		if other.session() == w.session() {
			found = append(found, other)
		}
	}
	return found
}

// lockSession locks the session of a function, because a second connection with the
// same client id would end the first one. It returns false if the session is locked.
func (r *registry) lockSession(session string) (unlock func(), ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.locked[session] {
		return nil, false
	}
	r.locked[session] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.locked, session)
	}, true
}

// expireIdle stops watchers without requests until the scaler shuts down.
func (r *registry) expireIdle() {
	ticker := time.NewTicker(max(r.intervals.expiry/10, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case <-ticker.C:
		}
		for _, w := range r.removeIdle() {
			w.logger.Infow("Stopping the watcher: KEDA sends no more requests for this trigger")
			w.stop()
		}
	}
}

// removeIdle removes and returns the watchers without requests.
func (r *registry) removeIdle() []*watcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	var idle []*watcher
	for key, w := range r.watchers {
		if !w.inDemand(r.intervals.expiry) {
			delete(r.watchers, key)
			if w.share.watchers--; w.share.watchers == 0 {
				delete(r.shares, key.namespace)
			}
			idle = append(idle, w)
		}
	}
	return idle
}

// wait waits until all watchers have stopped, after ctx has ended.
func (r *registry) wait() {
	r.expiry.Wait()
	r.mu.Lock()
	watchers := slices.Collect(maps.Values(r.watchers))
	r.mu.Unlock()
	for _, w := range watchers {
		w.stop()
	}
}
