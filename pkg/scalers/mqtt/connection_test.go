/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"bytes"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/mochi-mqtt/server/v2/listeners"
)

// accepted is the packet with which a broker accepts a connect.
var accepted = []byte{packets.Connack << 4, 2, 0, 0}

// serveBytes responds to a connect with bytes, and returns settings with its address.
func serveBytes(t *testing.T, response []byte) settings {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if _, err := packets.ReadPacket(conn); err == nil {
			_, _ = conn.Write(response)
		}
	}()
	return settings{triggerKey: triggerKey{broker: "tcp://" + listener.Addr().String()}}
}

func TestReceiveRejects(t *testing.T) {
	for _, test := range []struct {
		name     string
		response []byte
		want     string
	}{
		{"the end of the stream", nil, "the broker closed the connection"},
		{"an incomplete packet", []byte{packets.Suback << 4, 3, 0}, "the broker closed the connection"},
		{"an endless length", []byte{packets.Suback << 4, 0xff, 0xff, 0xff, 0xff}, "without a valid length"},
		{"a large packet", []byte{packets.Suback << 4, 0x80, 0x10}, "2048 bytes"},
		{"a message with a topic beyond its end", []byte{packets.Publish << 4, 3, 0, 9, 'a'}, "longer than its packet"},
		{"a message without an id", []byte{packets.Publish<<4 | 2, 3, 0, 1, 'a'}, "longer than its packet"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _, err := dial(t.Context(), anyAddress{}, serveBytes(t, append(bytes.Clone(accepted), test.response...)), "client", true)
			if err != nil {
				t.Fatal(err)
			}
			defer c.close()
			if _, err := c.receive(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestDialFails(t *testing.T) {
	for _, test := range []struct {
		name     string
		response []byte
		want     string
	}{
		{"a server of another protocol", []byte("HTTP/1.1 400 Bad Request\r\n\r\n" + strings.Repeat("x", 1000)), "does not speak MQTT 3.1.1"},
		{"a rejected client id", []byte{packets.Connack << 4, 2, 0, 2}, "identifier rejected"},
		{"a wrong password", []byte{packets.Connack << 4, 2, 0, 4}, "bad user name or password"},
		{"a user without access", []byte{packets.Connack << 4, 2, 0, 5}, "not Authorized"},
		{"an unknown return code", []byte{packets.Connack << 4, 2, 0, 99}, "return code 99"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := dial(t.Context(), anyAddress{}, serveBytes(t, test.response), "client", true)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestReceiveDiscardsContent(t *testing.T) {
	content := bytes.Repeat([]byte{packets.Publish << 4}, 8<<20)
	message, _ := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	message.TopicName, message.Payload, message.Qos, message.MessageID = "a", content, 1, 7
	response := bytes.NewBuffer(bytes.Clone(accepted))
	if err := message.Write(response); err != nil {
		t.Fatal(err)
	}
	message.Payload, message.MessageID, message.Retain = nil, 8, true
	if err := message.Write(response); err != nil {
		t.Fatal(err)
	}
	c, _, err := dial(t.Context(), anyAddress{}, serveBytes(t, response.Bytes()), "client", true)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, want := range []packet{
		{kind: packets.Publish, qos: 1, id: 7},
		{kind: packets.Publish, qos: 1, id: 8, retained: true},
	} {
		got, err := c.receive()
		if err != nil || got.kind != want.kind || got.qos != want.qos || got.id != want.id || got.retained != want.retained || got.body != nil {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
}

func TestTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	b := startBroker(t, "127.0.0.1:0")
	listener := listeners.NewTCP(listeners.Config{ID: "tls", Address: "127.0.0.1:0", TLSConfig: web.TLS})
	if err := b.AddListener(listener); err != nil {
		t.Fatal(err)
	}
	go listener.Serve(b.EstablishConnection)
	r := startScaler(t, testIntervals, 10)
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}))
	url := "mqtts://me:" + secret + "@" + listener.Address()
	ref := b.trigger(keyURL, url, keyCACert, authority, keyClientID, "")
	if r.active(t, ref) {
		t.Error("active without a message")
	}
	b.publish(t, "one", false)
	eventually(t, "the activity", func() bool { return r.active(t, ref) })
	_, err := r.keda.IsActive(t.Context(), b.trigger(keyURL, url, keyTopic, "other"))
	if err == nil || !strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), secret) {
		t.Errorf("got %v, want an error about the certificate, without the secret", err)
	}
}
