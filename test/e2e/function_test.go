//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package e2e

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/gitrepo"
)

// greeter returns the source of a function Hello without a main program. It replies
// with text, or with the environment variable GREETING if that is set.
func greeter(text string) map[string]string {
	return map[string]string{
		"go.mod": "module example.com/hello\n\ngo 1.24\n",
		"hello.go": fmt.Sprintf(`package hello

import (
	"fmt"
	"net/http"
	"os"
)

// Text is what Hello answers.
var Text = %q

// Hello answers.
func Hello(w http.ResponseWriter, _ *http.Request) {
	if greeting := os.Getenv("GREETING"); greeting != "" {
		Text = greeting
	}
	fmt.Fprintln(w, Text)
}
`, text),
	}
}

// broken returns a change of greeter that does not compile.
func broken() map[string]string {
	return map[string]string{"hello.go": `package hello

import "net/http"

func Hello(w http.ResponseWriter, _ *http.Request) { noSuchVariable++ }
`}
}

// buildOnly returns a Function that builds an image of the branch main of repository.
func buildOnly(c *cluster.Cluster, namespace string, repository *gitrepo.Repository) *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "hello"},
		Spec: v1beta2.FunctionSpec{
			Image: c.Registry + "/" + namespace + "/hello:latest",
			Build: &v1beta2.BuildSpec{
				Env:     map[string]string{"FUNC_NAME": "Hello"},
				SrcRepo: &v1beta2.GitRepo{URL: repository.URL, Revision: new("main")},
			},
		},
	}
}

// fromSource returns a Function like buildOnly that is also served.
func fromSource(c *cluster.Cluster, namespace string, repository *gitrepo.Repository) *v1beta2.Function {
	fn := buildOnly(c, namespace, repository)
	fn.Spec.Serving = &v1beta2.WorkloadSpec{}
	return fn
}

// fromImage returns a Function that serves an existing image.
func fromImage(namespace, image string) *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "hello"},
		Spec:       v1beta2.FunctionSpec{Image: image, Serving: &v1beta2.WorkloadSpec{}},
	}
}

// answer returns the reply of a Function that is Ready.
func answer(t *testing.T, c *cluster.Cluster, fn *v1beta2.Function) string {
	t.Helper()
	if fn.Status.URL == nil {
		t.Fatalf("Function %s has no status.url", fn.Name)
	}
	body, err := c.Get(t.Context(), fn.Status.URL.String())
	if err != nil {
		t.Fatalf("Function %s at %s: %v", fn.Name, fn.Status.URL, err)
	}
	return body
}

// logWrites logs and counts the writes of our controllers for a Function.
func logWrites(t *testing.T, what string, writes []cluster.Write) {
	t.Helper()
	t.Logf("figure: our writes, %s: %d", what, len(writes))
	for _, w := range writes {
		t.Logf("  %s %s", w.Time.Format("15:04:05.000"), w)
	}
}

// lifeEventsMost is how many Kubernetes events our controllers record until a function is
// first ready: that it was built, on the Builder and on the Function, and rolled out.
const lifeEventsMost = 3

// checkWrites logs the writes, and limits those that changed an object. Kubernetes events
// for people have a limit of their own.
func checkWrites(t *testing.T, what string, writes []cluster.Write, most int) {
	t.Helper()
	logWrites(t, what, writes)
	changes := slices.DeleteFunc(slices.Clone(writes), cluster.Write.Conflicts)
	made := len(changes)
	changes = slices.DeleteFunc(changes, cluster.Write.IsEvent)
	if len(changes) > most {
		t.Errorf("our controllers wrote %d times, want at most %d", len(changes), most)
	}
	if events := made - len(changes); events > lifeEventsMost {
		t.Errorf("our controllers recorded %d Kubernetes events, want at most %d", events, lifeEventsMost)
	}
}

// created counts the objects of a resource that our controllers created.
func created(writes []cluster.Write, resource string) int {
	count := 0
	for _, w := range writes {
		if w.Creates(resource) {
			count++
		}
	}
	return count
}
