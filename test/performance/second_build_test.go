//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package performance

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/gitrepo"
)

const sourceFile = "hello.go"

// moment is when a part of the way from an edit to a reply ended, and whose part
// it was.
type moment struct {
	whose, what string
	at          time.Time
}

// TestSecondBuild prints how long a changed function takes from the edit to the
// first reply of the new version, and who took how much of it.
func TestSecondBuild(t *testing.T) {
	c := cluster.Connect(t)
	namespace := c.Namespace(t)
	git, err := gitrepo.ServePods(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = git.Close() })
	repository := git.New(t, namespace, source("one"))
	fn := c.AwaitReady(t, c.Create(t, function(c, namespace, repository.URL)))
	prober := c.Probe(t, fn.Status.URL.String())
	prober.AwaitReply(t, "one")

	commit := repository.Commit(t, source("two"))
	edited := time.Now()
	fn = c.Edit(t, fn, func(spec *v1beta2.FunctionSpec) { spec.Build.SrcRepo.Revision = &commit })
	replied := prober.AwaitReply(t, "two")
	fn = c.AwaitReady(t, fn)
	prober.Stop(t)

	moments := append(observe(t, c, fn, edited), moment{"Knative", "from Configuration to the new reply", replied})
	t.Logf("second build, edit to the new reply: %.1fs", replied.Sub(edited).Seconds())
	last := edited
	sums := map[string]time.Duration{}
	for _, m := range moments {
		t.Logf("  %6.2fs  %-10s %s", m.at.Sub(last).Seconds(), m.whose, m.what)
		sums[m.whose] += m.at.Sub(last)
		last = m.at
	}
	t.Logf("  split: %v", sums)
}

func source(text string) map[string]string {
	return map[string]string{
		"go.mod": "module example.com/hello\n\ngo 1.24\n",
		sourceFile: fmt.Sprintf(`package hello

import (
	"fmt"
	"net/http"
)

// Hello answers.
func Hello(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, %q) }
`, text),
	}
}

func function(c *cluster.Cluster, namespace, url string) *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "hello"},
		Spec: v1beta2.FunctionSpec{
			Image: c.Registry + "/" + namespace + "/hello:latest",
			Build: &v1beta2.BuildSpec{
				Env:     map[string]string{"FUNC_NAME": "Hello"},
				SrcRepo: &v1beta2.GitRepo{URL: url},
			},
			Serving: &v1beta2.WorkloadSpec{},
		},
	}
}

// taskRun contains the fields of a Tekton TaskRun with the times of its steps.
type taskRun struct {
	metav1.ObjectMeta `json:"metadata"`
	Status            struct {
		Steps []struct {
			Name       string `json:"name"`
			Terminated struct {
				StartedAt  metav1.Time `json:"startedAt"`
				FinishedAt metav1.Time `json:"finishedAt"`
			} `json:"terminated"`
		} `json:"steps"`
	} `json:"status"`
}

// observe reads from the audit log, to the microsecond, and from the steps of the
// build, to the second, when each part ended.
func observe(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function, since time.Time) []moment {
	t.Helper()
	runs := cluster.Await(t, c, cluster.Query{GroupVersionResource: cluster.TaskRuns, Namespace: fn.Namespace},
		"be those of two builds", func(runs []taskRun) bool { return len(runs) > 0 })
	newest := runs[0]
	for _, run := range runs {
		if newest.CreationTimestamp.Before(&run.CreationTimestamp) {
			newest = run
		}
	}
	steps := newest.Status.Steps
	if len(steps) < 2 {
		t.Fatalf("the build has the steps %+v", steps)
	}
	writes := c.Writes(t, fn.Namespace, "", since)
	return []moment{
		{"ours", "from the edit to the BuildRun", first(t, writes, func(w cluster.Write) bool { return w.Creates("buildruns") })},
		{"Tekton", "from the BuildRun to its pod", first(t, writes, func(w cluster.Write) bool { return w.Creates("pods") })},
		{"Tekton", "from the pod to its first step", steps[0].Terminated.StartedAt.Time},
		{"git", "the source", steps[0].Terminated.FinishedAt.Time},
		{"lifecycle", "the buildpacks and the push", steps[len(steps)-1].Terminated.FinishedAt.Time},
		{"Tekton", "from the last step to the end of the BuildRun", lastOf(writes, "buildruns/status")},
		{"ours", "from the BuildRun's end to the Configuration", first(t, writes, func(w cluster.Write) bool { return w.Creates("configurations") })},
	}
}

func first(t *testing.T, writes []cluster.Write, is func(cluster.Write) bool) time.Time {
	t.Helper()
	for _, w := range writes {
		if is(w) {
			return w.Time
		}
	}
	t.Fatalf("no such write in %v", writes)
	return time.Time{}
}

// lastOf returns when a resource was last written before our controllers made
// the Configuration, which they do because of that write.
func lastOf(writes []cluster.Write, resource string) time.Time {
	var at time.Time
	for _, w := range writes {
		switch {
		case w.Creates("configurations") && strings.HasPrefix(w.User, cluster.ControllerUsers):
			return at
		case w.Resource == resource:
			at = w.Time
		}
	}
	return at
}
