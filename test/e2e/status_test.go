//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// The status of the Function contains everything about its build: sources, strategy,
// images and duration. kubectl wait works.
func TestStatusTellsWhatWasBuilt(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	repository := git.New(t, namespace, greeter("hello"))
	fn := c.Create(t, fromSource(c, namespace, repository))

	wait := exec.CommandContext(t.Context(), "kubectl", "wait", "--for=condition=Ready",
		"function/"+fn.Name, "--namespace="+namespace, fmt.Sprintf("--timeout=%.0fs", c.Timeout.Seconds()))
	if output, err := wait.CombinedOutput(); err != nil {
		t.Fatalf("kubectl wait: %v: %s", err, output)
	}
	fn = c.AwaitReady(t, fn)
	checkBuildStatus(t, fn)
	checkServingStatus(t, c, fn)
}

func checkBuildStatus(t *testing.T, fn *v1beta2.Function) {
	t.Helper()
	build := fn.Status.Build
	for what, ok := range map[string]bool{
		"output.digest": build.Output != nil && build.Output.Digest == fn.Status.Revision.ImageDigest,
		"buildDuration": build.BuildDuration != nil && build.BuildDuration.Duration > 0,
		"commit":        len(build.Sources) == 1 && build.Sources[0].Git != nil && len(build.Sources[0].Git.CommitSha) == 40,
		"strategy": build.Strategy != nil && build.Strategy.Kind == "ClusterBuildStrategy" &&
			build.Strategy.Name == "openfunction" && build.Strategy.Generation > 0,
		"builderImage": strings.Contains(build.BuilderImage, "@sha256:"),
		"runImage":     strings.Contains(build.RunImage, "@sha256:"),
		"resourceHash": build.ResourceHash != "" && strings.HasSuffix(build.ResourceRef, build.ResourceHash),
	} {
		if !ok {
			t.Errorf("status.build has no %s: %+v", what, build)
		}
	}
}

func checkServingStatus(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) {
	t.Helper()
	if len(fn.Status.Serving.Revisions) != 1 || fn.Status.Serving.Revisions[0].Ready != "True" {
		t.Errorf("status.serving.revisions = %+v, want one that is ready", fn.Status.Serving.Revisions)
	}
	if cond := fn.Status.GetCondition(v1beta2.FunctionConditionSpecHonored); !cond.IsTrue() || cond.Severity != apis.ConditionSeverityInfo {
		t.Errorf("SpecHonored = %+v, want True, for information", cond)
	}
	serving, err := c.Servings(fn.Namespace).Get(t.Context(), fn.Status.Serving.ResourceRef, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if serving.Status.Address == nil || !strings.HasSuffix(serving.Status.Address.URL.Host, ".svc.cluster.local") {
		t.Errorf("status.address of the Serving = %+v, want where it answers inside the cluster", serving.Status.Address)
	}
}

// A namespace with a limit of one build runs its builds one after the other, the oldest
// first, and all of them end.
func TestBuildsWaitForEachOther(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	limit := []byte(`{"metadata":{"annotations":{"config-build.openfunction.io/max-concurrent-builds":"1"}}}`)
	if _, err := c.Kube.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType, limit, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	repository := git.New(t, namespace, greeter("hello"))
	var created []*v1beta2.Function
	for _, name := range []string{"first", "second", "third"} {
		fn := buildOnly(c, namespace, repository)
		fn.Name, fn.Spec.Image = name, c.Registry+"/"+namespace+"/"+name+":latest"
		created = append(created, c.Create(t, fn))
	}
	isQueued := false
	cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.Builders, Namespace: namespace}, "end one after the other",
		func(builders []v1beta2.Builder) bool {
			running, done := 0, 0
			for _, b := range builders {
				cond := b.Status.GetCondition(v1beta2.BuilderConditionSucceeded)
				isQueued = isQueued || cond.GetReason() == v1beta2.ReasonQueued
				switch {
				case b.IsDone():
					done++
				case b.Status.StartTime != nil:
					running++
				}
			}
			if running > 1 {
				t.Errorf("%d builds run at a time, want 1", running)
			}
			return done == len(created)
		})
	if !isQueued {
		t.Error("no build ever reported that it waits for its turn")
	}
	for _, fn := range created {
		c.AwaitReady(t, fn)
	}
}

// A build waits for its strategy, and starts when that is created.
func TestBuildWaitsForItsStrategy(t *testing.T) {
	t.Parallel()
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	fn := buildOnly(c, namespace, git.New(t, namespace, greeter("hello")))
	fn.Spec.Build.Builder = new("registry.example.com/tool")
	fn.Spec.Build.Shipwright = &v1beta2.ShipwrightEngine{Strategy: &v1beta2.Strategy{Name: "late", Kind: new("BuildStrategy")}}
	fn = c.Create(t, fn)
	because := func(reason string) {
		t.Helper()
		fn = c.AwaitFunction(t, fn, "report "+reason, func(f *v1beta2.Function) bool {
			return f.Status.GetCondition(v1beta2.FunctionConditionReady).GetReason() == reason
		})
	}
	because(v1beta2.ReasonStrategyNotFound)

	strategies := c.Dynamic.Resource(schema.GroupVersionResource{
		Group: "shipwright.io", Version: "v1beta1", Resource: "buildstrategies",
	}).Namespace(namespace)
	strategy := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "shipwright.io/v1beta1", "kind": "BuildStrategy",
		"metadata": map[string]any{"name": "late"},
		"spec": map[string]any{"steps": []any{map[string]any{
			"name": "build", "image": "registry.example.com/tool", "command": []any{"/tool"},
		}}},
	}}
	strategy, err := strategies.Create(t.Context(), strategy, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	because(v1beta2.ReasonUndefinedParameter)

	parameters := []any{map[string]any{"name": "builder-image", "description": "the tool"}}
	if err := unstructured.SetNestedSlice(strategy.Object, parameters, "spec", "parameters"); err != nil {
		t.Fatal(err)
	}
	if _, err := strategies.Update(t.Context(), strategy, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	because(v1beta2.ReasonBuilding)
}
