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

// accepted is the broker's answer to a connect.
var accepted = []byte{packets.Connack << 4, 2, 0, 0}

// scripted answers a connect with words that it was given, and returns its address.
func scripted(t *testing.T, words []byte) settings {
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
			_, _ = conn.Write(words)
		}
	}()
	return settings{watched: watched{broker: "tcp://" + listener.Addr().String()}}
}

func TestReceiveRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		words []byte
		want  string
	}{
		{"the end", nil, "the broker closed the connection"},
		{"half a packet", []byte{packets.Suback << 4, 3, 0}, "the broker closed the connection"},
		{"a length without an end", []byte{packets.Suback << 4, 0xff, 0xff, 0xff, 0xff}, "without a valid length"},
		{"a large packet", []byte{packets.Suback << 4, 0x80, 0x10}, "2048 bytes"},
		{"a message with a topic beyond its end", []byte{packets.Publish << 4, 3, 0, 9, 'a'}, "longer than its packet"},
		{"a message without an id", []byte{packets.Publish<<4 | 2, 3, 0, 1, 'a'}, "longer than its packet"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _, err := dial(t.Context(), scripted(t, append(bytes.Clone(accepted), test.words...)), "client", true)
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

func TestDialRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		words []byte
		want  string
	}{
		{"something else", []byte("HTTP/1.1 400 Bad Request\r\n\r\n" + strings.Repeat("x", 1000)), "does not speak MQTT 3.1.1"},
		{"the client id", []byte{packets.Connack << 4, 2, 0, 2}, "identifier rejected"},
		{"the password", []byte{packets.Connack << 4, 2, 0, 4}, "bad user name or password"},
		{"the user", []byte{packets.Connack << 4, 2, 0, 5}, "not Authorized"},
		{"another reason", []byte{packets.Connack << 4, 2, 0, 99}, "return code 99"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := dial(t.Context(), scripted(t, test.words), "client", true)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestReceiveSkipsContent(t *testing.T) {
	content := bytes.Repeat([]byte{packets.Publish << 4}, 8<<20)
	message, _ := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	message.TopicName, message.Payload, message.Qos, message.MessageID = "a", content, 1, 7
	words := bytes.NewBuffer(bytes.Clone(accepted))
	if err := message.Write(words); err != nil {
		t.Fatal(err)
	}
	message.Payload, message.MessageID, message.Retain = nil, 8, true
	if err := message.Write(words); err != nil {
		t.Fatal(err)
	}
	c, _, err := dial(t.Context(), scripted(t, words.Bytes()), "client", true)
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

func TestEncrypted(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	b := startBroker(t, "127.0.0.1:0")
	listener := listeners.NewTCP(listeners.Config{ID: "tls", Address: "127.0.0.1:0", TLSConfig: web.TLS})
	if err := b.AddListener(listener); err != nil {
		t.Fatal(err)
	}
	go listener.Serve(b.EstablishConnection)
	r := startScaler(t, testTempo, 10)
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}))
	url := "mqtts://me:" + secret + "@" + listener.Address()
	ref := b.trigger(MetadataURL, url, MetadataCACert, authority, MetadataClientID, "")
	if r.active(t, ref) {
		t.Error("active without an arrival")
	}
	b.publish(t, "one", false)
	eventually(t, "active", func() bool { return r.active(t, ref) })
	_, err := r.keda.IsActive(t.Context(), b.trigger(MetadataURL, url, MetadataTopic, "other"))
	if err == nil || !strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), secret) {
		t.Errorf("got %v, want that the certificate is not known", err)
	}
}
