/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// DeleteUnderRequests deletes a function that has no pods, and sends it requests in the
// two seconds after that. Each must be answered in time: by a pod, or with status 404.
func (c *Cluster) DeleteUnderRequests(t *testing.T, fn *v1beta2.Function) {
	t.Helper()
	const (
		requests = 24
		patience = 30 * time.Second
	)
	if err := c.Functions(fn.Namespace).Delete(t.Context(), fn.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	client := c.HTTPClient()
	defer client.CloseIdleConnections()
	var sending sync.WaitGroup
	tick := time.NewTicker(2 * time.Second / requests)
	defer tick.Stop()
	var mu sync.Mutex
	replies := map[int]int{}
	for range requests {
		sending.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			began := time.Now()
			status, err := statusOf(ctx, client, fn.Status.URL.String())
			if err != nil || status != http.StatusOK && status != http.StatusNotFound {
				t.Errorf("a request in the second of the deletion ended after %.1fs with status %d, %v", time.Since(began).Seconds(), status, err)
			}
			mu.Lock()
			defer mu.Unlock()
			replies[status]++
		})
		<-tick.C
	}
	sending.Wait()
	t.Logf("figure: replies by status, at the deletion: %v", replies)
}

func statusOf(ctx context.Context, client *http.Client, url string) (int, error) {
	reply, err := send(ctx, client, url)
	if err != nil {
		return 0, err
	}
	return reply.StatusCode, reply.Body.Close()
}
