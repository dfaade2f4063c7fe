/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Probe is a function that reports to the collector of a test what it finds where it
// runs, what calls it, and how it is ended.
//
// Its settings are environment variables: COLLECTOR is the URL of the collector,
// and LINGER how long it takes to terminate after the signal.
package main

import (
	"cmp"
	"context"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"openfunction.dev/openfunction/test/collector"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP)
	linger, err := time.ParseDuration(cmp.Or(os.Getenv("LINGER"), "0s"))
	if err != nil {
		return err
	}
	p, err := newProbe()
	if err != nil {
		return err
	}
	ctx := context.Background()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", ":"+os.Getenv("PORT"))
	if err != nil {
		return err
	}
	if err := p.tellFinding(ctx); err != nil {
		return err
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case s := <-signals:
		err = p.report(ctx, collector.Terminating, s.String())
	}
	if shut := server.Shutdown(ctx); err == nil {
		err = shut
	}
	if linger > 0 {
		<-time.After(linger)
	}
	if err != nil {
		return err
	}
	return p.report(ctx, collector.Ended, "")
}
