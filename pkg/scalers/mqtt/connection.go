/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

const (
	// keepAlive is how often the broker hears of us at least.
	keepAlive = 30 * time.Second
	// patience is for the steps of a connect, and for a write.
	patience = 10 * time.Second
	// maxControl limits packets that carry no message, in bytes.
	maxControl = 1024
)

// packet is what we keep of one that came: of a message, not its content.
type packet struct {
	kind byte
	// qos, retained and id are those of a message.
	qos      byte
	retained bool
	id       uint16
	// body is that of every other packet.
	body []byte
}

// connection speaks MQTT 3.1.1, as Dapr's client does, with one broker. The usual
// client library keeps whole messages in memory, each up to 256 MiB, and answers
// them; this one reads past their content and answers only when it is told to.
type connection struct {
	net net.Conn
	in  *bufio.Reader
	out sync.Mutex
}

func (c *connection) close() {
	_ = c.net.Close()
}

// leave tells the broker that we go; the session of a client that is not clean
// stays, with everything that was not acknowledged.
func (c *connection) leave() {
	_ = c.send(packets.NewControlPacket(packets.Disconnect))
	c.close()
}

func (c *connection) send(p packets.ControlPacket) error {
	c.out.Lock()
	defer c.out.Unlock()
	if err := c.net.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	return p.Write(c.net)
}

func (c *connection) subscribe(topic string, qos byte) error {
	request, _ := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
	request.MessageID = 1
	request.Topics, request.Qoss = []string{topic}, []byte{qos}
	return c.send(request)
}

func (c *connection) acknowledge(message packet) error {
	if message.qos == 0 {
		return nil
	}
	answer, _ := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
	answer.MessageID = message.id
	return c.send(answer)
}

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

// receive waits for the next packet.
func (c *connection) receive() (packet, error) {
	first, err := c.in.ReadByte()
	if err != nil {
		return packet{}, lost(err)
	}
	length, err := c.length()
	if err != nil {
		return packet{}, lost(err)
	}
	p := packet{kind: first >> 4}
	if p.kind == packets.Publish {
		p.qos, p.retained = first>>1&3, first&1 == 1
		p.id, err = c.skipMessage(length, p.qos)
		return p, lost(err)
	}
	if length > maxControl {
		return packet{}, fmt.Errorf("the broker sent a packet of kind %d with %d bytes", p.kind, length)
	}
	p.body = make([]byte, length)
	_, err = io.ReadFull(c.in, p.body)
	return p, lost(err)
}

// lost says what the end of a stream means here.
func lost(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the broker closed the connection")
	}
	return err
}

// length is that of the rest of a packet: up to four bytes, seven bits each.
func (c *connection) length() (int, error) {
	length := 0
	for shift := 0; shift < 28; shift += 7 {
		digit, err := c.in.ReadByte()
		if err != nil {
			return 0, err
		}
		length |= int(digit&0x7f) << shift
		if digit&0x80 == 0 {
			return length, nil
		}
	}
	return 0, errors.New("the broker sent a packet without a valid length")
}

// skipMessage reads past topic and content, and returns the message's id.
func (c *connection) skipMessage(length int, qos byte) (uint16, error) {
	var number [2]byte
	if _, err := io.ReadFull(c.in, number[:]); err != nil {
		return 0, err
	}
	topic := int(binary.BigEndian.Uint16(number[:]))
	rest := length - 2 - topic
	if qos > 0 {
		rest -= 2
	}
	if rest < 0 {
		return 0, errors.New("the broker sent a message that is longer than its packet")
	}
	if _, err := c.in.Discard(topic); err != nil {
		return 0, err
	}
	if qos > 0 {
		if _, err := io.ReadFull(c.in, number[:]); err != nil {
			return 0, err
		}
	}
	_, err := c.in.Discard(rest)
	return binary.BigEndian.Uint16(number[:]), err
}
