/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/test/cluster"
)

// CreateStream creates a JetStream stream, because Dapr requires one that exists. The
// protocol is lines of text, so one request needs no client library.
func CreateStream(t *testing.T, c *cluster.Cluster, name string) {
	t.Helper()
	service, err := c.Kube.CoreV1().Services("brokers").Get(t.Context(), "nats", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	connection, err := (&net.Dialer{Timeout: c.Timeout}).DialContext(t.Context(), "tcp", net.JoinHostPort(service.Spec.ClusterIP, "4222"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(c.Timeout)); err != nil {
		t.Fatal(err)
	}
	stream, err := json.Marshal(map[string]any{"name": name, "subjects": []string{name}, "storage": "file"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(connection, "CONNECT {\"verbose\":false}\r\nSUB answers 1\r\nPUB $JS.API.STREAM.CREATE.%s answers %d\r\n%s\r\n",
		name, len(stream), stream)
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(connection); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "MSG answers") {
			continue
		}
		lines.Scan()
		if strings.Contains(lines.Text(), `"error"`) {
			t.Fatalf("creating stream %s: %s", name, lines.Text())
		}
		return
	}
	t.Fatalf("NATS closed the connection without an answer about stream %s", name)
}
