//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package admission

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/integration/environment"
)

const (
	// maxAdded bounds by how much admission may delay half of all writes.
	maxAdded = 2 * time.Millisecond
	// maxHandler bounds the time in the webhook of all but one in a hundred.
	maxHandler = 5 * time.Millisecond

	rounds = 3
	round  = 5 * time.Second
)

func TestMain(m *testing.M) {
	os.Exit(environment.Main(m))
}

// TestLatency compares creates with and without admission, and measures the
// webhook alone. It needs a machine that does nothing else.
func TestLatency(t *testing.T) {
	e := environment.New(t, environment.OpenFunction)
	namespace := e.Namespace(t)
	c := newClient(t, e, namespace)
	small, large, bad := parse(t, goodSpec), parse(t, largeSpec()), parse(t, badSpec)

	without := map[string][]time.Duration{"small": c.p50(t, rate, small, small), "100 KB": c.p50(t, largeRate, large, large)}
	replica := e.StartReleasedWebhook(t)
	c.await(t)
	for _, name := range []string{"small", "100 KB"} {
		good, perSecond := small, rate
		if name != "small" {
			good, perSecond = large, largeRate
		}
		var added []time.Duration
		base, _, _ := spread(without[name])
		for _, p50 := range c.p50(t, perSecond, good, bad) {
			added = append(added, p50-base)
		}
		median, least, most := spread(added)
		t.Logf("%-6s  without admission p50 %v; added p50: median %v, min %v, max %v", name, base, median, least, most)
		if median > maxAdded {
			t.Errorf("%s: admission adds %v to half of all creates, want at most %v", name, median, maxAdded)
		}
		for _, path := range []string{"/defaulting", "/validation"} {
			var p99 []time.Duration
			for range rounds {
				p99 = append(p99, percentile(latencies(t, e, replica, path, good, bad), 99))
			}
			median, least, most := spread(p99)
			t.Logf("%-6s  %s p99: median %v, min %v, max %v", name, path, median, least, most)
			if median > maxHandler {
				t.Errorf("%s: %s takes %v for one in a hundred, want at most %v", name, path, median, maxHandler)
			}
		}
	}
}

// p50 returns the median time of the good creates of each round.
func (c client) p50(t *testing.T, rate int, good, bad *unstructured.Unstructured) []time.Duration {
	t.Helper()
	var medians []time.Duration
	for i := range rounds + 1 {
		ctx, cancel := context.WithTimeout(t.Context(), round)
		o := c.load(ctx, rate, good, bad)
		cancel()
		if len(o.lost) > 0 {
			t.Fatalf("%d creates had no answer, the first: %v", len(o.lost), o.lost[0])
		}
		if i > 0 { // the first fills caches
			medians = append(medians, percentile(o.good, 50))
		}
	}
	return medians
}

// await waits until bad functions are refused and good ones are not.
func (c client) await(t *testing.T) {
	t.Helper()
	good, bad := parse(t, goodSpec), parse(t, badSpec)
	var admitted, refused error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		admitted, refused = c.create(ctx, good), c.create(ctx, bad)
		return admitted == nil && refused != nil, nil
	})
	if err != nil {
		t.Fatalf("admission does not work: a good function %v, a bad one %v", admitted, refused)
	}
}

// latencies sends reviews directly to one webhook and returns how long the answers took:
// the time in its handler and that of TLS and HTTP.
func latencies(t *testing.T, e *environment.Environment, replica *environment.Webhook, path string, good, bad *unstructured.Unstructured) []time.Duration {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: e.WebhookTLS(t), MaxIdleConnsPerHost: 100}
	defer transport.CloseIdleConnections()
	reviews := [][]byte{review(t, good), review(t, bad)}
	client := &http.Client{Transport: transport}
	o := &outcome{}
	ticks := time.NewTicker(time.Second / rate)
	defer ticks.Stop()
	finished := make(chan struct{}, 1000)
	count := int(round.Seconds()) * rate
	for i := range count {
		<-ticks.C
		go func() {
			began := time.Now()
			err := put(t.Context(), client, "https://"+replica.Address()+path, reviews[i%2])
			o.add(time.Since(began), err)
			finished <- struct{}{}
		}()
	}
	for range count {
		<-finished
	}
	if len(o.lost) > 0 {
		t.Fatalf("%d reviews had no answer, the first: %v", len(o.lost), o.lost[0])
	}
	return o.good
}

func put(ctx context.Context, client *http.Client, url string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	reply, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }() // it was read
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s", reply.Status)
	}
	_, err = io.Copy(io.Discard, reply.Body)
	return err
}

func review(t *testing.T, function *unstructured.Unstructured) []byte {
	t.Helper()
	raw, err := function.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "1", Kind: metav1.GroupVersionKind(v1beta2.SchemeGroupVersion.WithKind("Function")), Operation: admissionv1.Create,
			Name: "hello", Namespace: "default", Object: runtime.RawExtension{Raw: raw},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}
