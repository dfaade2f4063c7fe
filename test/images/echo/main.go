/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Echo is a function that answers in every protocol which a test sends.
//
// Its settings are environment variables: GREETING is the reply to any other path, and
// FAULT makes it fail: "crash" exits at once, "deaf" never listens. FAIL and REPLY are
// types of CloudEvents: those that it fails for, and of its replies.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	switch os.Getenv("FAULT") {
	case "crash":
		return errors.New("FAULT is crash")
	case "deaf":
		<-ctx.Done()
		return nil
	}
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Addr: ":" + cmp.Or(os.Getenv("PORT"), "8080"), Handler: handler(), Protocols: protocols, ReadHeaderTimeout: 10 * time.Second,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return server.Shutdown(context.WithoutCancel(ctx))
	}
}

func handler() http.Handler {
	remote := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(remote, health.NewServer())
	mux := http.NewServeMux()
	mux.HandleFunc("/", failHalf(greet))
	mux.HandleFunc("/size", size)
	mux.HandleFunc("/sleep", sleep)
	mux.HandleFunc("/status", status)
	mux.HandleFunc("/events", events)
	mux.HandleFunc("/socket", socket)
	mux.HandleFunc("GET /received", list)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			remote.ServeHTTP(w, r)
			return
		}
		if r.Header.Get("Ce-Type") != "" {
			cloudEvent(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// failHalf answers every second request with an error if FAULT is half.
func failHalf(next http.HandlerFunc) http.HandlerFunc {
	if os.Getenv("FAULT") != "half" {
		return next
	}
	var requests atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1)%2 == 0 {
			http.Error(w, "FAULT is half", http.StatusInternalServerError)
			return
		}
		next(w, r)
	}
}

func greet(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Path", r.URL.Path)
	w.Header().Set("X-Proto", r.Proto)
	w.Header().Set("X-Host", r.Host)
	w.Header().Set("X-Team", r.Header.Get("X-Team"))
	_, _ = io.WriteString(w, cmp.Or(os.Getenv("GREETING"), "hello"))
}

// size replies with the number of bytes of the body.
func size(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, strconv.FormatInt(n, 10))
}

func sleep(w http.ResponseWriter, r *http.Request) {
	d, err := time.ParseDuration(r.FormValue("for"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		greet(w, r)
	case <-r.Context().Done():
	}
}

func status(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.FormValue("code"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(code)
}

// events sends five server-sent events, one every 200 ms, each with its time.
func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for range 5 {
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
		_, _ = fmt.Fprintf(w, "data: %d\n\n", time.Now().UnixMilli())
		_ = flusher.Flush()
	}
}

// socket returns each message of a WebSocket.
func socket(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil || conn.WriteMessage(kind, message) != nil {
			return
		}
	}
}
