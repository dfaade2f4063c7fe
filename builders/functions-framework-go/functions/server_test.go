/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// start serves handler on loopback. stop starts the drain, and result receives its
// result.
func start(t *testing.T, server *Server) (url string, stop context.CancelFunc, result chan error) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal("listen:", err)
	}
	server.Logger = slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	result = make(chan error, 1)
	go func() { result <- server.Serve(ctx, listener) }()
	return "http://" + listener.Addr().String(), stop, result
}

func await(t *testing.T, result chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("the server did not end")
		return nil
	}
}

func TestServesHTTP1AndH2C(t *testing.T) {
	url, stop, result := start(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	})})
	for name, set := range map[string]func(*http.Protocols, bool){
		"HTTP/1.1": (*http.Protocols).SetHTTP1,
		"HTTP/2.0": (*http.Protocols).SetUnencryptedHTTP2,
	} {
		transport := &http.Transport{Protocols: &http.Protocols{}}
		set(transport.Protocols, true)
		response, err := (&http.Client{Transport: transport}).Get(url)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || string(body) != name {
			t.Errorf("got %q, %v, want %s", body, err, name)
		}
		transport.CloseIdleConnections()
	}
	stop()
	if err := await(t, result); err != nil {
		t.Error("Serve:", err)
	}
}

func TestHealthPathDoesNotReachTheFunction(t *testing.T) {
	url, _, _ := start(t, &Server{Handler: http.NotFoundHandler()})
	for path, want := range map[string]int{HealthPath: http.StatusOK, "/healthz": http.StatusNotFound, HealthPath + "/x": http.StatusNotFound} {
		if response, err := get(t, url+path); err != nil || response.status != want {
			t.Errorf("GET %s = %v, %v, want status %d", path, response, err, want)
		}
	}
}

func TestDrainFinishesBegunRequests(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	url, stop, result := start(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		_, _ = io.WriteString(w, "finished")
	})})
	body := make(chan string, 1)
	go func() {
		response, err := get(t, url)
		if err != nil {
			response.body = err.Error()
		}
		body <- response.body
	}()
	<-begun
	stop()
	awaitRefused(t, strings.TrimPrefix(url, "http://"))
	close(finish)
	if got := <-body; got != "finished" {
		t.Errorf("the begun request got %q", got)
	}
	if err := await(t, result); err != nil {
		t.Error("Serve:", err)
	}
}

func TestDrainIsBounded(t *testing.T) {
	begun := make(chan struct{})
	url, stop, result := start(t, &Server{
		DrainTimeout: 50 * time.Millisecond,
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(begun)
			<-r.Context().Done()
		}),
	})
	failed := make(chan error, 1)
	go func() {
		_, err := get(t, url)
		failed <- err
	}()
	<-begun
	stop()
	if err := await(t, result); err == nil || !strings.Contains(err.Error(), "50ms") {
		t.Errorf("Serve = %v, want an error that names the bound", err)
	}
	if err := await(t, failed); err == nil {
		t.Error("the cut request got a reply")
	}
}

func TestRunReportsABadPort(t *testing.T) {
	t.Setenv("PORT", "none")
	if err := (&Server{Handler: http.NotFoundHandler()}).Run(context.Background()); err == nil {
		t.Error("Run accepted the port")
	}
}

// awaitRefused waits until no process listens on address any more.
func awaitRefused(t *testing.T, address string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return
		}
		_ = connection.Close()
	}
	t.Fatal("the draining server still accepts connections")
}

// A handler may reply before it has read the whole body.
func TestHandlerRepliesWhileItReads(t *testing.T) {
	url, _, _ := start(t, &Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buffer := make([]byte, 1<<10)
		for {
			n, err := r.Body.Read(buffer)
			_, _ = w.Write(buffer[:n])
			_ = http.NewResponseController(w).Flush()
			if err != nil {
				return
			}
		}
	})})
	body := strings.Repeat("x", 64<<10)
	if got := send(t, "POST", url, body, nil); got.body != body {
		t.Errorf("%d of %d bytes came back", len(got.body), len(body))
	}
}
