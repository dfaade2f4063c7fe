/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package runtimetest contains tests of the requirements for every Runtime.
package runtimetest

import (
	"context"
	"slices"
	"testing"
	"time"

	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Subject is a Runtime under test.
type Subject struct {
	// Runtime is the runtime under test.
	Runtime runtime.Runtime
	// AddToScheme adds the kinds that the runtime creates.
	AddToScheme func(*k8sruntime.Scheme) error
	// Serving changes a Serving so that this runtime runs it; nil if it runs every
	// Serving without triggers.
	Serving func(*v1beta2.Serving)
	// More returns additional Servings for this runtime, each by the name of its golden
	// file; nil for none.
	More func() map[string]*v1beta2.Serving
	// Addressable is set if functions on this runtime have an address.
	Addressable bool
	// Admit applies the admission of the product to an object, if it can be called: it
	// sets defaults in place and returns the error of the validation.
	Admit func(context.Context, child.Object) error
}

// suite is a Subject with the data of its tests.
type suite struct {
	Subject
	scheme *k8sruntime.Scheme
}

// Run tests a Runtime. It compares the plans and routes with the files in testdata,
// which the flag -update writes.
func Run(t *testing.T, subject Subject) {
	t.Helper()
	s := &suite{Subject: subject, scheme: k8sruntime.NewScheme()}
	if err := subject.AddToScheme(s.scheme); err != nil {
		t.Fatal("AddToScheme() =", err)
	}
	t.Run("its name is a DNS label and what NamesFor answers", s.testName)
	t.Run("each of its kinds names its product", s.testKinds)
	t.Run("names derive from the Serving, and namespaces are its own", s.testRevisionNames)
	t.Run("every object of a revision reports RevisionReady or none", s.testRevisionReports)
	t.Run("a revision is the same each time and its input unchanged", s.testRevisionPure)
	t.Run("pods pass the Pod Security Standard restricted", s.testPodsRestricted)
	t.Run("templates that require more are refused", s.testPodsRefused)
	t.Run("an administrator decides on every feature", s.testFeatures)
	t.Run("tokens are of accounts that templates name", s.testTokens)
	t.Run("labels of ours are written last on pods", s.testPodLabels)
	t.Run("the image of every pod's function is the Serving's", s.testPodImage)
	t.Run("a function gets every variable of the contract", s.testPodEnv)
	t.Run("an address is one name for all splits", s.testRouteNames)
	t.Run("exactly one object reports RouteReady", s.testRouteReports)
	t.Run("a route is the same each time and its input unchanged", s.testRoutePure)
	t.Run("shares of traffic add up to 100", s.testRouteShares)
	t.Run("a route names every target", s.testRouteTargets)
	t.Run("a route answers at every host name", s.testRouteHostnames)
	t.Run("admission takes every object and rewrites nothing of it", s.testAdmitted)
	t.Run("objects are as in the golden files", s.testGolden)
}

func (s *suite) testName(t *testing.T) {
	name := s.Runtime.Describe().Name
	if problems := validation.IsDNS1123Label(name); len(problems) > 0 {
		t.Errorf("Name() = %q: %v", name, problems)
	}
	if got := runtime.NamesFor(&s.serving("hello").Spec.WorkloadSpec); !slices.Equal(got, []string{name}) {
		t.Errorf("NamesFor() = %q for a Serving of the runtime %q", got, name)
	}
}

func (s *suite) testKinds(t *testing.T) {
	made := make(map[string]bool)
	for _, kind := range s.Runtime.Describe().Kinds {
		made[kind.GroupVersionKind.String()] = true
		if !s.scheme.Recognizes(kind.GroupVersionKind) {
			t.Errorf("%v is not in the scheme", kind.GroupVersionKind)
		}
		if (kind.Product == "") != (kind.InstallHint == "") {
			t.Errorf("%v has a product or an install hint without the other", kind.GroupVersionKind)
		}
	}
	for _, object := range s.everything(t) {
		if gvk := s.kindOf(t, object); !made[gvk.String()] {
			t.Errorf("Kinds() misses %v", gvk)
		}
	}
}

// everything returns all objects of all plans and routes.
func (s *suite) everything(t *testing.T) []child.Object {
	t.Helper()
	objects := make([]child.Object, 0, len(s.servings())+len(splits()))
	for _, serving := range s.servings() {
		objects = append(objects, s.revision(t, serving)...)
	}
	for _, targets := range splits() {
		objects = append(objects, s.route(t, targets)...)
	}
	return append(objects, s.hostRoute(t)...)
}

func (s *suite) revision(t *testing.T, serving *v1beta2.Serving) []child.Object {
	t.Helper()
	objects, err := Objects(context.Background(), s.Runtime, serving)
	if err != nil {
		t.Fatal("Plan() =", err)
	}
	return objects
}

func (s *suite) route(t *testing.T, targets []runtime.Target) []child.Object {
	t.Helper()
	objects, err := routeObjects(context.Background(), s.Runtime, s.function(), targets)
	if err != nil {
		t.Fatal("Route() =", err)
	}
	return objects
}

// Input returns the input of a revision without references, pods and peers. The
// settings are those in ctx.
func Input(ctx context.Context, s *v1beta2.Serving) *runtime.Input {
	return &runtime.Input{Serving: s, Config: config.FromContext(ctx), Now: time.Unix(1_800_000_000, 0)}
}

// Objects returns the objects of the plan of a revision; see Input.
func Objects(ctx context.Context, r runtime.Runtime, s *v1beta2.Serving) ([]child.Object, error) {
	plan, err := r.Plan(Input(ctx, s))
	if err != nil {
		return nil, err
	}
	return plan.Objects, nil
}

func routeObjects(ctx context.Context, r runtime.Runtime, fn *v1beta2.Function, targets []runtime.Target) ([]child.Object, error) {
	route, err := r.Route(&runtime.RouteInput{Function: fn, Config: config.FromContext(ctx), Targets: targets})
	if err != nil {
		return nil, err
	}
	return slices.Concat(route.Objects, route.Hosts), nil
}
