/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package fairshare limits what the clients of a server can occupy together, such as
// connections or memory. When the limit is reached, the client that holds the most
// loses first, so that a client with few claims is served during a flood by others.
package fairshare

import (
	"slices"
	"sync"
)

// Pool is a limited amount that clients share. It may be used concurrently.
type Pool struct {
	limit int64

	mu      sync.Mutex
	used    int64
	clients map[string]*client
}

// client is what one client holds.
type client struct {
	used int64
	// evictable are its claims that may be evicted, the oldest first.
	evictable []*Claim
}

// NewPool returns a Pool of the given size.
func NewPool(limit int64) *Pool {
	return &Pool{limit: limit, clients: make(map[string]*client)}
}

// Claim is a part of a Pool that a client holds.
type Claim struct {
	pool   *Pool
	client string
	amount int64
	evict  func()
	// released is set when the amount is back in the pool.
	released bool
}

// Claim gives an amount of the pool to a client, and reports whether it could. If too
// little is left, it evicts claims of the client that holds the most, unless this client
// would then hold more than that one. A claim is evicted by a call of its function
// evict, which must return at once and must not use the pool.
func (p *Pool) Claim(name string, amount int64, evict func()) (*Claim, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	share := amount
	if c := p.clients[name]; c != nil {
		share += c.used
	}
	var victims []*Claim
	for p.limit-p.used < amount {
		victim := p.victim(share)
		if victim == nil {
			for _, victim := range slices.Backward(victims) {
				p.hold(victim, 0)
			}
			return nil, false
		}
		p.release(victim)
		victims = append(victims, victim)
	}
	for _, victim := range victims {
		victim.evict()
	}
	claim := &Claim{pool: p, client: name, amount: amount, evict: evict}
	p.hold(claim, len(p.client(name).evictable))
	return claim, true
}

// client returns what a client holds, which may be nothing.
func (p *Pool) client(name string) *client {
	if p.clients[name] == nil {
		p.clients[name] = &client{}
	}
	return p.clients[name]
}

// hold adds a claim at an index of the evictable claims of its client.
func (p *Pool) hold(claim *Claim, index int) {
	c := p.client(claim.client)
	c.used += claim.amount
	c.evictable = slices.Insert(c.evictable, index, claim)
	p.used += claim.amount
	claim.released = false
}

// victim returns the oldest evictable claim of the client that holds the most, or nil if
// no client holds more than share.
func (p *Pool) victim(share int64) *Claim {
	var victim *Claim
	for _, c := range p.clients {
		if c.used > share && len(c.evictable) > 0 {
			share, victim = c.used, c.evictable[0]
		}
	}
	return victim
}

// Keep protects the claim from eviction. It reports false if the claim was evicted
// before.
func (c *Claim) Keep() bool {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	if c.released {
		return false
	}
	c.pool.clients[c.client].removeEvictable(c)
	return true
}

// Release returns the amount to the pool. Only the first call has an effect.
func (c *Claim) Release() {
	c.pool.mu.Lock()
	defer c.pool.mu.Unlock()
	c.pool.release(c)
}

func (p *Pool) release(c *Claim) {
	if c.released {
		return
	}
	c.released = true
	holder := p.clients[c.client]
	holder.removeEvictable(c)
	p.used -= c.amount
	if holder.used -= c.amount; holder.used == 0 {
		delete(p.clients, c.client)
	}
}

func (c *client) removeEvictable(claim *Claim) {
	if i := slices.Index(c.evictable, claim); i >= 0 {
		c.evictable = slices.Delete(c.evictable, i, i+1)
	}
}
