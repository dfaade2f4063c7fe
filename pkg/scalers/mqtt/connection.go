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
	"syscall"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

const (
	// keepAlive is the keep-alive interval of connections.
	keepAlive = 30 * time.Second
	// timeout is the deadline of a connect with all its steps, and of a write.
	timeout = 10 * time.Second
	// maxControl limits the size of packets without a message, in bytes.
	maxControl = 1024
)

// packet is a packet from a broker, without the content of a message.
type packet struct {
	kind byte
	// qos, retained and id belong to a message.
	qos      byte
	retained bool
	id       uint16
	// body is the body of every other packet.
	body []byte
}

// connection is a connection to a broker by MQTT 3.1.1, like Dapr's client.
// Client libraries keep whole messages in memory, up to 256 MiB each, and
// acknowledge them. This connection discards their content, and acknowledges only
// on request.
type connection struct {
	net net.Conn
	in  *bufio.Reader
	out sync.Mutex
}

// connectError is a refused connect, by the return code of the broker.
type connectError byte

// Error returns the description in the MQTT specification.
func (e connectError) Error() string {
	if err, ok := packets.ConnErrors[byte(e)]; ok && err != nil {
		return err.Error()
	}
	return fmt.Sprintf("return code %d", byte(e))
}

func (e connectError) isUnauthenticated() bool {
	return e == packets.ErrRefusedBadUsernameOrPassword || e == packets.ErrRefusedNotAuthorised
}

// dial connects with a client id. It returns whether the broker has a session of that
// client.
func dial(ctx context.Context, addresses AddressChecker, s settings, clientID string, clean bool) (_ *connection, present bool, err error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := dialNetwork(limited, addresses, s)
	if err != nil {
		return nil, false, err
	}
	c := &connection{net: conn, in: bufio.NewReader(keepAliveReader{conn})}
	defer func() {
		if err != nil {
			_ = conn.Close()
		}
		if err != nil && limited.Err() != nil {
			err = fmt.Errorf("the broker did not accept the connect within %s", timeout)
		}
	}()
	defer context.AfterFunc(limited, func() { _ = conn.Close() })()
	request, _ := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	request.ProtocolName, request.ProtocolVersion = "MQTT", 4
	request.Keepalive = uint16(keepAlive / time.Second)
	request.ClientIdentifier, request.CleanSession = clientID, clean
	// MQTT allows a password only with a user name.
	if s.credentials.username != "" {
		request.UsernameFlag, request.Username = true, s.credentials.username
		request.PasswordFlag, request.Password = s.credentials.password != "", []byte(s.credentials.password)
	}
	if err := c.send(request); err != nil {
		return nil, false, err
	}
	response, err := c.receive()
	switch {
	case err != nil:
		return nil, false, err
	case response.kind != packets.Connack || len(response.body) < 2:
		return nil, false, errors.New("the server does not speak MQTT 3.1.1")
	case response.body[1] != packets.Accepted:
		return nil, false, connectError(response.body[1])
	}
	return c, response.body[0]&1 == 1, nil
}

func dialNetwork(ctx context.Context, addresses AddressChecker, s settings) (net.Conn, error) {
	dialer := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error { return addresses.Check(address) }}
	conn, err := dialer.DialContext(ctx, "tcp", s.address())
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

// keepAliveReader fails a read if the broker sends nothing for one and a half
// keep-alive intervals, the time after which a broker drops a silent client.
type keepAliveReader struct {
	net.Conn
}

// Read implements io.Reader.
func (r keepAliveReader) Read(b []byte) (int, error) {
	if err := r.SetReadDeadline(time.Now().Add(keepAlive * 3 / 2)); err != nil {
		return 0, err
	}
	return r.Conn.Read(b)
}

func (c *connection) close() {
	_ = c.net.Close()
}

// disconnect closes the connection in order. The broker keeps a session that is not
// clean, and its messages without an acknowledgement.
func (c *connection) disconnect() {
	_ = c.send(packets.NewControlPacket(packets.Disconnect))
	c.close()
}

func (c *connection) send(p packets.ControlPacket) error {
	c.out.Lock()
	defer c.out.Unlock()
	if err := c.net.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
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
	response, _ := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
	response.MessageID = message.id
	return c.send(response)
}

// ping sends a ping every half keep-alive interval until ctx ends or a write fails.
func (c *connection) ping(ctx context.Context) {
	ticker := time.NewTicker(keepAlive / 2)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if c.send(packets.NewControlPacket(packets.Pingreq)) != nil {
				return
			}
		}
	}
}

// receive waits for the next packet.
func (c *connection) receive() (packet, error) {
	first, err := c.in.ReadByte()
	if err != nil {
		return packet{}, explainEOF(err)
	}
	length, err := c.readLength()
	if err != nil {
		return packet{}, explainEOF(err)
	}
	p := packet{kind: first >> 4}
	if p.kind == packets.Publish {
		p.qos, p.retained = first>>1&3, first&1 == 1
		p.id, err = c.discardMessage(length, p.qos)
		return p, explainEOF(err)
	}
	if length > maxControl {
		return packet{}, fmt.Errorf("the broker sent a packet of kind %d with %d bytes", p.kind, length)
	}
	p.body = make([]byte, length)
	_, err = io.ReadFull(c.in, p.body)
	return p, explainEOF(err)
}

// explainEOF replaces an EOF by a description.
func explainEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the broker closed the connection")
	}
	return err
}

// readLength reads the remaining length of a packet: up to four bytes of seven bits.
func (c *connection) readLength() (int, error) {
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

// discardMessage discards the topic and the content of a message, and returns its id.
func (c *connection) discardMessage(length int, qos byte) (uint16, error) {
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
