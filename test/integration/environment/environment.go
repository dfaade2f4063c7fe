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
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

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
	// installed are the names of the products it has; tests run one by one.
	installed map[string]bool
}

// prefix of the folders of environments; the id of the process that made them
// follows, so that those of a killed run can be found.
const prefix = "openfunction-integration-"

var shared = sync.OnceValues(newServer)

// Main runs the tests of a program and removes the files of its environments.
// Processes need no such care: they die with the program.
func Main(m *testing.M) int {
	removeStale()
	code := m.Run()
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
			_ = os.RemoveAll(folder) // somebody else's folder stays
		}
	}
}

// Start returns the environment that the tests of this program share, with all
// products installed.
func Start(t *testing.T) *Environment {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	e := &Environment{Cluster: s.connect(t, Admin), server: s}
	e.Install(t, Products...)
	return e
}

// New returns an environment of the test's own that has the given products only.
func New(t *testing.T, products ...Product) *Environment {
	t.Helper()
	s, err := newServer()
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
	t.Setenv("KUBECONFIG", s.kubeconfig(name))
	t.Setenv(cluster.AuditLogVariable, s.auditLog)
	c := cluster.Connect(t)
	c.Patience = patience
	return c
}
