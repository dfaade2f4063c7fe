/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package meter

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clocktesting "k8s.io/utils/clock/testing"

	"openfunction.dev/openfunction/pkg/runtime/results"
)

var (
	begin = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	key   = types.NamespacedName{Namespace: "ns", Name: "hello"}
)

// cluster has pods that count requests.
type cluster struct {
	pods    []*corev1.Pod
	counted map[string]results.Totals
	failure error
}

func (c *cluster) add(name string, created time.Time) {
	c.pods = append(c.pods, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name), CreationTimestamp: metav1.NewTime(created)},
		Status:     corev1.PodStatus{PodIP: name, Phase: corev1.PodRunning},
	})
}

func (c *cluster) meter() *Meter {
	return &Meter{
		pods: func(context.Context, string, string) ([]*corev1.Pod, error) { return c.pods, nil },
		fetch: func(_ context.Context, url string) (map[string]*dto.MetricFamily, error) {
			if c.failure != nil {
				return nil, c.failure
			}
			name := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), ":9091/metrics")
			totals := c.counted[name]
			return map[string]*dto.MetricFamily{"requests": {Metric: []*dto.Metric{
				{Counter: &dto.Counter{Value: &totals.Requests}}, {Counter: &dto.Counter{Value: &totals.Failures}},
			}}}, nil
		},
		clock:   clocktesting.NewFakeClock(begin),
		windows: map[types.NamespacedName]*window{}, opened: make(chan struct{}, 1),
	}
}

var sources = map[string][]results.Source{"hello-1": {{
	Port: 9091, Hint: "turn them on",
	Read: func(metrics map[string]*dto.MetricFamily) results.Totals {
		metric := metrics["requests"].GetMetric()
		return results.Totals{Requests: metric[0].GetCounter().GetValue(), Failures: metric[1].GetCounter().GetValue()}
	},
}}}

func TestMeter(t *testing.T) {
	c := &cluster{counted: map[string]results.Totals{}}
	c.add("a", begin.Add(-time.Hour))
	m := c.meter()
	reads := func(want results.Totals) {
		t.Helper()
		m.read(t.Context())
		if got := m.Measure(key, "1", sources, nil); got.Results["hello-1"].Requests != want.Requests || got.Results["hello-1"].Failures != want.Failures || got.Problem != "" {
			t.Errorf("Measure() = %+v, want %+v", got, want)
		}
	}
	c.counted["a"] = results.Totals{Requests: 100, Failures: 10}
	if got := m.Measure(key, "1", sources, nil); !got.Since.Equal(begin) || len(got.Results) > 0 {
		t.Errorf("Measure() = %+v of a new window, want nothing since %s", got, begin)
	}
	reads(results.Totals{})
	c.counted["a"] = results.Totals{Requests: 130, Failures: 15}
	reads(results.Totals{Requests: 30, Failures: 5})
	// A new pod counts from its start, and one that ends keeps what it counted.
	c.add("b", begin.Add(time.Minute))
	c.counted["b"] = results.Totals{Requests: 7, Failures: 7}
	reads(results.Totals{Requests: 37, Failures: 12})
	c.pods = c.pods[1:]
	reads(results.Totals{Requests: 37, Failures: 12})
	// A container that restarts counts from zero.
	c.counted["b"] = results.Totals{Requests: 2}
	reads(results.Totals{Requests: 39, Failures: 12})
	c.counted["b"] = results.Totals{Requests: 4, Failures: 1}
	reads(results.Totals{Requests: 41, Failures: 13})
	if got := m.Measure(key, "2", sources, nil); len(got.Results) > 0 {
		t.Errorf("Measure() = %+v of another window, want nothing", got)
	}
	m.CloseWindow(key)
	if len(m.windows) > 0 {
		t.Error("a window is open after CloseWindow()")
	}
}

func TestMeterProblem(t *testing.T) {
	c := &cluster{failure: errors.New("connection refused")}
	c.add("a", begin)
	m := c.meter()
	m.Measure(key, "1", sources, nil)
	m.read(t.Context())
	if got := m.Measure(key, "1", sources, nil).Problem; got != "connection refused; turn them on" {
		t.Errorf("the problem is %q, want the error and the hint", got)
	}
	c.failure, c.counted = nil, map[string]results.Totals{}
	m.read(t.Context())
	if got := m.Measure(key, "1", sources, nil).Problem; got != "" {
		t.Errorf("the problem is %q after it is gone", got)
	}
}

func TestRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &cluster{counted: map[string]results.Totals{"a": {Requests: 1}}}
	c.add("a", begin.Add(time.Minute))
	m := c.meter()
	read := make(chan struct{}, 1)
	fetch := m.fetch
	m.fetch = func(ctx context.Context, url string) (map[string]*dto.MetricFamily, error) {
		select {
		case read <- struct{}{}:
		default:
		}
		return fetch(ctx, url)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		m.Run(ctx)
	}()
	m.Measure(key, "1", sources, nil)
	<-read
	cancel()
	<-ended
}

func TestFetch(t *testing.T) {
	answer := "# TYPE requests_total counter\nrequests_total{code=\"200\"} 3\n"
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/redirect" {
			http.Redirect(w, r, "/metrics", http.StatusFound)
			return
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	fetch := results.FetchBy(newClient(), maxMetricBytes)
	metrics, err := fetch(t.Context(), server.URL+"/metrics")
	if err != nil {
		t.Fatal(err)
	}
	metric := metrics["requests_total"].GetMetric()[0]
	if metric.GetCounter().GetValue() != 3 || results.Label(metric, "code") != "200" || results.Label(metric, "method") != "" {
		t.Errorf("the metric is %v", metric)
	}
	if _, err := fetch(t.Context(), server.URL+"/redirect"); err == nil || !strings.Contains(err.Error(), "302") {
		t.Errorf("a redirect results in %v, want an error", err)
	}
	answer = "<html>"
	if _, err := fetch(t.Context(), server.URL+"/metrics"); err == nil || !strings.Contains(err.Error(), "text format") {
		t.Errorf("another format results in %v", err)
	}
	status = http.StatusForbidden
	if _, err := fetch(t.Context(), server.URL+"/metrics"); err == nil || !strings.Contains(err.Error(), strconv.Itoa(status)) {
		t.Errorf("the status %d results in %v", status, err)
	}
}

func TestPodsFrom(t *testing.T) {
	pod := func(name, ip string, phase corev1.PodPhase) *corev1.Pod {
		return &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, Labels: map[string]string{"app": "hello"}},
			Status:     corev1.PodStatus{PodIP: ip, Phase: phase},
		}
	}
	client := fake.NewClientset(pod("running", "192.0.2.1", corev1.PodRunning), pod("starting", "", corev1.PodPending), pod("ended", "192.0.2.2", corev1.PodSucceeded))
	pods, err := podsFrom(client)(t.Context(), "ns", "app=hello")
	if err != nil || len(pods) != 1 || pods[0].Name != "running" {
		t.Errorf("the pods are %v, %v, want the one that runs", pods, err)
	}
}
