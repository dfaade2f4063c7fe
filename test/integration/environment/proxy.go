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
	"strings"
	"sync"
	"testing"
)

// Proxy stands between a controller and the API server and makes one write of
// the controller go wrong.
type Proxy struct {
	url string
	ca  string // clients send their tokens to servers with certificates only

	mutex sync.Mutex
	fault *Fault
}

// Fault is what goes wrong with a write.
type Fault struct {
	// Namespace and number of the write, from 1.
	Namespace string
	Write     int
	// Victim dies before the write is sent; where it is nil, the write is
	// applied and its reply is lost.
	Victim *Controller

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
		fault := p.strikes(r)
		switch {
		case fault == nil:
			forward.ServeHTTP(w, r)
			return
		case fault.Victim != nil:
			fault.Victim.Kill()
		default:
			forward.ServeHTTP(httptest.NewRecorder(), r)
		}
		close(fault.happened)
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

// Plan makes the fault happen at its write, and returns a channel that is closed
// when it has happened.
func (p *Proxy) Plan(fault Fault) <-chan struct{} {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	fault.happened = make(chan struct{})
	p.fault = &fault
	return fault.happened
}

// strikes returns the fault that is planned for the request.
func (p *Proxy) strikes(r *http.Request) *Fault {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	writes := []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	if p.fault == nil || !slices.Contains(writes, r.Method) || !strings.Contains(r.URL.Path, "/namespaces/"+p.fault.Namespace+"/") {
		return nil
	}
	p.fault.seen++
	if p.fault.seen != p.fault.Write {
		return nil
	}
	return p.fault
}

// StartControllerBehind starts cmd/controller with the proxy as its API server.
func (e *Environment) StartControllerBehind(t *testing.T, p *Proxy) *Controller {
	t.Helper()
	at := slices.IndexFunc(e.server.users, func(u user) bool { return u.name == ControllerUser })
	if at < 0 {
		t.Fatalf("config has no service account %s", ControllerUser)
	}
	kubeconfig := e.server.kubeconfig("proxy")
	if err := writeKubeconfig(kubeconfig, e.server.users[at], p.url, p.ca); err != nil {
		t.Fatal(err)
	}
	return e.startController(t, kubeconfig)
}
