//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// Where a listener of the Gateway ends TLS connections, a function answers there with the
// certificate of the listener, and its addresses have the scheme https.
func TestHTTPS(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	host := namespace + ".example.com"
	settings, err := c.Kube.CoreV1().ConfigMaps("openfunction").Get(t.Context(), config.GatewayConfigName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	gateways, err := config.NewGatewayFromConfigMap(settings)
	if err != nil {
		t.Fatal(err)
	}
	client := tlsClient(c, listener(t, c, namespace, host, "*."+host, "*."+namespace+"."+gateways.Domain))
	gatewayRef := &v1beta2.GatewayRef{Name: "secure", Namespace: &namespace}
	for name, on := range map[v1beta2.HTTPEngine]string{v1beta2.HTTPEngineKeda: host, v1beta2.HTTPEngineKnative: "knative." + host} {
		fn := c.AwaitReady(t, c.Create(t, echo(t, namespace, string(name), param("GREETING", string(name)),
			route(v1beta2.RouteSpec{Hostnames: []string{on}, GatewayRef: gatewayRef}), engine(name))))
		urls := []string{"https://" + on}
		if name == v1beta2.HTTPEngineKeda {
			// That of Knative is Knative's own.
			urls = append(urls, "https://"+fn.Status.URL.Host)
			if fn.Status.URL.Scheme != "https" {
				t.Errorf("%s: status.url is %s", name, fn.Status.URL)
			}
		}
		for _, url := range urls {
			if !hasAddress(fn, url) {
				t.Errorf("%s: status.addresses is %v, want %s", name, fn.Status.Addresses, url)
			}
			if body := getFrom(t, client, url); body != string(name) {
				t.Errorf("%s: the reply at %s is %q", name, url, body)
			}
		}
	}
}

func hasAddress(fn *v1beta2.Function, url string) bool {
	for _, address := range fn.Status.Addresses {
		if strings.TrimSuffix(address.Value, "/") == url {
			return true
		}
	}
	return false
}

func getFrom(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }() // it was read
	body, err := io.ReadAll(io.LimitReader(reply.Body, 1<<20))
	if err != nil || reply.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, reply.Status, err)
	}
	return string(body)
}

// tlsClient returns a client that trusts these certificates alone, and sends every request
// to the gateway.
func tlsClient(c *cluster.Cluster, roots *x509.CertPool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			ip, _, err := net.SplitHostPort(c.Gateway)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, net.JoinHostPort(ip, "443"))
		},
	}}
}

// listener creates a Gateway with a certificate for the hosts, and returns that.
func listener(t *testing.T, c *cluster.Cluster, namespace string, hosts ...string) *x509.CertPool {
	t.Helper()
	issued, certificate := cluster.SelfSigned(t, hosts...)
	private, err := x509.MarshalPKCS8PrivateKey(issued.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "secure"}, Type: corev1.SecretTypeTLS, Data: map[string][]byte{
		corev1.TLSCertKey: certificate, corev1.TLSPrivateKeyKey: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}}
	if _, err := c.Kube.CoreV1().Secrets(namespace).Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	gateway := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": map[string]any{"name": "secure"},
		"spec": map[string]any{"gatewayClassName": "openfunction", "listeners": []any{
			map[string]any{"name": "http", "port": int64(80), "protocol": "HTTP"},
			map[string]any{"name": "https", "port": int64(443), "protocol": "HTTPS", "tls": map[string]any{
				"certificateRefs": []any{map[string]any{"name": "secure"}},
			}},
		}},
	}}
	if _, err := c.Dynamic.Resource(cluster.Gateways).Namespace(namespace).Create(t.Context(), gateway, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	return roots
}
