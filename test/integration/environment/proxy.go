/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// Proxy stands between a program and the API server and kills the program before
// one of its writes.
type Proxy struct {
	url string
	ca  string // clients send their tokens to servers with certificates only

	mutex sync.Mutex
	plan  *kill
}

// kill is the write before which a program is killed.
type kill struct {
	namespace string
	write     int
	victim    *Program

	seen     int
	happened chan struct{}
}

// StartProxy starts a proxy that passes everything on.
func (e *Environment) StartProxy(t *testing.T) *Proxy {
	t.Helper()
	target, err := url.Parse(e.server.url)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := os.ReadFile(e.server.ca)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	p := &Proxy{}
	forward := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
		FlushInterval: -1, // events of watches come one by one
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		planned := p.strikes(r)
		if planned == nil {
			forward.ServeHTTP(w, r)
			return
		}
		planned.victim.Kill()
		close(planned.happened)
		panic(http.ErrAbortHandler) // closes the connection without a reply
	}))
	p.url = server.URL
	p.ca = filepath.Join(t.TempDir(), "proxy.crt")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(p.ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return p
}

// KillBefore kills the program before a write in the namespace, counted from 1, and
// returns a channel that is closed when that has happened.
func (p *Proxy) KillBefore(victim *Program, namespace string, write int) <-chan struct{} {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.plan = &kill{namespace: namespace, write: write, victim: victim, happened: make(chan struct{})}
	return p.plan.happened
}

// strikes returns the plan, if the request is its write.
func (p *Proxy) strikes(r *http.Request) *kill {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.plan == nil || !isWrite(r, p.plan.namespace) {
		return nil
	}
	p.plan.seen++
	if p.plan.seen != p.plan.write {
		return nil
	}
	return p.plan
}

// StartProgramBehind starts cmd/controller with the proxy as its API server.
func (e *Environment) StartProgramBehind(t *testing.T, p *Proxy) *Program {
	t.Helper()
	at := slices.IndexFunc(e.server.users, func(u user) bool { return u.name == ControllerUser })
	if at < 0 {
		t.Fatalf("config has no service account %s", ControllerUser)
	}
	kubeconfig := e.server.kubeconfig("proxy")
	if err := writeKubeconfig(kubeconfig, e.server.users[at], p.url, p.ca); err != nil {
		t.Fatal(err)
	}
	return e.startProgram(t, kubeconfig)
}
