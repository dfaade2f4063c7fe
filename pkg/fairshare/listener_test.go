/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairshare

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// dial connects from a loopback address, and returns whether the server sent a byte
// before it closed the connection.
func dial(t *testing.T, server, from string) net.Conn {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := dialer.DialContext(t.Context(), "tcp", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// closed waits until the server sends a byte or closes the connection.
func closed(t *testing.T, conn net.Conn) bool {
	t.Helper()
	_, err := conn.Read(make([]byte, 1))
	if netErr := net.Error(nil); errors.As(err, &netErr) && netErr.Timeout() {
		t.Fatal("the server neither answered nor closed the connection")
	}
	return err != nil
}

func TestListenerSharesConnections(t *testing.T) {
	inner, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	shared := Listener(inner, 3)
	t.Cleanup(func() { _ = shared.Close() })
	go func() {
		for {
			conn, err := shared.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = conn.Write([]byte("x"))
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}()
		}
	}()
	address := inner.Addr().String()
	var flood []net.Conn
	for range 3 {
		conn := dial(t, address, "127.0.0.2")
		if closed(t, conn) {
			t.Fatal("a connection within the limit was closed")
		}
		flood = append(flood, conn)
	}
	if !closed(t, dial(t, address, "127.0.0.2")) {
		t.Error("a connection above the limit was served")
	}
	other := dial(t, address, "127.0.0.3")
	if closed(t, other) {
		t.Fatal("the connection of another client was closed")
	}
	if !closed(t, flood[0]) {
		t.Error("the oldest connection of the flood is still open")
	}
	_ = flood[1].Close()
	for deadline := time.Now().Add(10 * time.Second); closed(t, dial(t, address, "127.0.0.2")); {
		if time.Now().After(deadline) {
			t.Fatal("a closed connection is still counted")
		}
	}
}
