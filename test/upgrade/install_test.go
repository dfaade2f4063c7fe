//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package upgrade

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/test/cluster"
)

const (
	// system is the namespace of OpenFunction's programs.
	system = "openfunction"
	// component is the label that names the program of a pod.
	component = "app.kubernetes.io/component"
)

// installation is an installation of the work tree that is under way.
type installation struct {
	done   chan struct{}
	output []byte
	err    error
}

// startInstall starts to install the work tree, as an administrator does.
func startInstall(t *testing.T) *installation {
	t.Helper()
	i := &installation{done: make(chan struct{})}
	command := exec.CommandContext(t.Context(), "../../hack/cluster.sh", "install", "../..")
	go func() {
		defer close(i.done)
		i.output, i.err = command.CombinedOutput()
	}()
	return i
}

// finished reports whether all programs are rolled out. It fails the test if the
// installation failed.
func (i *installation) finished(t *testing.T) bool {
	t.Helper()
	select {
	case <-i.done:
	default:
		return false
	}
	if i.err != nil {
		t.Fatalf("installing the work tree: %v\n%s", i.err, i.output)
	}
	t.Logf("%s", i.output)
	return true
}

// runningPrograms returns the running pods of OpenFunction by program.
func runningPrograms(t *testing.T, c *cluster.Cluster) map[string]*corev1.Pod {
	t.Helper()
	pods, err := c.Kube.CoreV1().Pods(system).List(t.Context(), metav1.ListOptions{LabelSelector: component})
	if err != nil {
		t.Fatal(err)
	}
	programs := map[string]*corev1.Pod{}
	for i := range pods.Items {
		if pod := &pods.Items[i]; pod.DeletionTimestamp == nil && pod.Status.Phase == corev1.PodRunning {
			programs[pod.Labels[component]] = pod
		}
	}
	return programs
}

// checkReplaced logs which programs the upgrade replaced, and fails the test unless the
// controller was: without that the test proves nothing.
func checkReplaced(t *testing.T, before, after map[string]*corev1.Pod) {
	t.Helper()
	image := func(pod *corev1.Pod) string {
		if pod == nil {
			return "nothing"
		}
		return pod.Spec.Containers[0].Image
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		t.Logf("figure: %s: %s, before %s", name, image(after[name]), image(before[name]))
	}
	if image(before["controller"]) == image(after["controller"]) {
		t.Fatal("the work tree has the same controller as the revision before: there is nothing to upgrade")
	}
}

// reconciliation is an object that a controller reconciled.
type reconciliation struct {
	// Kind is the kind of the object.
	Kind string
	// Key is its namespace and name.
	Key string
}

// logLine is what is read of a line in a controller's log.
type logLine struct {
	Message    string `json:"message"`
	Controller string `json:"knative.dev/controller"` //nolint:tagliatelle // the key of knative.dev/pkg
	Kind       string `json:"knative.dev/kind"`       //nolint:tagliatelle // the key of knative.dev/pkg
	Key        string `json:"knative.dev/key"`        //nolint:tagliatelle // the key of knative.dev/pkg
}

// reconciled returns the object that the line reports as reconciled; ok is false if it
// reports something else. The garbage collector reconciles Functions, too.
func (l logLine) reconciled() (r reconciliation, ok bool) {
	kind := l.Kind[strings.LastIndex(l.Kind, ".")+1:]
	ok = l.Message == "Reconcile succeeded" && strings.Contains(l.Controller, ".reconciler."+strings.ToLower(kind)+".")
	return reconciliation{Kind: kind, Key: l.Key}, ok
}

// awaitReconciled waits until the controller that runs now has reconciled all objects.
// A reconciliation that writes nothing leaves no trace but its line in the log.
func awaitReconciled(t *testing.T, c *cluster.Cluster, objects map[reconciliation]bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), c.Timeout)
	defer cancel()
	pod := runningPrograms(t, c)["controller"]
	log, err := c.Kube.CoreV1().Pods(system).GetLogs(pod.Name, &corev1.PodLogOptions{Follow: true}).Stream(ctx)
	if err != nil {
		t.Fatalf("reading the log of %s: %v", pod.Name, err)
	}
	defer func() { _ = log.Close() }() // it was read
	missing, begin := maps.Clone(objects), time.Now()
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for len(missing) > 0 && lines.Scan() {
		line := logLine{}
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			continue // not every line is JSON
		}
		if object, ok := line.reconciled(); ok {
			delete(missing, object)
		}
	}
	if len(missing) > 0 {
		t.Fatalf("%s did not reconcile within %v (%v): %v", pod.Name, time.Since(begin), lines.Err(), slices.Collect(maps.Keys(missing)))
	}
	t.Logf("figure: %s reconciled all %d Functions, Builders and Servings", pod.Name, len(objects))
}

// checkWrites fails the test for every write of OpenFunction's programs to what the
// Functions own. A status may change, and is logged. A Serving of a release without the
// finalizer gets it, by one write.
func checkWrites(t *testing.T, c *cluster.Cluster, all subjects, before inventory, since time.Time) {
	t.Helper()
	unfinalized := before.withoutFinalizer()
	statuses := map[string]int{}
	for _, s := range all {
		for _, w := range c.Writes(t, s.Namespace, cluster.ControllerUsers, since) {
			switch {
			case w.IsEvent():
				t.Logf("%s recorded an event: %s", w.User, w)
			case w.Group == ownGroup && strings.HasSuffix(w.Resource, "/status"):
				statuses[fmt.Sprintf("%s of %s", w.Resource, s.fn.Name)]++
			case w.Verb == "patch" && w.Resource == "servings" && unfinalized.Has(w.Name):
				unfinalized.Delete(w.Name)
			default:
				t.Errorf("during the upgrade %s wrote in the namespace of %s: %s", w.User, s.fn.Name, w)
			}
		}
	}
	t.Logf("figure: writes of a status during the upgrade: %v", statuses)
}
