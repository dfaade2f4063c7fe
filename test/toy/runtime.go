/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package toy has the smallest possible runtime and build strategy. They prove that
// the core needs no change for a new plug-in: a test plugs them in and takes a
// Function to Ready on a real API server.
package toy

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Engine is the name by which a Function selects the Runtime.
const Engine v1beta2.HTTPEngine = "toy"

// Runtime records in ConfigMaps what a real runtime would run and route.
type Runtime struct{}

var _ runtime.Runtime = Runtime{}

var configMaps = child.Kind{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("ConfigMap")}

// Describe implements runtime.Runtime.
func (Runtime) Describe() runtime.Description {
	return runtime.Description{Name: string(Engine), AddToScheme: corev1.AddToScheme, Kinds: []child.Kind{configMaps}}
}

// Check implements runtime.Runtime.
func (Runtime) Check(*v1beta2.WorkloadSpec, *config.Config) []v1beta2.UnsupportedField { return nil }

// References implements runtime.Runtime.
func (Runtime) References(string, *v1beta2.WorkloadSpec) []runtime.Reference { return nil }

// Plan implements runtime.Runtime: a ConfigMap that names the image.
func (Runtime) Plan(in *runtime.Input) (*runtime.Plan, error) {
	return &runtime.Plan{Objects: []child.Object{{
		Resource: configMap(in.Serving.Namespace, in.Serving.Name, map[string]string{"image": in.Serving.Spec.Image}),
	}}}, nil
}

// Route implements runtime.Runtime: a ConfigMap that names the first revision, and an
// address derived from the name of the function.
func (Runtime) Route(in *runtime.RouteInput) (*runtime.Route, error) {
	fn := in.Function
	return &runtime.Route{
		Objects: []child.Object{{
			Resource: configMap(fn.Namespace, fn.Name, map[string]string{"revision": in.Targets[0].Serving}),
		}},
		Status: func([]child.Observation) runtime.RouteStatus {
			return runtime.RouteStatus{
				URL:     apis.HTTP(fn.Name + "." + fn.Namespace + ".toy.test"),
				Address: apis.HTTP(fn.Name + "." + fn.Namespace + ".svc.cluster.local"),
			}
		},
	}, nil
}

func configMap(namespace, name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Data: data}
}
