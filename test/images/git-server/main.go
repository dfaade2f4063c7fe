/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command git-server serves the bare repositories of a folder over smart HTTP,
// for reading only:
//
//	git-server -listen 127.0.0.1:3080 -root /srv/git
//	git clone http://127.0.0.1:3080/NAME.git
//
// It is for the quickstart and for tests: it has neither users nor TLS.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	readHeaderTimeout = 10 * time.Second
	requestTimeout    = 2 * time.Minute
	drainTimeout      = 5 * time.Second

	// maxRequests bounds the git processes that run at the same time.
	maxRequests = 16
)

func main() {
	address := flag.String("listen", "127.0.0.1:3080", "address to listen on")
	root := flag.String("root", "", "folder with the bare repositories")
	flag.Parse()
	if flag.NArg() > 0 || *root == "" {
		log.Fatal("usage: git-server -listen ADDRESS -root FOLDER")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	handler, err := newHandler(ctx, *root)
	if err == nil {
		err = serve(ctx, *address, handler)
	}
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func serve(ctx context.Context, address string, handler http.Handler) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	log.Printf("listening on %s", listener.Addr())
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	return errors.Join(server.Shutdown(drain), server.Close())
}
