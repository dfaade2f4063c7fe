/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fairshare

import "net"

// Listener returns a listener that keeps at most limit connections open, and shares
// them among the addresses of clients. When the limit is reached, it closes the oldest
// connection of the address with the most connections, or a new connection of that
// address.
func Listener(inner net.Listener, limit int) net.Listener {
	return &listener{Listener: inner, pool: NewPool(int64(limit))}
}

type listener struct {
	net.Listener

	pool *Pool
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		claim, ok := l.pool.Claim(Address(accepted.RemoteAddr().String()), 1, func() { _ = accepted.Close() })
		if ok {
			return &conn{Conn: accepted, claim: claim}, nil
		}
		_ = accepted.Close()
	}
}

// Address returns an address without its port, as the name of a client.
func Address(hostPort string) string {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		return hostPort
	}
	return host
}

// conn is a connection that holds a claim until it is closed.
type conn struct {
	net.Conn

	claim *Claim
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.claim.Release()
	return c.Conn.Close()
}
