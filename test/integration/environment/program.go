/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"strings"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var leases = schema.GroupVersionResource{Group: "coordination.k8s.io", Version: "v1", Resource: "leases"}

// Program is a running cmd/controller, with leader election. It reconciles all
// namespaces, so its environment must be the test's own.
type Program struct {
	process *process
}

// StartProgram starts cmd/controller, which runs until the end of the test. A data
// race in it fails the test, and so does a request that its roles do not allow.
func (e *Environment) StartProgram(t *testing.T) *Program {
	t.Helper()
	return e.startProgram(t, e.server.kubeconfig(ControllerUser))
}

func (e *Environment) startProgram(t *testing.T, kubeconfig string) *Program {
	t.Helper()
	binary, err := build("./cmd/controller", raceDetector)
	if err != nil {
		t.Fatal(err)
	}
	ports, err := freePorts(2)
	if err != nil {
		t.Fatal(err)
	}
	e.expireLeases(t)
	since := time.Now()
	p, err := start(e.server.dir, "controller-"+ports[0], []string{
		"KUBECONFIG=" + kubeconfig,
		"SYSTEM_NAMESPACE=" + systemNamespace,
		"POD_NAME=controller-" + ports[0],
		"PROBES_PORT=" + ports[0], "PROFILING_PORT=" + ports[1],
		// As config/controller.yaml has them: the defaults are for a few objects.
		"KUBE_API_QPS=1000", "KUBE_API_BURST=2000", "K_THREADS_PER_CONTROLLER=16",
	}, binary)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		select {
		case <-p.ended:
			if !p.ending.Load() {
				t.Errorf("the controller ended by itself: %v", p.err)
			}
		default:
			p.stop()
		}
		e.expectAllowed(t, since)
		if t.Failed() {
			t.Logf("warnings and errors in the log of the controller:\n%s", p.warnings())
		}
		if _, race, found := strings.Cut(p.tail(10_000), "WARNING: DATA RACE"); found {
			t.Errorf("data race in the controller:%s", race)
		}
	})
	if err := p.await("http://127.0.0.1:"+ports[0]+"/readiness", nil); err != nil {
		t.Fatal(err)
	}
	return &Program{process: p}
}

// Stop ends the program as the kubelet does.
func (p *Program) Stop() {
	p.process.stop()
}

// Kill ends the program by SIGKILL.
func (p *Program) Kill() {
	p.process.ending.Store(true)
	p.process.kill()
}

// stop sends SIGTERM to the process, and SIGKILL if it does not end.
func (p *process) stop() {
	p.ending.Store(true)
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.kill()
	}
}

// expireLeases deletes the leases of controllers that were killed, which would
// otherwise hold up the next one until they expire.
func (e *Environment) expireLeases(t *testing.T) {
	t.Helper()
	err := e.Dynamic.Resource(leases).Namespace(systemNamespace).
		DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{})
	if err != nil {
		t.Fatalf("expiring the leases of controllers: %v", err)
	}
}
