//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package admission

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"knative.dev/pkg/webhook/certificates/resources"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

const (
	// renewal is how long before its end a certificate is renewed.
	renewal = 24 * time.Hour
	// settled is when all is as it stays after a renewal.
	settled = 75 * time.Second
	// connecting is how long clients go on to connect to a replica that is terminating.
	connecting = 2 * time.Second
)

// TestNothingIsLost renews the certificate and replaces both webhooks while
// functions are created, good ones and bad ones.
func TestNothingIsLost(t *testing.T) {
	e := environment.New(t, environment.OpenFunction)
	c := newClient(t, e, e.Namespace(t))
	service := e.StartService(t)
	first, second := e.StartReplica(t), e.StartReplica(t)
	service.Set(first, second)
	e.AwaitRegistered(t)
	c.await(t)

	t.Run("while a certificate is renewed", func(t *testing.T) {
		old := shorten(t, e, renewal+20*time.Second)
		c.await(t)
		ctx, cancel := context.WithCancel(t.Context())
		load := c.start(t, ctx)
		cluster.Await(t, e.Cluster, cluster.Query{
			GroupVersionResource: schema.GroupVersionResource{Version: "v1", Resource: "secrets"}, Namespace: "openfunction", Name: "webhook-certs",
		}, "be renewed", func(all []corev1.Secret) bool {
			return len(all) == 1 && !bytes.Equal(all[0].Data[resources.ServerCert], old)
		})
		<-time.After(settled) // the predecessor is served for a time, which is what is tested
		cancel()
		check(t, <-load)
	})
	t.Run("while the webhooks are replaced", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		load := c.start(t, ctx)
		for _, replaced := range []*environment.Webhook{first, second} {
			successor := e.StartReplica(t)
			other := second
			if replaced == second {
				other = first
			}
			awaitReady(t, e, successor)
			service.Set(other, successor, replaced)
			began := time.Now()
			ended := replaced.Terminate()
			// Clients stop connecting a moment later.
			<-time.After(connecting)
			service.Set(other, successor)
			<-ended
			t.Logf("a webhook under load ended after %v", time.Since(began).Round(time.Millisecond))
			if replaced == first {
				first = successor
			}
		}
		cancel()
		check(t, <-load)
	})
}

// start creates functions until ctx ends; then the outcome comes.
func (c client) start(t *testing.T, ctx context.Context) <-chan *outcome { //nolint:revive // t comes first in tests
	t.Helper()
	good, bad := parse(t, goodSpec), parse(t, badSpec)
	done := make(chan *outcome, 1)
	go func() { done <- c.load(ctx, rate, good, bad) }()
	return done
}

func check(t *testing.T, o *outcome) {
	t.Helper()
	t.Logf("%d admitted (p50 %v, p99 %v), %d refused, %d lost", len(o.good),
		percentile(o.good, 50), percentile(o.good, 99), len(o.bad), len(o.lost))
	if len(o.good) == 0 || len(o.bad) == 0 {
		t.Error("nothing was requested")
	}
	for i, err := range o.lost {
		if i < 5 {
			t.Errorf("lost: %v", err)
		}
	}
}

// shorten gives the webhooks a certificate that ends soon, and returns it.
func shorten(t *testing.T, e *environment.Environment, left time.Duration) []byte {
	t.Helper()
	stored := e.WebhookSecret(t)
	key, certificate, ca, err := resources.CreateCerts(t.Context(), "webhook", stored.Namespace, time.Now().Add(left))
	if err != nil {
		t.Fatal(err)
	}
	stored.Data = map[string][]byte{resources.ServerKey: key, resources.ServerCert: certificate, resources.CACert: ca}
	if _, err := e.Kube.CoreV1().Secrets(stored.Namespace).Update(t.Context(), stored, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	return certificate
}

func awaitReady(t *testing.T, e *environment.Environment, w *environment.Webhook) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: e.WebhookTLS(t), DisableKeepAlives: true}}
	body := review(t, parse(t, goodSpec))
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		last = put(ctx, client, "https://"+w.Address()+"/validation", body)
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("a webhook does not answer: %v", last)
	}
}
