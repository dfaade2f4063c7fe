/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package collector

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// AddressVariable is the environment variable that names where New listens,
// host:port. The default is the node of hack/cluster.sh.
const AddressVariable = "COLLECTOR_ADDRESS"

// Collector keeps records, in the order in which they came.
type Collector struct {
	// URL is where pods post records.
	URL string

	mu      sync.Mutex
	records []Record
	changed chan struct{} // closed when records gets longer
}

// New starts a collector that pods of the cluster reach. It ends with the test.
func New(t *testing.T) *Collector {
	t.Helper()
	address := os.Getenv(AddressVariable)
	if address == "" {
		address = "10.200.0.1:0"
	}
	return Serve(t, address)
}

// Serve starts a collector at address. It ends with the test.
func Serve(t *testing.T, address string) *Collector {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("collecting from pods: %v; set %s to an address of this machine that they reach", err, AddressVariable)
	}
	c := &Collector{URL: "http://" + listener.Addr().String(), changed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(c.keep), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends by Close
	t.Cleanup(func() { _ = server.Close() })
	return c
}

func (c *Collector) keep(w http.ResponseWriter, request *http.Request) {
	record := Record{}
	if err := json.NewDecoder(http.MaxBytesReader(w, request.Body, 1<<20)).Decode(&record); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	record.Time = time.Now()
	c.mu.Lock()
	c.records = append(c.records, record)
	close(c.changed)
	c.changed = make(chan struct{})
	c.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// Records returns the records so far. Callers must not change them.
func (c *Collector) Records() []Record {
	records, _ := c.now()
	return records
}

// now returns what came, and what is closed when more does.
func (c *Collector) now() ([]Record, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clip(c.records), c.changed
}

// Await waits until the records are enough, and returns them. It fails the test after
// the timeout.
func (c *Collector) Await(t *testing.T, timeout time.Duration, what string, enough func([]Record) bool) []Record {
	t.Helper()
	records, ok := c.Watch(t, timeout, enough)
	if !ok {
		t.Fatalf("timed out after %v waiting for %s; %d records came, the last of them: %+v", timeout, what, len(records), tail(records, 5))
	}
	return records
}

// Watch waits until the records are enough, at most for the timeout. It returns the
// records and whether they are enough.
func (c *Collector) Watch(t *testing.T, timeout time.Duration, enough func([]Record) bool) ([]Record, bool) {
	t.Helper()
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	for {
		records, changed := c.now()
		if enough(records) {
			return records, true
		}
		select {
		case <-changed:
		case <-deadline.C:
			return records, false
		}
	}
}

func tail(records []Record, most int) []Record {
	return records[max(0, len(records)-most):]
}

// number reads the number of an event; ok is false where it is none of 1 to most.
func number(data string, most int) (n int, ok bool) {
	n, err := strconv.Atoi(data)
	return n, err == nil && n >= 1 && n <= most
}
