/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairshare

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// holders makes claims of 1, and records which were evicted.
type holders struct {
	pool    *Pool
	evicted []string
}

func (h *holders) claim(client string, amount int64) (*Claim, bool) {
	return h.pool.Claim(client, amount, func() { h.evicted = append(h.evicted, client) })
}

func (h *holders) mustClaim(t *testing.T, client string, amount int64) *Claim {
	t.Helper()
	claim, ok := h.claim(client, amount)
	if !ok {
		t.Fatalf("a claim of %d by %s was refused", amount, client)
	}
	return claim
}

func TestPool(t *testing.T) {
	for name, tt := range map[string]struct {
		flood   []string
		client  string
		amount  int64
		ok      bool
		evicted []string
	}{
		"a client gets what is left":                             {[]string{"a", "a", "a"}, "a", 1, true, nil},
		"the client that holds the most is refused":              {[]string{"a", "a", "a", "b"}, "a", 1, false, nil},
		"another client takes from the one that holds the most":  {[]string{"a", "a", "a", "b"}, "b", 1, true, []string{"a"}},
		"a new client takes as well":                             {[]string{"a", "a", "a", "b"}, "c", 1, true, []string{"a"}},
		"a client takes no more than an equal share":             {[]string{"a", "a", "b", "b"}, "b", 1, false, nil},
		"a large claim evicts several":                           {[]string{"a", "a", "a", "a"}, "b", 2, true, []string{"a", "a"}},
		"a claim above the limit is refused":                     {nil, "b", 5, false, nil},
		"a claim that is too large for its share evicts nothing": {[]string{"a", "a", "a", "b"}, "c", 2, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := &holders{pool: NewPool(4)}
			for _, client := range tt.flood {
				h.mustClaim(t, client, 1)
			}
			_, ok := h.claim(tt.client, tt.amount)
			if ok != tt.ok {
				t.Errorf("Claim() = %t, want %t", ok, tt.ok)
			}
			if diff := cmp.Diff(tt.evicted, h.evicted); diff != "" {
				t.Errorf("evicted (-want +got):\n%s", diff)
			}
			used := int64(len(tt.flood) - len(tt.evicted))
			if tt.ok {
				used += tt.amount
			}
			if h.pool.used != used {
				t.Errorf("%d of the pool are used, want %d", h.pool.used, used)
			}
		})
	}
}

func TestKeptClaimIsNotEvicted(t *testing.T) {
	h := &holders{pool: NewPool(2)}
	kept, other := h.mustClaim(t, "a", 1), h.mustClaim(t, "a", 1)
	if !kept.Keep() {
		t.Fatal("a claim that was not evicted cannot be kept")
	}
	h.mustClaim(t, "b", 1)
	if other.Keep() {
		t.Error("an evicted claim was kept")
	}
	if _, ok := h.claim("c", 1); ok {
		t.Error("a third client got a claim, although each client has an equal share")
	}
	kept.Release()
	kept.Release()
	h.mustClaim(t, "c", 1)
	if _, ok := h.claim("d", 1); ok {
		t.Error("the second release of a claim enlarged the pool")
	}
}

func TestPoolNeverExceedsItsLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	held := map[*Claim]bool{}
	pool := NewPool(20)
	for range 10000 {
		amount := 1 + random.Int64N(8)
		var claim *Claim
		if got, ok := pool.Claim(strconv.Itoa(random.IntN(4)), amount, func() {}); ok {
			claim = got
			held[claim] = true
		}
		if random.IntN(3) == 0 && claim != nil {
			claim.Keep()
		}
		for c := range held {
			if c.released || random.IntN(3) == 0 {
				c.Release()
				delete(held, c)
			}
		}
		var sum int64
		for c := range held {
			sum += c.amount
		}
		if sum != pool.used || pool.used > pool.limit {
			t.Fatalf("%d are held, %d used, of %d", sum, pool.used, pool.limit)
		}
	}
	for c := range held {
		c.Release()
	}
	if pool.used != 0 || len(pool.clients) != 0 {
		t.Errorf("%d are used by %d clients after the last release", pool.used, len(pool.clients))
	}
}
