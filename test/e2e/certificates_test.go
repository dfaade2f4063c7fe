//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"crypto/tls"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/gitrepo"
)

// A build fetches its source from a host, and pushes to a registry, whose certificates
// an authority of the namespace issued. Without that authority, the build fails with
// what to do.
func TestABuildTrustsTheAuthoritiesOfItsNamespace(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	repository := git.New(t, namespace, greeter("hello"))
	base, err := url.Parse(git.Base())
	if err != nil {
		t.Fatal(err)
	}
	host := base.Hostname() // pods reach it
	certificate, authority := cluster.SelfSigned(t, host)
	source := behindTLS(t, host, certificate, git.Base())
	registry := behindTLS(t, host, certificate, "http://"+c.Registry)
	create := func(name, repositoryURL, registry string) *v1beta2.Function {
		fn := buildOnly(c, namespace, &gitrepo.Repository{URL: repositoryURL})
		fn.Name, fn.Spec.Image = name, registry+"/"+namespace+"/"+name+":latest"
		return c.Create(t, fn)
	}
	overTLS := strings.Replace(repository.URL, git.Base(), "https://"+source, 1)

	for reason, refused := range map[string]*v1beta2.Function{
		"GitCertificateUnknown": create("source", overTLS, c.Registry),
		"BuildError":            create("registry", repository.URL, registry),
	} {
		fn := c.AwaitFunction(t, refused, "fail", func(f *v1beta2.Function) bool {
			return f.Status.GetCondition(v1beta2.FunctionConditionBuilderReady).IsFalse()
		})
		cond := fn.Status.GetCondition(v1beta2.FunctionConditionBuilderReady)
		if cond.Reason != reason || !strings.Contains(cond.Message, "ConfigMap openfunction-ca-certificates") {
			t.Errorf("%s: %s: %s, want %s and the ConfigMap", fn.Name, cond.Reason, cond.Message, reason)
		}
	}

	if _, err := c.Kube.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "openfunction-ca-certificates"},
		Data:       map[string]string{"ca.crt": string(authority)},
	}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.AwaitReady(t, create("trusting", overTLS, registry))
}

// behindTLS starts a server with TLS in front of another one, at an address of this
// machine, and returns that with its port.
func behindTLS(t *testing.T, address string, certificate tls.Certificate, backend string) string {
	t.Helper()
	target, err := url.Parse(backend)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.SetXForwarded() // the registry makes links with them
	}})
	_ = server.Listener.Close() // it has another address
	server.Listener = listener
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	return listener.Addr().String()
}
