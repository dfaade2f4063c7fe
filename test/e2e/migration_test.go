//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"os"
	"os/exec"
	"slices"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/test/cluster"
)

// migrationManifest is the variable with the path of config/post-install, with the
// image of its Job.
const migrationManifest = "MIGRATION_MANIFEST"

// The Job of an upgrade rewrites everything that an older version may have stored, and
// drops that version. It does not run in parallel with tests that count our writes,
// because it writes every object of every namespace.
func TestStorageIsMigrated(t *testing.T) {
	manifest := os.Getenv(migrationManifest)
	if manifest == "" {
		t.Fatalf("set %s to config/post-install as ko resolves it, as test/e2e-tests.sh does", migrationManifest)
	}
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	// There are a Function, a Builder and a Serving to rewrite.
	fn := c.AwaitReady(t, c.Create(t, fromSource(c, namespace, git.New(t, namespace, greeter("hello")))))

	definitions := apiextensionsv1.SchemeGroupVersion.WithResource("customresourcedefinitions")
	names := []string{"functions.core.openfunction.io", "builders.core.openfunction.io", "servings.core.openfunction.io"}
	older := []byte(`{"status":{"storedVersions":["v1beta1","v1beta2"]}}`)
	for _, name := range names {
		if _, err := c.Dynamic.Resource(definitions).Patch(t.Context(), name, types.MergePatchType, older, metav1.PatchOptions{}, "status"); err != nil {
			t.Fatal(err)
		}
	}
	kubectl(t, "delete", "--ignore-not-found", "-f", manifest)
	t.Cleanup(func() { kubectl(t, "delete", "-f", manifest) })
	kubectl(t, "apply", "-f", manifest)
	cluster.AwaitOne(t, c, cluster.Query{
		GroupVersionResource: batchv1.SchemeGroupVersion.WithResource("jobs"), Namespace: system, Name: "storage-version-migration",
	}, "be complete", func(job *batchv1.Job) bool {
		return slices.ContainsFunc(job.Status.Conditions, func(cond batchv1.JobCondition) bool {
			return cond.Type == batchv1.JobComplete && cond.Status == corev1.ConditionTrue
		})
	})
	for _, name := range names {
		cluster.AwaitOne(t, c, cluster.Query{GroupVersionResource: definitions, Name: name}, "store v1beta2 alone",
			func(d *apiextensionsv1.CustomResourceDefinition) bool {
				return slices.Equal(d.Status.StoredVersions, []string{"v1beta2"})
			})
	}
	if got := answer(t, c, fn); got != "hello" {
		t.Errorf("after the migration the function answers %q, want %q", got, "hello")
	}
}

func kubectl(t *testing.T, args ...string) {
	t.Helper()
	// Also after the end of the test.
	if output, err := exec.Command("kubectl", args...).CombinedOutput(); err != nil {
		t.Fatalf("kubectl %v: %v: %s", args, err, output)
	}
}
