/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
)

// Service leads each new connection to one of several webhooks, as a Service of
// Kubernetes does. Connections that are open stay where they are.
type Service struct {
	listener net.Listener

	mutex    sync.Mutex
	replicas []*Webhook
	next     int
}

// StartService registers webhooks that are not there yet: until the first one is
// ready, no function can be written.
func (e *Environment) StartService(t *testing.T) *Service {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // the tests are over
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	e.registerWebhook(t, port)
	s := &Service{listener: listener}
	go s.serve()
	return s
}

// StartReplica starts a webhook as it is shipped.
func (e *Environment) StartReplica(t *testing.T) *Webhook {
	t.Helper()
	program, err := build("./cmd/webhook", false)
	if err != nil {
		t.Fatal(err)
	}
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	return e.runWebhook(t, program, ports[0])
}

// AwaitRegistered waits until the webhooks have registered what they admit.
func (e *Environment) AwaitRegistered(t *testing.T) {
	t.Helper()
	e.awaitRegistered(t)
}

// Set selects the webhooks that new connections lead to.
func (s *Service) Set(replicas ...*Webhook) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.replicas = replicas
}

func (s *Service) serve() {
	for {
		connection, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		go s.forward(connection)
	}
}

func (s *Service) forward(client net.Conn) {
	defer func() { _ = client.Close() }() // one side has ended
	s.mutex.Lock()
	if len(s.replicas) == 0 {
		s.mutex.Unlock()
		return
	}
	s.next++
	address := s.replicas[s.next%len(s.replicas)].Address()
	s.mutex.Unlock()
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address)
	if err != nil {
		return
	}
	done := make(chan struct{}, 2)
	pass := func(to, from net.Conn) {
		_, _ = io.Copy(to, from) // either side may end it
		_ = to.Close()
		done <- struct{}{}
	}
	go pass(server, client)
	go pass(client, server)
	<-done
	<-done
}
