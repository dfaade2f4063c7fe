/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// migrator is the job in config/post-install, as far as it can run without a node.
type migrator struct {
	program, user string
	args          []string
}

var newMigrator = sync.OnceValues(func() (*migrator, error) {
	repository, err := root()
	if err != nil {
		return nil, err
	}
	objects, err := readManifests(filepath.Join(repository, "config", "post-install", "storage-version-migration.yaml"))
	if err != nil {
		return nil, err
	}
	job := objects[slices.IndexFunc(objects, func(o unstructured.Unstructured) bool { return o.GetKind() == "Job" })]
	pod, _, err := unstructured.NestedMap(job.Object, "spec", "template", "spec")
	if err != nil {
		return nil, err
	}
	account, _, _ := unstructured.NestedString(pod, "serviceAccountName")
	containers, _, err := unstructured.NestedSlice(pod, "containers")
	if err != nil {
		return nil, err
	}
	container, _ := containers[0].(map[string]any)
	image, _, _ := unstructured.NestedString(container, "image")
	args, _, err := unstructured.NestedStringSlice(container, "args")
	if err != nil {
		return nil, err
	}
	program, err := build(strings.TrimPrefix(image, "ko://"), raceDetector)
	if err != nil {
		return nil, err
	}
	return &migrator{program: program, args: args, user: "system:serviceaccount:" + job.GetNamespace() + ":" + account}, nil
})

// MigrateStorage does what the job in config/post-install does, as its user.
func (e *Environment) MigrateStorage(t *testing.T) {
	t.Helper()
	m, err := newMigrator()
	if err != nil {
		t.Fatal(err)
	}
	p, err := start(e.server.dir, "migrate", []string{"KUBECONFIG=" + e.server.kubeconfig(m.user)}, m.program, m.args...)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-t.Context().Done():
	}
	if p.err != nil {
		t.Fatalf("the migration failed: %v\n%s", p.err, p.tail(10))
	}
}
