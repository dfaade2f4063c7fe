/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// serve runs handler in a Server on a loopback port until the test ends.
func serve(t *testing.T, handler http.HandlerFunc) (url string, log *bytes.Buffer) {
	t.Helper()
	log = &bytes.Buffer{}
	server := httptest.NewServer(recoverPanics(handler, slog.New(slog.NewTextHandler(log, nil))))
	t.Cleanup(server.Close)
	return server.URL, log
}

type reply struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, url string) (reply, error) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body)}, err
}

func TestPanicIsAnswered(t *testing.T) {
	url, log := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Half-Done", "yes")
		w.Header().Set("Content-Length", "5000")
		panic("password is hunter2")
	})
	response, err := get(t, url+"/path")
	if err != nil {
		t.Fatal("GET:", err)
	}
	if response.status != http.StatusInternalServerError || response.body != "Internal Server Error\n" {
		t.Errorf("got %d %q, want 500 with the standard text", response.status, response.body)
	}
	if response.header.Get("X-Half-Done") != "" {
		t.Error("a header of the reply that was given up reached the caller")
	}
	for _, want := range []string{"hunter2", "recover_test.go", "/path"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
}

func TestPanicCutsABegunReply(t *testing.T) {
	for name, begin := range map[string]func(http.ResponseWriter){
		"written": func(w http.ResponseWriter) { _, _ = w.Write([]byte("part")) },
		"status":  func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK); w.(http.Flusher).Flush() },
		"copied":  func(w http.ResponseWriter) { _, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader("part")) },
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				begin(w)
				_ = http.NewResponseController(w).Flush()
				panic("late")
			})
			if response, err := get(t, url); err == nil {
				t.Errorf("the caller took %q for a whole reply", response.body)
			}
		})
	}
}

func TestInformationalReplyDoesNotBeginOne(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		panic("after the hint")
	})
	response, err := get(t, url)
	if err != nil || response.status != http.StatusInternalServerError {
		t.Errorf("got %v, %v, want status 500", response, err)
	}
}

func TestAbortHandlerStaysSilent(t *testing.T) {
	url, log := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := get(t, url); err == nil {
		t.Error("an aborted request got a reply")
	}
	if log.Len() != 0 {
		t.Errorf("an aborted request was logged: %s", log)
	}
}

func TestStreamingReachesTheCallerAtOnce(t *testing.T) {
	seen := make(chan struct{})
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		select {
		case <-seen:
			_, _ = io.WriteString(w, "second\n")
		case <-r.Context().Done():
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal("GET:", err)
	}
	defer response.Body.Close()
	first := make([]byte, len("first\n"))
	if _, err := io.ReadFull(response.Body, first); err != nil {
		t.Fatal("the first part did not come before the second was written:", err)
	}
	close(seen)
	if rest, err := io.ReadAll(response.Body); err != nil || string(rest) != "second\n" {
		t.Errorf("rest = %q, %v", rest, err)
	}
}

func TestHijackAndDeadlines(t *testing.T) {
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error("SetWriteDeadline:", err)
		}
		connection, buffer, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error("Hijack:", err)
			return
		}
		_, _ = buffer.WriteString("HTTP/1.1 299 Mine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = errors.Join(buffer.Flush(), connection.Close())
	})
	response, err := get(t, url)
	if err != nil || response.status != 299 {
		t.Errorf("got %v, %v, want the reply of the taken-over connection", response, err)
	}
}
