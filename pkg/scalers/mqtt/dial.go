/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// refusal is the broker's answer to a connect that it refuses.
type refusal byte

// Error is in the words of the protocol.
func (r refusal) Error() string {
	if err, ok := packets.ConnErrors[byte(r)]; ok && err != nil {
		return err.Error()
	}
	return fmt.Sprintf("return code %d", byte(r))
}

func (r refusal) unauthenticated() bool {
	return r == packets.ErrRefusedBadUsernameOrPassword || r == packets.ErrRefusedNotAuthorised
}

// errSubscription is what a broker's access rules end in.
var errSubscription = errors.New("the broker refuses the subscription to metadata topic")

// dial connects as client, and says whether the broker still had its session.
// The connection ends with ctx.
func dial(ctx context.Context, s settings, client string, clean bool) (_ *connection, present bool, err error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := open(limited, s)
	if err != nil {
		return nil, false, err
	}
	c := &connection{net: conn, in: bufio.NewReader(patient{conn})}
	defer func() {
		if err != nil {
			_ = conn.Close()
		}
		if err != nil && limited.Err() != nil {
			err = fmt.Errorf("no answer to the connect within %s", patience)
		}
	}()
	defer context.AfterFunc(limited, func() { _ = conn.Close() })()
	hello, _ := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	hello.ProtocolName, hello.ProtocolVersion = "MQTT", 4
	hello.Keepalive = uint16(keepAlive / time.Second)
	hello.ClientIdentifier, hello.CleanSession = client, clean
	// Without a user name the protocol has no place for a password.
	if s.access.username != "" {
		hello.UsernameFlag, hello.Username = true, s.access.username
		hello.PasswordFlag, hello.Password = s.access.password != "", []byte(s.access.password)
	}
	if err := c.send(hello); err != nil {
		return nil, false, err
	}
	answer, err := c.receive()
	switch {
	case err != nil:
		return nil, false, err
	case answer.kind != packets.Connack || len(answer.body) < 2:
		return nil, false, errors.New("what answers there does not speak MQTT 3.1.1")
	case answer.body[1] != packets.Accepted:
		return nil, false, refusal(answer.body[1])
	}
	return c, answer.body[0]&1 == 1, nil
}

func open(ctx context.Context, s settings) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.address())
	if err != nil || !s.encrypted() {
		return conn, err
	}
	config, err := s.tlsConfig()
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	encrypted := tls.Client(conn, config)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return encrypted, nil
}

// patient gives up a broker that says nothing for longer than it may.
type patient struct {
	net.Conn
}

// Read waits one and a half times as long as the protocol has the broker wait.
func (p patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(keepAlive * 3 / 2)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}
