/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package meter

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/clock"

	"openfunction.dev/openfunction/pkg/runtime/results"
)

const (
	// maxMetricBytes bounds what is read from one pod, which belongs to a user.
	maxMetricBytes = 8 << 20
	readTimeout    = 3 * time.Second
	// parallelReads bounds how many pods are read at once.
	parallelReads = 16
)

// podLister lists the pods that a selector selects.
type podLister func(ctx context.Context, namespace, selector string) ([]*corev1.Pod, error)

// New returns a Meter, which Run starts.
func New(client kubernetes.Interface) *Meter {
	web := newClient()
	return &Meter{
		pods: podsFrom(client), fetch: results.FetchBy(web, maxMetricBytes), query: queryFrom(web), clock: clock.RealClock{},
		windows: map[types.NamespacedName]*window{}, opened: make(chan struct{}, 1),
	}
}

func podsFrom(client kubernetes.Interface) podLister {
	return func(ctx context.Context, namespace, selector string) ([]*corev1.Pod, error) {
		// A list of the API server's cache is sufficient and cheap.
		list, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: selector, ResourceVersion: "0"})
		if err != nil {
			return nil, fmt.Errorf("listing the pods that count requests: %w", err)
		}
		var running []*corev1.Pod
		for i := range list.Items {
			if pod := &list.Items[i]; pod.Status.PodIP != "" && pod.Status.Phase == corev1.PodRunning {
				running = append(running, pod)
			}
		}
		return running, nil
	}
}

// newClient returns a client that follows no redirect, because a pod of a user would
// choose where to.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       readTimeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 1, IdleConnTimeout: 2 * period},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// reading caches what several windows need at one time.
type reading struct {
	pods  podLister
	fetch results.Fetcher
	slots chan struct{}

	mu      sync.Mutex
	listed  map[string]func() ([]*corev1.Pod, error)
	fetched map[string]func() (map[string]*dto.MetricFamily, error)
}

func newReading(pods podLister, fetch results.Fetcher) *reading {
	return &reading{
		pods: pods, fetch: fetch, slots: make(chan struct{}, parallelReads),
		listed:  map[string]func() ([]*corev1.Pod, error){},
		fetched: map[string]func() (map[string]*dto.MetricFamily, error){},
	}
}

func (r *reading) podsOf(ctx context.Context, source results.Source) ([]*corev1.Pod, error) {
	return once(r, r.listed, source.Namespace+"/"+source.Selector, func() ([]*corev1.Pod, error) {
		return r.pods(ctx, source.Namespace, source.Selector)
	})
}

func (r *reading) metricsOf(ctx context.Context, pod *corev1.Pod, port int) (map[string]*dto.MetricFamily, error) {
	url := "http://" + net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(port)) + "/metrics"
	return once(r, r.fetched, url, func() (map[string]*dto.MetricFamily, error) {
		return r.fetch(ctx, url)
	})
}

// once calls get for the first that needs the key.
func once[T any](r *reading, cache map[string]func() (T, error), key string, get func() (T, error)) (T, error) {
	r.mu.Lock()
	value, cached := cache[key]
	if !cached {
		value = sync.OnceValues(func() (T, error) {
			r.slots <- struct{}{}
			defer func() { <-r.slots }()
			return get()
		})
		cache[key] = value
	}
	r.mu.Unlock()
	return value()
}
