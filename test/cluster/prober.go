/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

const (
	// probeInterval is the time between the beginnings of two requests.
	probeInterval = 25 * time.Millisecond
	// probesAtOnce bounds the requests under way: more would measure the prober.
	probesAtOnce = 32
)

// Prober sends requests to a function until it is stopped, and keeps every
// failure.
type Prober struct {
	interval time.Duration
	cluster  *Cluster
	url      string
	cancel   context.CancelFunc
	done     chan struct{}

	mu       sync.Mutex
	requests int
	failures []string
	// firstFailure and lastFailure are when the first and the last request that failed
	// began.
	firstFailure, lastFailure time.Time
	first                     map[string]time.Time // of each body
	last                      map[string]time.Time // of each body
	news                      chan struct{}        // closed when first gets longer
}

// Probe starts a Prober; the end of the test stops it too.
func (c *Cluster) Probe(t *testing.T, url string) *Prober {
	t.Helper()
	return c.ProbeEvery(t, probeInterval, url)
}

// ProbeEvery is Probe with another time between the beginnings of two requests.
func (c *Cluster) ProbeEvery(t *testing.T, interval time.Duration, url string) *Prober {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &Prober{
		interval: interval,
		cluster:  c, url: url, cancel: cancel, done: make(chan struct{}),
		first: map[string]time.Time{}, last: map[string]time.Time{}, news: make(chan struct{}),
	}
	go p.run(ctx)
	t.Cleanup(p.end)
	return p
}

func (p *Prober) run(ctx context.Context) {
	client := p.cluster.HTTPClient()
	defer client.CloseIdleConnections()
	ticker := time.NewTicker(p.interval)
	defer ticker.Stop()
	places := make(chan struct{}, probesAtOnce)
	var group sync.WaitGroup
	defer close(p.done)
	defer group.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			// A request that has begun is brought to its end: cutting it off
			// would be a failure of the prober's making.
			began := time.Now()
			body, err := get(context.WithoutCancel(ctx), client, p.url)
			p.record(began, body, err)
		})
	}
}

func (p *Prober) record(began time.Time, body string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	if err != nil {
		if p.firstFailure.IsZero() {
			p.firstFailure = began
		}
		p.lastFailure = began
		p.failures = append(p.failures, fmt.Sprintf("%s after %v: %v",
			began.Format(time.StampMilli), time.Since(began).Round(time.Millisecond), err))
		return
	}
	p.last[body] = began
	if _, known := p.first[body]; !known {
		p.first[body] = time.Now()
		close(p.news)
		p.news = make(chan struct{})
	}
}

// AwaitReply waits until a reply had this body, and returns when the first did.
func (p *Prober) AwaitReply(t *testing.T, body string) time.Time {
	t.Helper()
	deadline := time.NewTimer(DefaultTimeout)
	defer deadline.Stop()
	for {
		p.mu.Lock()
		at, known := p.first[body]
		news, got := p.news, fmt.Sprint(p.first)
		p.mu.Unlock()
		if known {
			return at
		}
		select {
		case <-news:
		case <-deadline.C:
			t.Fatalf("timed out after %v waiting for the reply %q; replies and when each came first: %s", DefaultTimeout, body, got)
		}
	}
}

// AwaitOnly waits until every reply has had this body for a second, and returns when the
// last request with another reply began.
func (p *Prober) AwaitOnly(t *testing.T, body string) time.Time {
	t.Helper()
	p.AwaitReply(t, body)
	deadline := time.NewTimer(DefaultTimeout)
	defer deadline.Stop()
	ticker := time.NewTicker(probeInterval)
	defer ticker.Stop()
	for {
		p.mu.Lock()
		var other time.Time
		for reply, at := range p.last {
			if reply != body && at.After(other) {
				other = at
			}
		}
		current := p.last[body]
		p.mu.Unlock()
		if current.Sub(other) >= time.Second {
			return other
		}
		select {
		case <-ticker.C:
		case <-deadline.C:
			t.Fatalf("timed out after %v waiting for the reply %q alone", DefaultTimeout, body)
		}
	}
}

// Stop ends the prober and fails the test for every request that failed.
func (p *Prober) Stop(t *testing.T) {
	t.Helper()
	p.end()
	t.Logf("prober: %d requests, %d failed", p.requests, len(p.failures))
	if p.requests == 0 {
		t.Error("the prober sent no request")
	}
	for _, failure := range p.failures {
		t.Errorf("failed request: %s", failure)
	}
}

// StopCounting ends the prober and returns the number of requests that failed, and how
// many requests began from the first to the last of them.
func (p *Prober) StopCounting() (failed, during int) {
	p.end()
	return len(p.failures), int(p.lastFailure.Sub(p.firstFailure)/p.interval) + 1
}

func (p *Prober) end() {
	p.cancel()
	<-p.done
}
