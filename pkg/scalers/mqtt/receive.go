/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

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
