/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kuberuntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	knativewebhook "knative.dev/pkg/webhook"
	"knative.dev/pkg/webhook/certificates/resources"
)

// atPath serves an admission at a path.
type atPath struct {
	admission

	path string
}

func (a atPath) Path() string { return a.path }

// liveServer serves validation at a loopback address, as the program does.
type liveServer struct {
	address string
}

func startServer(t *testing.T) liveServer {
	t.Helper()
	ctx := knativewebhook.WithOptions(t.Context(), knativewebhook.Options{ServiceName: component})
	reviews, err := knativewebhook.New(ctx, []any{atPath{validating, "/validation"}})
	if err != nil {
		t.Fatal(err)
	}
	reviews.InformersHaveSynced()
	key, certificate, _, err := resources.CreateCerts(ctx, component, "openfunction", time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer()
	server := s.server(otelhttp.NewHandler(newLimits(reviews), component), func() (*tls.Certificate, error) { return &pair, nil })
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.run(context.WithoutCancel(ctx), server, listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return liveServer{listener.Addr().String()}
}

// dialer returns a dialer of a client with the loopback address from.
func dialer(from string) *tls.Dialer {
	return &tls.Dialer{
		NetDialer: &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}},
		Config:    &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13},
	}
}

// client returns a client like that of an API server.
func client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DialTLSContext: dialer("127.0.0.1").DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}
}

// review sends a review, and returns the status, and whether the object was admitted.
func (s liveServer) review(t *testing.T, c *http.Client, body []byte) (status int, allowed bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+s.address+"/validation", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.Do(request)
	if err != nil {
		t.Error(err)
		return 0, false
	}
	defer func() { _ = response.Body.Close() }()
	var review admissionv1.AdmissionReview
	if response.StatusCode == http.StatusOK {
		if err := json.NewDecoder(response.Body).Decode(&review); err != nil {
			t.Error(err)
			return 0, false
		}
		allowed = review.Response.Allowed
	}
	return response.StatusCode, allowed
}

// reviewOf returns the review of a new Function.
func reviewOf(t *testing.T, spec string) []byte {
	t.Helper()
	r := request(t, "Function", spec, "")
	r.UID = types.UID("1")
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request:  r,
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// withParams returns the spec of a function whose parameters have about n bytes.
func withParams(n int) string {
	const size = 10 << 10
	var params strings.Builder
	for i := range n / size {
		fmt.Fprintf(&params, "P%d: %q, ", i, strings.Repeat("x", size))
	}
	return `{image: "registry.example.com/team/hello:v1", serving: {params: {` + params.String() + `}}}`
}

// liveHeap returns the bytes of reachable objects.
func liveHeap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// flood is a connection that sends a body slowly.
type flood struct {
	conn net.Conn
	// sent is how much of the body was sent.
	sent int
}

// send sends the body up to n bytes.
func (f *flood) send(n int) error {
	spaces := bytes.Repeat([]byte(" "), 32<<10)
	for f.sent < n {
		sent, err := f.conn.Write(spaces[:min(len(spaces), n-f.sent)])
		if err != nil {
			return err
		}
		f.sent += sent
	}
	return nil
}

// startFlood sends a part of n bodies of the greatest size.
func startFlood(t *testing.T, server liveServer, n int) []*flood {
	t.Helper()
	floods := make([]*flood, n)
	var group sync.WaitGroup
	for i := range floods {
		group.Go(func() {
			conn, err := dialer("127.0.0.2").DialContext(t.Context(), "tcp", server.address)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			floods[i] = &flood{conn: conn}
			_, err = fmt.Fprintf(conn, "POST /validation HTTP/1.1\r\nHost: w\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", maxBodyBytes)
			if err = errors.Join(err, floods[i].send(maxBodyBytes/3)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return floods
}

// A pod sends 120 bodies of 3 MiB without their ends.
func TestSlowBodiesStopNoReview(t *testing.T) {
	server := startServer(t)
	before := liveHeap()
	floods := startFlood(t, server, 120)
	if grown := liveHeap() - before; grown > largeBodiesBytes+(32<<20) {
		t.Errorf("the bodies occupy %d MiB", grown>>20)
	}
	apiServer := client(t)
	for name, spec := range map[string]string{"small": `{image: "registry.example.com/team/hello:v1", serving: {}}`, "large": large()} {
		if status, allowed := server.review(t, apiServer, reviewOf(t, spec)); status != http.StatusOK || !allowed {
			t.Errorf("the %s review got the status %d, allowed: %t", name, status, allowed)
		}
	}
	count := map[int]int{}
	for _, f := range floods {
		// The server may have closed the connection.
		if f.send(maxBodyBytes) != nil {
			continue
		}
		if response, err := http.ReadResponse(bufio.NewReader(f.conn), nil); err == nil {
			_ = response.Body.Close()
			count[response.StatusCode]++
		}
	}
	t.Logf("statuses of the slow bodies: %v", count)
	if count[http.StatusTooManyRequests] == 0 || count[http.StatusOK] > 0 {
		t.Error("want 429 for the surplus")
	}
}

// heapPeak returns a function that stops measuring, and returns the peak of the heap.
func heapPeak() (stop func() int64) {
	quit, peak := make(chan struct{}), make(chan int64)
	go func() {
		var highest int64
		for ticker := time.NewTicker(5 * time.Millisecond); ; {
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			highest = max(highest, int64(stats.HeapInuse))
			select {
			case <-quit:
				peak <- highest
				return
			case <-ticker.C:
			}
		}
	}()
	return func() int64 { close(quit); return <-peak }
}

// The memory of 60 reviews of objects of 1 MB is limited, although the client that sends
// them is the only one, as the API server is. None of them is lost.
func TestReviewsInProgressAreLimited(t *testing.T) {
	const reviews = 60
	body := reviewOf(t, withParams(1<<20))
	var memory, most atomic.Int64
	started, finish := make(chan struct{}, reviews), make(chan struct{})
	server := httptest.NewServer(newLimits(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		content, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Equal(content, body) {
			t.Errorf("received %d bytes: %v", len(content), err)
		}
		most.Store(max(most.Load(), memory.Add(reviewMemory(content))))
		started <- struct{}{}
		<-finish
		memory.Add(-reviewMemory(content))
	})))
	t.Cleanup(server.Close)
	statuses := make(chan int, reviews)
	for range reviews {
		go func() {
			response, err := server.Client().Post(server.URL, "application/json", bytes.NewReader(body))
			if err != nil {
				t.Error(err)
				statuses <- 0
				return
			}
			_ = response.Body.Close()
			statuses <- response.StatusCode
		}()
	}
	for range reviewsBytes / reviewMemory(body) {
		<-started
	}
	count := map[int]int{}
	for range reviews - largeBodiesBytes/len(body) {
		count[<-statuses]++
	}
	if count[http.StatusTooManyRequests] != reviews-largeBodiesBytes/len(body) {
		t.Errorf("statuses %v while the first reviews are in progress, want 429", count)
	}
	close(finish)
	for range largeBodiesBytes / len(body) {
		if status := <-statuses; status != http.StatusOK {
			t.Errorf("a review whose body was read got the status %d", status)
		}
	}
	if most.Load() > reviewsBytes {
		t.Errorf("reviews in progress took %d MiB", most.Load()>>20)
	}
}

func TestReviewMemoryIsNotUnderestimated(t *testing.T) {
	nulls := func(n int) string {
		return `{serving: {template: {containers: [` + strings.Repeat("null,", n-100) + `null]}}}`
	}
	for name, spec := range map[string]string{
		"small":                   `{image: "registry.example.com/team/hello:v1", serving: {}}`,
		"parameters of 1 MB":      withParams(1 << 20),
		"a list of nulls":         nulls(maxNewValues),
		"a list of too many":      nulls(100_000),
		"a list of wrong types":   strings.ReplaceAll(nulls(maxNewValues), "null", "0"),
		"a list of empty objects": strings.ReplaceAll(nulls(maxNewValues/2), "null", "{}"),
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, "Function", spec, "")
			estimate := reviewMemory(r.Object.Raw)
			// The garbage of a review is not collected here, but is limited by GOMEMLIMIT.
			before, peak := liveHeap(), heapPeak()
			fillingIn.Admit(t.Context(), r)
			if grown := peak() - before; grown > estimate+(8<<20) {
				t.Errorf("the review took %d KiB, want at most %d KiB", grown>>10, estimate>>10)
			}
		})
	}
}

