/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ControllerUser is who our controller is to the API server.
const ControllerUser = "system:serviceaccount:" + systemNamespace + ":controller"

const systemNamespace = "openfunction"

var leases = schema.GroupVersionResource{Group: "coordination.k8s.io", Version: "v1", Resource: "leases"}

// Controller is a running cmd/controller, with its own user and leader election.
type Controller struct {
	process *process
}

var controllerBinary = sync.OnceValues(func() (string, error) {
	repository, err := root()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", prefix+pid()+"-*")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "controller")
	// With the race detector, as the tests: both share what is compiled.
	_, err = goCommand(repository, "build", "-race", "-o", program, "./cmd/controller")
	return program, err
})

// StartController starts cmd/controller, which runs until the end of the test.
// A data race in it fails the test, and so does what its roles do not allow.
func (e *Environment) StartController(t *testing.T) *Controller {
	t.Helper()
	return e.startController(t, e.server.kubeconfig(ControllerUser))
}

func (e *Environment) startController(t *testing.T, kubeconfig string) *Controller {
	t.Helper()
	program, err := controllerBinary()
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
		"KUBE_API_QPS=200", "KUBE_API_BURST=400", "K_THREADS_PER_CONTROLLER=16",
	}, program)
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
		for _, request := range e.Refused(t, ControllerUser, since) {
			t.Errorf("the controller's roles do not allow: %v", request)
		}
		if t.Failed() {
			t.Logf("what the controller complained about:\n%s", p.complaints())
		}
		if _, race, found := strings.Cut(p.tail(10_000), "WARNING: DATA RACE"); found {
			t.Errorf("data race in the controller:%s", race)
		}
	})
	if err := p.await("http://127.0.0.1:"+ports[0]+"/readiness", nil); err != nil {
		t.Fatal(err)
	}
	return &Controller{process: p}
}

// Stop ends the controller as a cluster does.
func (c *Controller) Stop() {
	c.process.stop()
}

// Kill ends the controller without a chance to tidy up.
func (c *Controller) Kill() {
	c.process.ending.Store(true)
	c.process.kill()
}

// stop asks the process to end, and makes it when it does not.
func (p *process) stop() {
	p.ending.Store(true)
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		p.kill()
	}
}

// expireLeases does what the time does that a killed leader's lease has to run.
func (e *Environment) expireLeases(t *testing.T) {
	t.Helper()
	err := e.Dynamic.Resource(leases).Namespace(systemNamespace).
		DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{})
	if err != nil {
		t.Fatalf("expiring the leases of controllers: %v", err)
	}
}
