/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package environment runs what the integration tests are run against: a real
// etcd and kube-apiserver with our CRDs and roles and those of the products we
// use, but no node. What those products would do is simulated; what our own
// programs may do is what their roles allow.
package environment

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"

	"openfunction.dev/openfunction/test/cluster"
)

// Environment is one API server, seen as a user who may do everything.
type Environment struct {
	*cluster.Cluster

	server *server
}

// server is what the tests of one program may share.
type server struct {
	dir      string
	url      string
	ca       string
	auditLog string
	users    []user
	// processes run as long as the server.
	processes []*process
	// installed are the names of the products it has; Start guards those of the
	// environment that tests share.
	installed map[string]bool
}

// prefix of the folders of environments; the id of the process that made them
// follows, so that those of a killed run can be found.
const prefix = "openfunction-integration-"

// parallel is how many tests run at the same time, unless the flag parallel sets
// otherwise: most of the time of a test passes with waiting for watches.
const parallel = "6"

// shared is the environment that Start returns.
var shared struct {
	sync.Mutex

	server  func() (*server, error)
	webhook *process
}

// Main runs the tests of a program, stops what they share and removes the files of
// all environments.
func Main(m *testing.M) int {
	removeStale()
	if err := errors.Join(flag.Set("test.parallel", parallel), os.Setenv("SYSTEM_NAMESPACE", systemNamespace)); err != nil {
		panic(err)
	}
	// Clients that fail on purpose would fill the log; what fails a test is logged by the test.
	klog.SetLogger(logr.Discard())
	shared.server = sync.OnceValues(newServer)
	code := m.Run()
	if shared.webhook != nil {
		for _, problem := range shared.webhook.problems() {
			fmt.Fprintln(os.Stderr, problem)
			code = 1
		}
	}
	folders, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+pid()+"-*"))
	if err != nil {
		panic(err) // the pattern is wrong
	}
	killAll()
	for _, folder := range folders {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	return code
}

// removeStale removes what runs left behind that were killed.
func removeStale() {
	folders, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, folder := range folders {
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(folder), prefix+"%d-", &pid); err != nil {
			continue
		}
		if syscall.Kill(pid, 0) == syscall.ESRCH {
			_ = os.RemoveAll(folder) // a folder that is not empty stays
		}
	}
}

// Start returns the environment that the tests of this program share. All products
// are installed, and the webhook admits the objects of all namespaces but those of
// NamespaceWithoutWebhook. A test must change nothing outside of its own namespace.
func Start(t *testing.T) *Environment {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	s, err := shared.server()
	if err != nil {
		t.Fatal(err)
	}
	e := &Environment{Cluster: s.connect(t, Admin), server: s}
	e.KeepNamespaces = true
	e.Install(t, Products...)
	if shared.webhook == nil {
		e.shareWebhook(t)
	}
	return e
}

// NamespaceWithoutWebhook is Namespace for objects that the webhook does not see.
func (e *Environment) NamespaceWithoutWebhook(t *testing.T) string {
	t.Helper()
	return e.NamespaceWith(t, map[string]string{WithoutWebhookLabel: "true"})
}

// New returns an environment of the test's own that has the given products only.
// It is stopped at the end of the test.
func New(t *testing.T, products ...Product) *Environment {
	t.Helper()
	s, err := newServer()
	if s != nil {
		t.Cleanup(s.stop)
	}
	if err != nil {
		t.Fatal(err)
	}
	e := &Environment{Cluster: s.connect(t, Admin), server: s}
	e.Install(t, products...)
	return e
}

// As returns the cluster as the user sees it: each has its own token, its own
// roles and its own name in the audit log.
func (e *Environment) As(t *testing.T, name string) *cluster.Cluster {
	t.Helper()
	return e.server.connect(t, name)
}

func (s *server) connect(t *testing.T, name string) *cluster.Cluster {
	t.Helper()
	c := cluster.ConnectTo(t, cluster.Access{Kubeconfig: s.kubeconfig(name), AuditLog: s.auditLog})
	c.Timeout = timeout
	return c
}