// heapLimit is GOMEMLIMIT in config/webhook.yaml.
const heapLimit = 420 << 20

func TestUnboundedBodiesAreRefused(t *testing.T) {
	server := startServer(t)
	for name, tt := range map[string]struct {
		body   io.Reader
		length int64
		want   int
	}{
		"a body without a length":     {strings.NewReader("{}"), -1, http.StatusLengthRequired},
		"a body above the limit":      {bytes.NewReader(make([]byte, maxBodyBytes+1)), maxBodyBytes + 1, http.StatusRequestEntityTooLarge},
		"a body that is not a review": {strings.NewReader("{"), 1, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+server.address+"/validation", tt.body)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			request.ContentLength = tt.length
			response, err := client(t).Do(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != tt.want {
				t.Errorf("status %d, want %d", response.StatusCode, tt.want)
			}
		})
	}
}

func TestCountValues(t *testing.T) {
	for text, want := range map[string]int{
		`{}`:                    1,
		`{"a": 1, "b": [2, 3]}`: 4,
		`{"a,b": "[{\"c,\\"}`:   1,
		`[null,null,null]`:      3,
	} {
		if got := countValues([]byte(text)); got != want {
			t.Errorf("countValues(%s) = %d, want %d", text, got, want)
		}
	}
}

func TestObjectsThatWereAdmittedCanBeUpdated(t *testing.T) {
	params := func(n int) kuberuntime.RawExtension {
		return kuberuntime.RawExtension{Raw: fmt.Appendf(nil, `{"metadata": {"name": "a"}, "spec": {"image": "r.example.com/a:v1", "serving": {"params": {"a": "b"%s}}}}`,
			strings.Repeat(`,"a":"b"`, n))}
	}
	r := request(t, "Function", `{}`, "")
	r.Object = params(maxNewValues + 1)
	if _, err := readRequest(r); err == nil || !strings.Contains(err.Error(), "must have at most 20000") {
		t.Errorf("error %v", err)
	}
	r.Operation, r.OldObject = admissionv1.Update, params(maxNewValues)
	if _, err := readRequest(r); err != nil {
		t.Error(err)
	}
}
