//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/test/cluster"
)

// redis is the name of the broker, and of its Secret.
const redis = "redis"

// broker is a connection to a Redis with streams of events. Its protocol is lines of
// text, so the test needs no client library.
type broker struct {
	password string

	mu         sync.Mutex
	connection net.Conn
	answers    *bufio.Reader
	added      int
}

// connectRedis connects to the Redis of the cluster, and gives functions of the
// namespace access to it.
func connectRedis(t *testing.T, c *cluster.Cluster, namespace string) *broker {
	t.Helper()
	secret, err := c.Kube.CoreV1().Secrets("brokers").Get(t.Context(), redis, metav1.GetOptions{})
	if err != nil {
		t.Fatalf("reading the Secret of the broker: %v", err)
	}
	_, err = c.Kube.CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: redis}, Data: secret.Data,
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("copying the Secret of the broker: %v", err)
	}
	service, err := c.Kube.CoreV1().Services("brokers").Get(t.Context(), redis, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b := &broker{password: string(secret.Data["password"])}
	if b.connection, err = net.DialTimeout("tcp", net.JoinHostPort(service.Spec.ClusterIP, "6379"), c.Timeout); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.connection.Close() })
	b.answers = bufio.NewReader(b.connection)
	if err := b.send("AUTH", b.password); err != nil {
		t.Fatal(err)
	}
	return b
}

// add adds an event to a stream as Dapr does.
func (b *broker) add(stream, data string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.added++
	event, err := json.Marshal(map[string]string{
		"specversion": "1.0", "type": "conformance", "source": "test", "id": strconv.Itoa(b.added), "datacontenttype": "text/plain", "data": data,
	})
	if err != nil {
		return err
	}
	return b.send("XADD", stream, "*", "data", string(event))
}

// send sends a command and checks that the reply is no error.
func (b *broker) send(words ...string) error {
	text := fmt.Appendf(nil, "*%d\r\n", len(words))
	for _, word := range words {
		text = fmt.Appendf(text, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := b.connection.Write(text); err != nil {
		return err
	}
	answer, err := b.answers.ReadString('\n')
	if err != nil {
		return err
	}
	if strings.HasPrefix(answer, "-") {
		return fmt.Errorf("redis answers to %s: %s", words[0], strings.TrimSpace(answer))
	}
	if strings.HasPrefix(answer, "$") {
		_, err = b.answers.ReadString('\n')
	}
	return err
}
