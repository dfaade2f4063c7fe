//go:build e2e || integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package api

import (
	"slices"
	"strings"
	"sync"
	"testing"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/test/cluster"
)

const (
	apiVersion = "core.openfunction.io/v1beta2"
	// plainSpec is a spec that admission accepts; its image does not have to exist.
	plainSpec = `{image: "registry.example.com/team/hello:v1", serving: {}}`
	builtSpec = `{image: "registry.example.com/team/hello:v1", builder: "registry.example.com/builder:v1", srcRepo: {url: "https://git.example.com/team/hello.git"}}`
)

// user is a user who writes manifests.
type user struct {
	dynamic.Interface

	namespace string
	mutex     sync.Mutex
	warnings  []string
}

// HandleWarningHeader implements rest.WarningHandler.
func (u *user) HandleWarningHeader(_ int, _, text string) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.warnings = append(u.warnings, text)
}

func newUser(t *testing.T, c *cluster.Cluster) *user {
	t.Helper()
	u := &user{namespace: c.Namespace(t)}
	config := rest.CopyConfig(c.Config)
	config.WarningHandler = u
	u.Interface = dynamic.NewForConfigOrDie(config)
	return u
}

func (u *user) resource(version, kind string) dynamic.ResourceInterface {
	gvr := cluster.Functions.GroupResource().WithVersion(version)
	gvr.Resource = strings.ToLower(kind) + "s"
	return u.Interface.Resource(gvr).Namespace(u.namespace)
}

// of returns the client for the kind in the storage version.
func (u *user) of(kind string) dynamic.ResourceInterface {
	return u.resource("v1beta2", kind)
}

func manifest(t *testing.T, kind, name, spec string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	text := "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec: " + spec
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}

// create creates an object from a manifest, with strict validation.
func (u *user) create(t *testing.T, kind, name, spec string) (*unstructured.Unstructured, error) {
	t.Helper()
	return u.of(kind).Create(t.Context(), manifest(t, kind, name, spec),
		metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
}

// mustCreate is like create, and fails the test if the manifest is rejected.
func (u *user) mustCreate(t *testing.T, kind, name, spec string) *unstructured.Unstructured {
	t.Helper()
	object, err := u.create(t, kind, name, spec)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// paths returns the fields in an error, sorted.
func paths(err error) []string {
	status, ok := err.(apierrs.APIStatus)
	if !ok || status.Status().Details == nil {
		return nil
	}
	var all []string
	for _, cause := range status.Status().Details.Causes {
		all = append(all, cause.Field)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// wantRefusal fails the test unless err is a rejection that contains all texts.
func wantRefusal(t *testing.T, err error, texts ...string) {
	t.Helper()
	wantError(t, err, apierrs.IsInvalid, texts...)
}

// wantError fails the test unless err is of a kind and contains all texts.
func wantError(t *testing.T, err error, isKind func(error) bool, texts ...string) {
	t.Helper()
	if !isKind(err) {
		t.Errorf("got %v, want another error, with %q", err, texts)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the answer %q lacks %q", err, text)
		}
	}
}
