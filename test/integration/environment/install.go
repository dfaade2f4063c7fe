/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package environment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"

	"openfunction.dev/openfunction/test/cluster"
)

// Definitions are the kinds that are not of Kubernetes itself.
var Definitions = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

const definitionKind = "CustomResourceDefinition"

// needsNode are kinds of ours that would wait for a pod here.
var needsNode = []string{
	"Deployment", "Job", "HorizontalPodAutoscaler", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
}

// manifests returns the objects of the product that the environment can hold: of
// the products of others the kinds that our roles name, because nothing acts on the rest.
func (p Product) manifests() ([]unstructured.Unstructured, error) {
	used, err := usedKinds()
	if err != nil {
		return nil, err
	}
	var objects []unstructured.Unstructured
	for _, part := range p.parts {
		paths, err := part.paths()
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			found, err := readManifests(path)
			if err != nil {
				return nil, err
			}
			found = slices.DeleteFunc(found, func(o unstructured.Unstructured) bool {
				return part.module != "" && !used.Has(o.GetName()) || slices.Contains(needsNode, o.GetKind())
			})
			for i := range found {
				if part.module != "" {
					dropDescriptions(found[i].Object)
				}
			}
			objects = append(objects, found...)
		}
	}
	return objects, nil
}

// usedKinds returns the names of the definitions of all kinds that our roles name. Each
// definition costs every server and every controller time, most of all at the start.
var usedKinds = sync.OnceValues(func() (sets.Set[string], error) {
	repository, err := root()
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(repository, "config", "200-clusterrole-*.yaml"))
	if err != nil {
		return nil, err
	}
	names := sets.New[string]()
	for _, path := range paths {
		objects, err := readManifests(path)
		if err != nil {
			return nil, err
		}
		for i := range objects {
			var role rbacv1.ClusterRole
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(objects[i].Object, &role); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			for _, rule := range role.Rules {
				for _, group := range rule.APIGroups {
					for _, resource := range rule.Resources {
						names.Insert(resource + "." + group)
					}
				}
			}
		}
	}
	return names, nil
})

// dropDescriptions removes the documentation from the schemas of a definition: two
// thirds of what every controller reads when it starts.
func dropDescriptions(value any) {
	switch v := value.(type) {
	case map[string]any:
		if _, isText := v["description"].(string); isText {
			delete(v, "description")
		}
		for _, item := range v {
			dropDescriptions(item)
		}
	case []any:
		for _, item := range v {
			dropDescriptions(item)
		}
	}
}

func readManifests(path string) ([]unstructured.Unstructured, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var objects []unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(file, 4096); ; {
		var content map[string]any
		if err := decoder.Decode(&content); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if len(content) > 0 {
			objects = append(objects, unstructured.Unstructured{Object: content})
		}
	}
}

// serviceAccounts returns the names that our service accounts have as users.
func serviceAccounts() ([]string, error) {
	objects, err := OpenFunction.manifests()
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range objects {
		if o := &objects[i]; o.GetKind() == "ServiceAccount" {
			names = append(names, "system:serviceaccount:"+o.GetNamespace()+":"+o.GetName())
		}
	}
	return names, nil
}

// Install installs the products that are missing and waits until their kinds can
// be used.
func (e *Environment) Install(t *testing.T, products ...Product) {
	t.Helper()
	for _, product := range products {
		if e.server.installed[product.Name] {
			continue
		}
		objects, err := product.manifests()
		if err != nil {
			t.Fatalf("reading the manifests of %s: %v", product.Name, err)
		}
		kinds, rest := apart(objects)
		e.apply(t, kinds)
		e.awaitEstablished(t, kinds)
		e.apply(t, rest)
		e.server.installed[product.Name] = true
	}
}

// Remove removes the kinds of a product with all objects of them.
func (e *Environment) Remove(t *testing.T, product Product) {
	t.Helper()
	objects, err := product.manifests()
	if err != nil {
		t.Fatalf("reading the manifests of %s: %v", product.Name, err)
	}
	delete(e.server.installed, product.Name)
	for _, name := range definitions(objects) {
		if err := e.Dynamic.Resource(Definitions).Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
			t.Fatalf("removing %s: %v", name, err)
		}
		cluster.AwaitNone(t, e.Cluster, cluster.Query{GroupVersionResource: Definitions, Name: name})
	}
}

// apart parts the definitions of kinds from what may be of these kinds.
func apart(objects []unstructured.Unstructured) (kinds, rest []unstructured.Unstructured) {
	for i := range objects {
		if objects[i].GetKind() == definitionKind {
			kinds = append(kinds, objects[i])
		} else {
			rest = append(rest, objects[i])
		}
	}
	return kinds, rest
}

// mapper waits until the API server serves the kinds of all objects.
func (e *Environment) mapper(t *testing.T, objects []unstructured.Unstructured) meta.RESTMapper {
	t.Helper()
	var mapper meta.RESTMapper
	client := discovery.NewDiscoveryClientForConfigOrDie(e.Config)
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		groups, err := restmapper.GetAPIGroupResources(client)
		if err != nil {
			return false, err
		}
		mapper = restmapper.NewDiscoveryRESTMapper(groups)
		return !slices.ContainsFunc(objects, func(o unstructured.Unstructured) bool {
			gvk := o.GroupVersionKind()
			_, err := mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
			return err != nil
		}), nil
	})
	if err != nil {
		t.Fatalf("listing all kinds: %v", err)
	}
	return mapper
}

func (e *Environment) apply(t *testing.T, objects []unstructured.Unstructured) {
	t.Helper()
	mapper := e.mapper(t, objects)
	for i := range objects {
		o := &objects[i]
		gvk := o.GroupVersionKind()
		mapping, err := mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
		if err != nil {
			t.Fatalf("%s %s: %v", gvk.Kind, o.GetName(), err)
		}
		var client dynamic.ResourceInterface = e.Dynamic.Resource(mapping.Resource)
		if o.GetNamespace() != "" {
			client = e.Dynamic.Resource(mapping.Resource).Namespace(o.GetNamespace())
		}
		options := metav1.ApplyOptions{FieldManager: "environment", Force: true}
		if _, err := client.Apply(t.Context(), o.GetName(), o, options); err != nil {
			t.Fatalf("applying %s %s: %v", gvk.Kind, o.GetName(), err)
		}
	}
}

func (e *Environment) awaitEstablished(t *testing.T, objects []unstructured.Unstructured) {
	t.Helper()
	names := definitions(objects)
	q := cluster.Query{GroupVersionResource: Definitions}
	cluster.Await(t, e.Cluster, q, "be established", func(all []status) bool {
		established := 0
		for i := range all {
			if slices.Contains(names, all[i].Name) && isEstablished(&all[i]) {
				established++
			}
		}
		return established == len(names)
	})
}

func definitions(objects []unstructured.Unstructured) []string {
	var names []string
	for i := range objects {
		if objects[i].GetKind() == definitionKind {
			names = append(names, objects[i].GetName())
		}
	}
	return names
}

// status is a definition without its schemas.
type status struct {
	metav1.ObjectMeta `json:"metadata"`

	Status apiextensionsv1.CustomResourceDefinitionStatus `json:"status"`
}

func isEstablished(crd *status) bool {
	return slices.ContainsFunc(crd.Status.Conditions, func(c apiextensionsv1.CustomResourceDefinitionCondition) bool {
		return c.Type == apiextensionsv1.Established && c.Status == apiextensionsv1.ConditionTrue
	})
}
