//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package eventing

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

const examplesFolder = "../../../docs/examples/sources"

// Each example of a source is applied as it is in the documentation, and its function gets
// events of the type.
func TestEveryExampleOfASourceWorks(t *testing.T) {
	t.Parallel()
	types := map[string]string{
		"ping-source.yaml":       "dev.knative.sources.ping",
		"api-server-source.yaml": "dev.knative.apiserver.resource.add",
	}
	files, err := filepath.Glob(filepath.Join(examplesFolder, "*.yaml"))
	if err != nil || len(files) != len(types) {
		t.Fatalf("%s has %v (%v), %v are tested", examplesFolder, files, err, slices.Collect(maps.Keys(types)))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			c := cluster.Connect(t)
			fn := c.AwaitReady(t, apply(t, c, file, c.Namespace(t)))
			awaitReceived(t, c, fn, "an event of the source", func(events []string) bool {
				// The source reports only what is created after it has started.
				createConfigMap(t, c, fn.Namespace)
				return slices.ContainsFunc(events, func(event string) bool {
					return strings.HasPrefix(event, types[filepath.Base(file)]+" ")
				})
			})
		})
	}
}

func createConfigMap(t *testing.T, c *cluster.Cluster, namespace string) {
	t.Helper()
	object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "observed-"}}
	if _, err := c.Kube.CoreV1().ConfigMaps(namespace).Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// apply creates the objects of an example in the namespace, with the image of the tests,
// and returns its Function.
func apply(t *testing.T, c *cluster.Cluster, file, namespace string) *v1beta2.Function {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(content), "registry.example.com/examples/recorder:v1", cluster.EchoImage(t))
	documents := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), len(text))
	fn := &v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}}
	for {
		object := &unstructured.Unstructured{}
		switch err := documents.Decode(object); {
		case errors.Is(err, io.EOF):
			return fn
		case err != nil:
			t.Fatal(err)
		}
		if object.GetKind() == "Function" {
			fn.Name = object.GetName()
		}
		resource, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
		createObject(t, c, resource, namespace, object)
	}
}
