/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"crypto/x509"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/webhook/certificates/resources"
)

// fixture is a certificates controller with one Secret, a fake clock and a fake client.
type fixture struct {
	*certificates

	t       *testing.T
	clock   *clocktesting.FakePassiveClock
	indexer cache.Indexer
	fake    *fake.Clientset
	delay   time.Duration
}

func newFixture(t *testing.T, data map[string][]byte) *fixture {
	t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "openfunction", Name: "webhook-certs"}, Data: data}
	k := &fixture{
		t: t, clock: clocktesting.NewFakePassiveClock(time.Now()),
		indexer: cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{}), fake: fake.NewClientset(secret),
	}
	k.certificates = &certificates{
		client:       k.fake,
		secrets:      corelisters.NewSecretLister(k.indexer),
		key:          types.NamespacedName{Namespace: "openfunction", Name: "webhook-certs"},
		service:      "webhook",
		clock:        k.clock,
		requeueAfter: func(delay time.Duration) { k.delay = delay },
	}
	if err := k.Promote(reconciler.UniversalBucket(), nil); err != nil {
		t.Fatal(err)
	}
	return k
}

// reconcile reconciles the stored Secret and returns the result.
func (k *fixture) reconcile() *corev1.Secret {
	k.t.Helper()
	if err := k.indexer.Replace([]any{k.stored()}, ""); err != nil {
		k.t.Fatal(err)
	}
	k.delay = 0
	if err := k.Reconcile(k.t.Context(), "openfunction/webhook-certs"); err != nil {
		k.t.Fatal(err)
	}
	return k.stored()
}

func (k *fixture) stored() *corev1.Secret {
	k.t.Helper()
	secret, err := k.fake.CoreV1().Secrets("openfunction").Get(k.t.Context(), "webhook-certs", metav1.GetOptions{})
	if err != nil {
		k.t.Fatal(err)
	}
	return secret
}

// trusts returns why a client that trusts the authorities in one Secret would not trust
// a server that uses another one.
func trusts(client, server *corev1.Secret, now time.Time) error {
	pair, err := servedPair(server, now)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(client.Data[resources.CACert])
	_, err = pair.Leaf.Verify(x509.VerifyOptions{DNSName: "webhook.openfunction.svc", Roots: roots, CurrentTime: now})
	return err
}

func TestCertificatesOfAnEmptySecret(t *testing.T) {
	for name, data := range map[string]map[string][]byte{
		"nothing":      nil,
		"no key":       {resources.ServerCert: []byte("x"), resources.CACert: []byte("x")},
		"no authority": broken(t),
	} {
		t.Run(name, func(t *testing.T) {
			k := newFixture(t, data)
			first := k.reconcile()
			if err := trusts(first, first, time.Now()); err != nil {
				t.Fatal("the first certificate:", err)
			}
			if len(first.Data) != 3 {
				t.Errorf("got %d keys, want no predecessor", len(first.Data))
			}
			if diff := cmp.Diff(first.Data, k.reconcile().Data); diff != "" {
				t.Errorf("it is made again:\n%s", diff)
			}
			if k.delay < validity-renewal-time.Minute || k.delay > validity-renewal {
				t.Errorf("looked at again in %v, want a day before the end", k.delay)
			}
		})
	}
}

// broken returns a valid certificate without its authority.
func broken(t *testing.T) map[string][]byte {
	t.Helper()
	key, certificate, _, err := resources.CreateCerts(t.Context(), "webhook", "openfunction", time.Now().Add(validity))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{resources.ServerKey: key, resources.ServerCert: certificate, resources.CACert: []byte("x")}
}

// A client trusts the server before, during and after the renewal, in whichever order
// the two receive the new Secret.
func TestCertificatesOverlap(t *testing.T) {
	k := newFixture(t, nil)
	first := k.reconcile()
	k.clock.SetTime(k.clock.Now().Add(k.delayOf(t) - time.Second))
	if diff := cmp.Diff(first.Data, k.reconcile().Data); diff != "" {
		t.Fatalf("changed too early:\n%s", diff)
	}
	k.clock.SetTime(k.clock.Now().Add(time.Second))
	second := k.reconcile()
	if cmp.Equal(first.Data, second.Data) {
		t.Fatal("not changed a day before the end")
	}
	// A certificate is valid from its creation by the clock of the machine.
	made := time.Now()
	for name, tt := range map[string]struct {
		client, server *corev1.Secret
		at             time.Time
		refused        bool
	}{
		"before":                      {client: first, server: first, at: made},
		"the server is the first":     {client: first, server: second, at: made},
		"the client is the first":     {client: second, server: first, at: made},
		"both know, soon":             {client: second, server: second, at: made.Add(overlap / 2)},
		"both know, later":            {client: second, server: second, at: made.Add(2 * overlap)},
		"a client that never reloads": {client: first, server: second, at: made.Add(2 * overlap), refused: true},
		"a server that never reloads": {client: second, server: first, at: made.Add(2 * overlap)},
		"after the end of the former": {client: second, server: second, at: made.Add(validity - time.Minute)},
	} {
		t.Run(name, func(t *testing.T) {
			if err := trusts(tt.client, tt.server, tt.at); (err != nil) != tt.refused {
				t.Errorf("got %v", err)
			}
		})
	}
}

// delayOf returns the delay after which the Secret is reconciled again.
func (k *fixture) delayOf(t *testing.T) time.Duration {
	t.Helper()
	k.reconcile()
	if k.delay == 0 {
		t.Fatal("never looked at again")
	}
	return k.delay
}

func TestCertificatesKeepNothingThatEnded(t *testing.T) {
	k := newFixture(t, nil)
	first := k.reconcile()
	k.clock.SetTime(time.Now().Add(validity + time.Hour))
	second := k.reconcile()
	if len(second.Data) != 3 || trusts(second, first, time.Now()) == nil {
		t.Error("a certificate that ended has a place in the secret")
	}
}

func TestCertificatesAreTheLeaders(t *testing.T) {
	k := newFixture(t, nil)
	k.Demote(reconciler.UniversalBucket())
	if err := k.indexer.Add(k.stored()); err != nil {
		t.Fatal(err)
	}
	if err := k.Reconcile(context.Background(), "openfunction/webhook-certs"); !controller.IsSkipKey(err) {
		t.Errorf("got %v, want to be skipped", err)
	}
	if len(k.stored().Data) > 0 {
		t.Error("the certificate was written by a follower")
	}
}

func TestCertificatesWithoutASecret(t *testing.T) {
	k := newFixture(t, nil)
	if err := k.Reconcile(t.Context(), "openfunction/webhook-certs"); err != nil {
		t.Error(err)
	}
	if _, err := servedPair(k.stored(), time.Now()); err == nil {
		t.Error("an empty secret is served")
	}
}
