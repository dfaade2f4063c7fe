//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"bytes"
	"context"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"

	"openfunction.dev/openfunction/test/cluster"
)

const (
	system       = "openfunction"
	certificates = "webhook-certs"
)

// Programs that start without a lease and without a certificate create both, and all
// webhook configurations receive the new authority. The test is not parallel, because
// no write is admitted meanwhile.
//
//nolint:paralleltest // all other tests need what this one takes away
func TestAFreshStartNeedsNothing(t *testing.T) {
	c := cluster.Connect(t)
	before := secret(t, c)
	if err := c.Kube.CoordinationV1().Leases(system).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Kube.CoreV1().Secrets(system).Patch(t.Context(), certificates, types.MergePatchType, []byte(`{"data":null}`), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	old, err := c.Kube.CoreV1().Pods(system).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Kube.CoreV1().Pods(system).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, p := range old.Items {
		cluster.AwaitNone(t, c, cluster.Query{GroupVersionResource: cluster.Pods, Namespace: system, Name: p.Name})
	}
	awaitCertificates(t, c, before)
	awaitAdmission(t, c)
	// A controller that is the leader can build an image.
	sharedImage(t, c)
}

func secret(t *testing.T, c *cluster.Cluster) *corev1.Secret {
	t.Helper()
	s, err := c.Kube.CoreV1().Secrets(system).Get(t.Context(), certificates, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// awaitCertificates waits until there are new certificates, and all webhook
// configurations trust them.
func awaitCertificates(t *testing.T, c *cluster.Cluster, before *corev1.Secret) {
	t.Helper()
	const authority = "ca-cert.pem"
	s := cluster.AwaitOne(t, c, cluster.Query{
		GroupVersionResource: corev1.SchemeGroupVersion.WithResource("secrets"), Namespace: system, Name: certificates,
	}, "have a certificate again", func(s *corev1.Secret) bool {
		return len(s.Data[authority]) > 0 && !bytes.Equal(s.Data[authority], before.Data[authority])
	})
	trusts := func(hook *admissionregistrationv1.ValidatingWebhookConfiguration) bool {
		for i := range hook.Webhooks {
			if !bytes.Equal(hook.Webhooks[i].ClientConfig.CABundle, s.Data[authority]) {
				return false
			}
		}
		return true
	}
	for _, q := range []struct{ resource, name string }{
		{"mutatingwebhookconfigurations", "webhook.openfunction.io"},
		{"validatingwebhookconfigurations", "validation.webhook.openfunction.io"},
		{"validatingwebhookconfigurations", "config.webhook.openfunction.io"},
	} {
		kind := schema.GroupVersionResource{Group: admissionregistrationv1.GroupName, Version: "v1", Resource: q.resource}
		cluster.AwaitOne(t, c, cluster.Query{GroupVersionResource: kind, Name: q.name}, "trust the new certificate", trusts)
	}
}

// awaitAdmission waits until the API server can reach the webhook. It polls, because no
// object reports that.
func awaitAdmission(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	fn := fromImage("default", "registry.example.com/canary:v1")
	fn.Name = "canary"
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 200*time.Millisecond, c.Timeout, true, func(ctx context.Context) (bool, error) {
		_, last = c.Functions(fn.Namespace).Create(ctx, fn, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("no Function is admitted: %v", last)
	}
}
