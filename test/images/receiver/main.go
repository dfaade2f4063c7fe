/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Receiver is a function for tests. It takes the events that its Dapr sidecar
// hands it, by HTTP or by gRPC, and reports each to the collector of the test before it answers, or
// keeps them where there is none. It also sends events through its sidecar, and ends at
// once when an event makes it crash.
//
// Its settings are environment variables: COLLECTOR is the URL of the collector,
// HANDLING how long handling one event takes, REFUSE a pattern of path.Match for the
// path and the data of events that are refused, as orders/7, and QUIET after how long
// without an event the program ends, as that of a Job has to.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// drainTimeout is how long the events that are being handled may take when the
// pod ends, which is given 30 seconds.
const drainTimeout = 25 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := run(ctx, stop)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, stop func()) error {
	r, err := newReceiver()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", r.greet)
	mux.HandleFunc("GET /events", r.list)
	mux.HandleFunc("OPTIONS /{kind}", func(http.ResponseWriter, *http.Request) {}) // yes, bindings may call
	mux.HandleFunc("POST /crash", func(http.ResponseWriter, *http.Request) { os.Exit(2) })
	mux.HandleFunc("POST /{kind}", r.receive)
	mux.HandleFunc("POST /send/{topic}", send)
	mux.HandleFunc("POST /send/{topic}/{from}/{to}", sendNumbers)
	server := &http.Server{Addr: ":" + port(), Handler: serveBoth(mux, r), ReadHeaderTimeout: 10 * time.Second, Protocols: protocols()}

	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServe() }()
	go r.endWhenQuiet(ctx, stop)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	return server.Shutdown(draining)
}

func port() string {
	if port := os.Getenv("PORT"); port != "" {
		return port
	}
	return "8080"
}

// newReceiver reads the settings, and who this is.
func newReceiver() (*receiver, error) {
	r := &receiver{collector: os.Getenv("COLLECTOR"), refuse: os.Getenv("REFUSE"), bodies: []string{}, news: make(chan struct{}, 1)}
	for name, setting := range map[string]*time.Duration{"HANDLING": &r.handling, "QUIET": &r.quiet} {
		text := os.Getenv(name)
		if text == "" {
			continue
		}
		var err error
		if *setting, err = time.ParseDuration(text); err != nil {
			return nil, fmt.Errorf("reading the environment variable %s: %w", name, err)
		}
	}
	if described := os.Getenv("FUNC_CONTEXT"); described != "" {
		if err := json.Unmarshal([]byte(described), &r.function); err != nil {
			return nil, fmt.Errorf("reading the environment variable FUNC_CONTEXT: %w", err)
		}
	}
	var err error
	r.pod, err = os.Hostname()
	return r, err
}
