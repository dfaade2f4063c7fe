//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package coldstart

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

const (
	rounds   = 2
	each     = 10
	together = 25
	warm     = 300
)

var engines = []v1beta2.HTTPEngine{v1beta2.HTTPEngineKnative, v1beta2.HTTPEngineKeda}

// function returns a function that goes to zero pods soon after its last request.
func function(t *testing.T, namespace string, engine v1beta2.HTTPEngine, i int) *v1beta2.Function {
	t.Helper()
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: string(engine) + "-" + strconv.Itoa(i)},
		Spec: v1beta2.FunctionSpec{Image: cluster.EchoImage(t), Serving: &v1beta2.WorkloadSpec{
			Triggers:     &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Engine: &engine}},
			ScaleOptions: &v1beta2.ScaleOptions{MaxReplicas: ptr.To[int32](1)},
		}},
	}
}

func quickToZero(fn *v1beta2.Function, engine v1beta2.HTTPEngine) *v1beta2.Function {
	if engine == v1beta2.HTTPEngineKeda {
		fn.Spec.Serving.ScaleOptions.Keda = &v1beta2.KedaScaleOptions{
			HTTPScaledObject: &v1beta2.KedaHTTPScaledObject{CooldownPeriod: ptr.To[int32](5)},
		}
		return fn
	}
	fn.Spec.Serving.ScaleOptions.Knative = &map[string]string{"autoscaling.knative.dev/window": "6s"}
	return fn
}

func pods(fn *v1beta2.Function) cluster.Query {
	return cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: fn.Namespace, Labels: functions.FunctionLabelKey + "=" + fn.Name,
	}
}

// TestColdStarts prints the cold starts of both engines in one run, one by one, and the
// ratio of their medians.
func TestColdStarts(t *testing.T) {
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	fns := map[v1beta2.HTTPEngine][]*v1beta2.Function{}
	for i := range each {
		for _, engine := range engines {
			fns[engine] = append(fns[engine], c.AwaitReady(t, c.Create(t, quickToZero(function(t, namespace, engine, i), engine))))
		}
	}
	took := map[v1beta2.HTTPEngine][]time.Duration{}
	for range rounds {
		for i := range each {
			for _, engine := range engines {
				cluster.AwaitNone(t, c, pods(fns[engine][i]))
				began := time.Now()
				if _, err := c.Get(t.Context(), fns[engine][i].Status.URL.String()); err != nil {
					t.Fatalf("%s: %v", engine, err)
				}
				took[engine] = append(took[engine], time.Since(began))
			}
		}
	}
	for _, engine := range engines {
		t.Logf("figure: cold start, %s: %s", engine, distribution(took[engine]))
	}
	t.Logf("figure: cold start, median of keda / median of knative: %.2f",
		ratio(took[v1beta2.HTTPEngineKeda], took[v1beta2.HTTPEngineKnative]))
}

// TestManyColdStarts prints how long functions take that start together.
func TestManyColdStarts(t *testing.T) {
	c := cluster.Connect(t)
	for _, engine := range engines {
		namespace := c.Namespace(t)
		fns := make([]*v1beta2.Function, together)
		for i := range fns {
			fns[i] = c.Create(t, quickToZero(function(t, namespace, engine, i), engine))
		}
		for i := range fns {
			fns[i] = c.AwaitReady(t, fns[i])
		}
		cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.Pods, Namespace: namespace})
		var (
			mu     sync.Mutex
			took   []time.Duration
			failed []error
			group  sync.WaitGroup
		)
		for _, fn := range fns {
			group.Go(func() {
				began := time.Now()
				_, err := c.Get(t.Context(), fn.Status.URL.String())
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(began))
				if err != nil {
					failed = append(failed, err)
				}
			})
		}
		group.Wait()
		t.Logf("figure: %d functions together, %s: %s, %d failed", together, engine, distribution(took), len(failed))
		for _, err := range failed {
			t.Error(err)
		}
	}
}

// TestAddedLatency prints the latency of a warm function by its address and of its pod.
func TestAddedLatency(t *testing.T) {
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	for _, engine := range engines {
		fn := c.AwaitReady(t, c.Create(t, function(t, namespace, engine, 0)))
		list, err := c.Kube.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: pods(fn).Labels})
		if err != nil || len(list.Items) == 0 {
			t.Fatalf("%s: the pods of the function: %v, %v", engine, list, err)
		}
		client := c.HTTPClient()
		address := measure(t, client, fn.Status.URL.String())
		direct := measure(t, http.DefaultClient, "http://"+podAddress(&list.Items[0]))
		t.Logf("figure: warm, %s: %s; its pod alone: %s", engine, distribution(address), distribution(direct))
	}
}

func podAddress(pod *corev1.Pod) string {
	return fmt.Sprintf("%s:%d", pod.Status.PodIP, v1beta2.DefaultPort)
}

func measure(t *testing.T, client *http.Client, url string) []time.Duration {
	t.Helper()
	defer client.CloseIdleConnections()
	took := make([]time.Duration, 0, warm)
	for range warm {
		began := time.Now()
		if err := get(t.Context(), client, url); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	return took
}

func get(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	reply, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()
	if _, err := io.Copy(io.Discard, reply.Body); err != nil {
		return err
	}
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, reply.Status)
	}
	return nil
}

func quantile(took []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func distribution(took []time.Duration) string {
	round := func(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
	return fmt.Sprintf("p50 %v, p95 %v, p99 %v of %d",
		round(quantile(took, 0.5)), round(quantile(took, 0.95)), round(quantile(took, 0.99)), len(took))
}

func ratio(a, b []time.Duration) float64 {
	return quantile(a, 0.5).Seconds() / quantile(b, 0.5).Seconds()
}
