/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// timeout bounds what fails; it is far above what a start or an event takes.
const timeout = time.Minute

// Reads are in the log too: what a role allows must be what its user requests.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  nonResourceURLs: ["*"]
- level: Metadata
`

// newServer starts etcd, kube-apiserver and the two controllers of Kubernetes
// that clean up after deleted owners and namespaces.
// The server that is returned with an error has to be stopped, too.
func newServer() (*server, error) {
	kubernetes, err := kubernetesBinary()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", prefix+pid()+"-*")
	if err != nil {
		return nil, err
	}
	accounts, err := serviceAccounts()
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	s := &server{
		dir:      dir,
		url:      "https://127.0.0.1:" + ports[2],
		ca:       filepath.Join(dir, "apiserver.crt"),
		auditLog: filepath.Join(dir, "audit.log"),
		users:    newUsers(accounts),

		installed: make(map[string]bool),
	}
	if err := s.startEtcd(kubernetes, ports[0], ports[1]); err != nil {
		return s, err
	}
	if err := s.startAPIServer(kubernetes, ports[0], ports[2]); err != nil {
		return s, err
	}
	for _, u := range s.users {
		if err := writeKubeconfig(s.kubeconfig(u.name), u, s.url, s.ca); err != nil {
			return s, err
		}
	}
	return s, s.startCleaners(kubernetes)
}

// start starts a process that runs as long as the server.
func (s *server) start(name, program string, args ...string) (*process, error) {
	p, err := start(s.dir, name, nil, program, args...)
	if err == nil {
		s.processes = append(s.processes, p)
	}
	return p, err
}

// stop ends the processes of the server, the last one first, and removes its files.
func (s *server) stop() {
	for _, p := range slices.Backward(s.processes) {
		p.kill()
	}
	_ = os.RemoveAll(s.dir) // Main removes what is left
}

// startEtcd gives up durability for speed: nothing outlives the tests.
func (s *server) startEtcd(kubernetes, client, peer string) error {
	clientURL, peerURL := "http://127.0.0.1:"+client, "http://127.0.0.1:"+peer
	etcd, err := s.start("etcd", kubernetes, "etcd",
		"--data-dir="+filepath.Join(s.dir, "etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls="+clientURL, "--advertise-client-urls="+clientURL,
		"--listen-peer-urls="+peerURL, "--initial-advertise-peer-urls="+peerURL,
		"--initial-cluster=default="+peerURL)
	if err != nil {
		return err
	}
	return etcd.await(clientURL+"/health", nil)
}

func (s *server) startAPIServer(kubernetes, etcd, port string) error {
	key := filepath.Join(s.dir, "service-account.key")
	if err := writeKey(key); err != nil {
		return err
	}
	policy := filepath.Join(s.dir, "audit-policy.yaml")
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
		return err
	}
	tokens := filepath.Join(s.dir, "tokens.csv")
	if err := writeTokens(tokens, s.users); err != nil {
		return err
	}
	apiserver, err := s.start("kube-apiserver", kubernetes, "kube-apiserver",
		"--etcd-servers=http://127.0.0.1:"+etcd, "--bind-address=127.0.0.1", "--secure-port="+port,
		"--cert-dir="+s.dir, "--token-auth-file="+tokens, "--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+key, "--service-account-signing-key-file="+key,
		"--disable-admission-plugins=ServiceAccount", "--profiling=false",
		"--audit-policy-file="+policy, "--audit-log-path="+s.auditLog)
	if err != nil {
		return err
	}
	return apiserver.await(s.url+"/readyz", func() *x509.CertPool {
		pool := x509.NewCertPool()
		certificate, err := os.ReadFile(s.ca) // the server makes it when it starts
		if err != nil || !pool.AppendCertsFromPEM(certificate) {
			return nil
		}
		return pool
	})
}

func (s *server) startCleaners(kubernetes string) error {
	_, err := s.start("kube-controller-manager", kubernetes, "kube-controller-manager",
		"--kubeconfig="+s.kubeconfig(Admin), "--secure-port=0", "--leader-elect=false",
		"--controllers=garbage-collector-controller,namespace-controller",
		"--kube-api-qps=200", "--kube-api-burst=400")
	return err
}

// await queries the process at url until it answers that it is healthy.
func (p *process) await(url string, roots func() *x509.CertPool) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	err := wait.PollUntilContextCancel(ctx, 100*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		select {
		case <-p.ended:
			return false, fmt.Errorf("%s ended", p.name)
		default:
			return healthy(ctx, url, roots), nil
		}
	})
	if err != nil {
		return fmt.Errorf("waiting for %s: %w; the end of its log:\n%s", p.name, err, p.tail(20))
	}
	return nil
}

func healthy(ctx context.Context, url string, roots func() *x509.CertPool) bool {
	transport := &http.Transport{DisableKeepAlives: true}
	if roots != nil {
		pool := roots()
		if pool == nil {
			return false
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	reply, err := transport.RoundTrip(request)
	if err != nil {
		return false
	}
	defer reply.Body.Close()
	return reply.StatusCode == http.StatusOK
}

func writeKey(path string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600)
}
