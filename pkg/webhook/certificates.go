/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
	kubeclient "knative.dev/pkg/client/injection/kube/client"
	"knative.dev/pkg/configmap"
	"knative.dev/pkg/controller"
	secretinformer "knative.dev/pkg/injection/clients/namespacedkube/informers/core/v1/secret"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"
	"knative.dev/pkg/system"
	"knative.dev/pkg/webhook/certificates/resources"
)

const (
	// validity is how long a certificate is valid.
	validity = 7 * 24 * time.Hour
	// renewal is how long before its expiry a certificate is renewed.
	renewal = 24 * time.Hour
	// overlap is how long the previous certificate is still served, until every API
	// server has received the new authority.
	overlap = time.Minute

	// Keys of the previous certificate in the Secret.
	previousKey  = "previous-server-key.pem"
	previousCert = "previous-server-cert.pem"
)

// certificates renews the certificate in the Secret. Each certificate has its own
// authority, whose key is discarded. The API server also gets the previous authority,
// so it trusts the served certificate at any time.
type certificates struct {
	reconciler.LeaderAwareFuncs

	client  kubernetes.Interface
	secrets corelisters.SecretLister
	key     types.NamespacedName
	service string
	clock   clock.PassiveClock
	// requeueAfter reconciles the Secret again after a delay.
	requeueAfter func(time.Duration)
}

// NewCertificates returns the controller that renews the certificate of the webhooks.
func NewCertificates(ctx context.Context, _ configmap.Watcher) *controller.Impl {
	secrets := secretinformer.Get(ctx)
	r := &certificates{
		client:  kubeclient.Get(ctx),
		secrets: secrets.Lister(),
		key:     types.NamespacedName{Namespace: system.Namespace(), Name: Options().SecretName},
		service: Options().ServiceName,
		clock:   clock.RealClock{},
	}
	r.PromoteFunc = func(bucket reconciler.Bucket, enqueue func(reconciler.Bucket, types.NamespacedName)) error {
		enqueue(bucket, r.key)
		return nil
	}
	const name = "Certificates"
	impl := controller.NewContext(ctx, r, controller.ControllerOptions{WorkQueueName: name, Logger: logging.FromContext(ctx).Named(name)})
	r.requeueAfter = func(delay time.Duration) { impl.EnqueueKeyAfter(r.key, delay) }
	handler := cache.FilteringResourceEventHandler{
		FilterFunc: controller.FilterWithNameAndNamespace(r.key.Namespace, r.key.Name),
		Handler:    controller.HandleAll(impl.Enqueue),
	}
	if _, err := secrets.Informer().AddEventHandler(handler); err != nil {
		logging.FromContext(ctx).Fatalw("The certificate cannot be watched", "error", err)
	}
	return impl
}

// Reconcile implements controller.Reconciler.
func (r *certificates) Reconcile(ctx context.Context, key string) error {
	if !r.IsLeaderFor(r.key) {
		return controller.NewSkipKey(key)
	}
	secret, err := r.secrets.Secrets(r.key.Namespace).Get(r.key.Name)
	if apierrs.IsNotFound(err) {
		return nil // the installation creates the Secret
	}
	if err != nil {
		return err
	}
	now := r.clock.Now()
	if left := timeLeft(secret, now); left > renewal {
		r.requeueAfter(left - renewal)
		return nil
	}
	secret = secret.DeepCopy()
	if secret.Data, err = successor(ctx, secret, r.service, now); err != nil {
		return err
	}
	_, err = r.client.CoreV1().Secrets(secret.Namespace).Update(ctx, secret, metav1.UpdateOptions{})
	return err
}

// timeLeft returns how long the certificate is still valid, zero if any part of it is
// missing or invalid.
func timeLeft(secret *corev1.Secret, now time.Time) time.Duration {
	pair, err := tls.X509KeyPair(secret.Data[resources.ServerCert], secret.Data[resources.ServerKey])
	if err != nil || len(authority(secret)) == 0 {
		return 0
	}
	return max(0, pair.Leaf.NotAfter.Sub(now))
}

// authority returns the authority of the current certificate, which is the first in the
// Secret.
func authority(secret *corev1.Secret) []byte {
	block, _ := pem.Decode(secret.Data[resources.CACert])
	if block == nil {
		return nil
	}
	return pem.EncodeToMemory(block)
}

// successor returns the content of the Secret with a new certificate.
func successor(ctx context.Context, secret *corev1.Secret, service string, now time.Time) (map[string][]byte, error) {
	key, certificate, ca, err := resources.CreateCerts(ctx, service, secret.Namespace, now.Add(validity))
	if err != nil {
		return nil, err
	}
	data := map[string][]byte{resources.ServerKey: key, resources.ServerCert: certificate, resources.CACert: ca}
	if timeLeft(secret, now) > overlap {
		data[resources.CACert] = append(ca, authority(secret)...)
		data[previousKey], data[previousCert] = secret.Data[resources.ServerKey], secret.Data[resources.ServerCert]
	}
	return data, nil
}

// servedPair returns the certificate to serve: the previous one until every API server
// has received the authority of the current one.
func servedPair(secret *corev1.Secret, now time.Time) (*tls.Certificate, error) {
	current, err := tls.X509KeyPair(secret.Data[resources.ServerCert], secret.Data[resources.ServerKey])
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", secret.Name, err)
	}
	if now.After(current.Leaf.NotBefore.Add(overlap)) {
		return &current, nil
	}
	previous, err := tls.X509KeyPair(secret.Data[previousCert], secret.Data[previousKey])
	if err != nil || !now.Before(previous.Leaf.NotAfter) {
		return &current, nil //nolint:nilerr // there is no previous certificate
	}
	return &previous, nil
}
