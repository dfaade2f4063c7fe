/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtimetest

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

const (
	namespace    = "team"
	functionName = "hello"
	image        = "registry.example.com/team/hello@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
)

func (s *suite) function() *v1beta2.Function {
	return &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: functionName, UID: "a-function"},
		Spec:       v1beta2.FunctionSpec{Image: "registry.example.com/team/hello", Serving: &s.serving("hello").Spec.WorkloadSpec},
	}
}

func (s *suite) serving(name string, options ...func(*v1beta2.ServingSpec)) *v1beta2.Serving {
	serving := s.owned(&v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Name: name}})
	if s.Serving != nil {
		s.Serving(serving)
	}
	for _, option := range options {
		option(&serving.Spec)
	}
	return serving
}

// owned makes the function of the suite the owner of a Serving.
func (s *suite) owned(serving *v1beta2.Serving) *v1beta2.Serving {
	serving.Namespace, serving.UID = namespace, "a-serving"
	serving.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: v1beta2.SchemeGroupVersion.String(),
		Kind:       "Function",
		Name:       functionName,
		UID:        "a-function",
		Controller: new(true),
	}}
	serving.Spec.Image = image
	return serving
}

// servings returns the Servings to plan, each by the name of its golden file. Every
// call returns new maps, whose order differs.
func (s *suite) servings() map[string]*v1beta2.Serving {
	servings := map[string]*v1beta2.Serving{
		"minimal":  s.serving("hello-5fca1b20d9"),
		"maps":     s.serving("hello-6b1f0c2e7a", withMaps),
		"scaled":   s.serving("hello-7c20d9a1b3", withScale),
		"template": s.serving("hello-8d31ea0c55", withTemplate),
		"traced":   s.serving("hello-9e40fb1d66", withTracing),
		"wasm":     s.serving("hello-a051cc2e77", withWasm),
	}
	if s.More != nil {
		for name, serving := range s.More() {
			servings[name] = s.owned(serving)
		}
	}
	return servings
}

func withMaps(spec *v1beta2.ServingSpec) {
	spec.Version = new("v1.2")
	spec.Params = numbered("PARAM_%d")
	spec.Labels = numbered("team/label-%d")
	spec.Annotations = numbered("team/annotation-%d")
}

func numbered(format string) map[string]string {
	entries := make(map[string]string)
	for i := range 20 {
		entries[fmt.Sprintf(format, i)] = fmt.Sprintf("value-%d", i)
	}
	return entries
}

func withScale(spec *v1beta2.ServingSpec) {
	spec.ScaleOptions = &v1beta2.ScaleOptions{MinReplicas: ptr.To[int32](1), MaxReplicas: ptr.To[int32](5)}
	spec.Timeout = &metav1.Duration{Duration: 20 * time.Minute}
}

func withTracing(spec *v1beta2.ServingSpec) {
	spec.Version = new("v1")
	spec.Hooks = &v1beta2.Hooks{Pre: []string{"authenticate", "count"}, Post: []string{"count"}}
	spec.Tracing = &v1beta2.TracingConfig{
		Enabled: true,
		Provider: &v1beta2.TracingProvider{Name: "opentelemetry", Exporter: &v1beta2.TracingExporter{
			Name: "otlp", Endpoint: "http://collector.tracing:4317", Headers: "tenant=a", Timeout: "10s",
		}},
		Tags: map[string]string{"layer": "faas", "team": "a"},
	}
}

func withWasm(spec *v1beta2.ServingSpec) {
	spec.WorkloadRuntime = "wasmedge"
	spec.Template = &corev1.PodSpec{Containers: []corev1.Container{{
		Name: v1beta2.FunctionContainer,
		ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{
			Exec: &corev1.ExecAction{Command: []string{"/bin/ready"}},
		}},
	}}}
}

func withTemplate(spec *v1beta2.ServingSpec) {
	spec.ImageCredentials = &corev1.LocalObjectReference{Name: "pull"}
	spec.Template = &corev1.PodSpec{
		Containers: []corev1.Container{{
			Name:  "helper",
			Image: "registry.example.com/team/helper:v1",
		}, {
			Name:         v1beta2.FunctionContainer,
			Env:          []corev1.EnvVar{{Name: "FROM", Value: "template"}},
			VolumeMounts: []corev1.VolumeMount{{Name: "scratch", MountPath: "/scratch"}},
			Resources: corev1.ResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("0.1")},
				Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Mi")},
			},
			SecurityContext: &corev1.SecurityContext{RunAsUser: ptr.To[int64](1000)},
		}},
		Volumes: []corev1.Volume{{
			Name:         "scratch",
			VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
		}},
	}
}

// splits returns the traffic splits to route, each by the name of its golden file.
func splits() map[string][]runtime.Target {
	return map[string][]runtime.Target{
		"route-one": {{Serving: "hello-5fca1b20d9", Percent: 100, Tag: "r5fca1b20d9"}},
		"route-kept": {
			{Serving: "hello-6b1f0c2e7a", Percent: 100, Tag: "r6b1f0c2e7a"},
			{Serving: "hello-5fca1b20d9", Percent: 0, Tag: "r5fca1b20d9"},
		},
		"route-split": {
			{Serving: "hello-6b1f0c2e7a", Percent: 90, Tag: "r6b1f0c2e7a"},
			{Serving: "hello-5fca1b20d9", Percent: 10},
		},
	}
}
