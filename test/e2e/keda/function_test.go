//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
)

// echo is a function that runs the image. It goes to zero pods five seconds after its
// last request.
func echo(t *testing.T, namespace, name string, options ...func(*v1beta2.FunctionSpec)) *v1beta2.Function {
	t.Helper()
	fn := &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1beta2.FunctionSpec{
			Image: cluster.EchoImage(t),
			Serving: &v1beta2.WorkloadSpec{
				Triggers:     &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{}},
				ScaleOptions: &v1beta2.ScaleOptions{},
			},
		},
	}
	engine(v1beta2.HTTPEngineKeda)(&fn.Spec)
	for _, option := range options {
		option(&fn.Spec)
	}
	return fn
}

// engine selects the engine, with an option that makes it go to zero soon.
func engine(name v1beta2.HTTPEngine) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) {
		spec.Serving.Triggers.HTTP.Engine = &name
		spec.Serving.ScaleOptions.Keda, spec.Serving.ScaleOptions.Knative = nil, nil
		if name == v1beta2.HTTPEngineKeda {
			spec.Serving.ScaleOptions.Keda = &v1beta2.KedaScaleOptions{
				HTTPScaledObject: &v1beta2.KedaHTTPScaledObject{CooldownPeriod: ptr.To[int32](5)},
			}
			return
		}
		spec.Serving.ScaleOptions.Knative = &map[string]string{"autoscaling.knative.dev/window": "6s"}
	}
}

func param(name, value string) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) { spec.Serving.Params = map[string]string{name: value} }
}

func route(route v1beta2.RouteSpec) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) { spec.Serving.Triggers.HTTP.Route = &route }
}

// portNamed names the port of the function.
func portNamed(name string) func(*v1beta2.FunctionSpec) {
	return func(spec *v1beta2.FunctionSpec) {
		spec.Serving.Template = &corev1.PodSpec{Containers: []corev1.Container{{
			Name: v1beta2.FunctionContainer, Ports: []corev1.ContainerPort{{Name: name, ContainerPort: 8080}},
		}}}
	}
}

// pods selects the pods of a function.
func pods(fn *v1beta2.Function) cluster.Query {
	return cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: fn.Namespace, Labels: functions.FunctionLabelKey + "=" + fn.Name,
	}
}
