/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"bufio"
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
