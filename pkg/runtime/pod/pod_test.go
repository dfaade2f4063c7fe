/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const digest = "registry.example.com/team/hello@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"

func serving(options ...func(*v1beta2.ServingSpec)) *v1beta2.Serving {
	s := &v1beta2.Serving{
		ObjectMeta: metav1.ObjectMeta{
			Name:      "hello-5fca1b20d9",
			Namespace: "team",
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "core.openfunction.io/v1beta2",
				Kind:       "Function",
				Name:       "hello",
				UID:        "5f1e",
				Controller: new(true),
			}},
		},
		Spec: v1beta2.ServingSpec{Version: new("v1"), Image: digest},
	}
	for _, option := range options {
		option(&s.Spec)
	}
	return s
}

// orphan returns s without its owner.
func orphan(s *v1beta2.Serving) *v1beta2.Serving {
	s.OwnerReferences, s.Labels = nil, map[string]string{functions.FunctionLabelKey: "hello"}
	return s
}

func template(spec corev1.PodSpec) func(*v1beta2.ServingSpec) {
	return func(s *v1beta2.ServingSpec) { s.Template = &spec }
}

// protocolVar comes first and contextVars come last in every function.
var protocolVar = corev1.EnvVar{Name: "APP_PROTOCOL", Value: "grpc"}

func contextVars(name, version string, port int) []corev1.EnvVar {
	return []corev1.EnvVar{
		{Name: "FUNC_CONTEXT", Value: fmt.Sprintf(`{"name":%q,"version":%q,"runtime":"Knative","port":"%d"}`, name, version, port)},
		{Name: "FUNC_CONTEXT_V1BETA2", Value: fmt.Sprintf(`{"name":%q,"version":%q,"triggers":{"http":{"port":%d}}}`, name, version, port)},
		{Name: "POD_NAMESPACE", Value: "team"},
	}
}

// env returns the environment of serving(), with the given variables between those of
// the platform.
func env(between ...corev1.EnvVar) []corev1.EnvVar {
	return slices.Concat([]corev1.EnvVar{protocolVar}, between, contextVars("hello", "v1", 8080))
}

func hardened() *corev1.SecurityContext {
	return &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false),
		RunAsNonRoot:             new(true),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
}

// rendered returns the expected template of serving() without options.
func rendered(options ...func(*corev1.PodTemplateSpec)) *corev1.PodTemplateSpec {
	want := &corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels: map[string]string{
				"openfunction.io/function":  "hello",
				"openfunction.io/serving":   "hello-5fca1b20d9",
				"app.kubernetes.io/version": "v1",
			},
			Annotations: map[string]string{},
		},
		Spec: corev1.PodSpec{
			AutomountServiceAccountToken: new(false),
			EnableServiceLinks:           new(false),
			Containers: []corev1.Container{{
				Name:            "function",
				Image:           digest,
				Ports:           []corev1.ContainerPort{{ContainerPort: 8080, Protocol: corev1.ProtocolTCP}},
				Env:             env(),
				SecurityContext: hardened(),
			}},
		},
	}
	for _, option := range options {
		option(want)
	}
	return want
}

func TestTemplate(t *testing.T) {
	for name, tc := range map[string]struct {
		serving *v1beta2.Serving
		ours    []corev1.EnvVar
		want    *corev1.PodTemplateSpec
	}{
		"an image alone": {
			serving: serving(),
			want:    rendered(),
		},
		// A deletion of the Function with --cascade=orphan leaves the label.
		"the owner is gone": {
			serving: orphan(serving()),
			want:    rendered(),
		},
		"image credentials are added once": {
			serving: serving(func(s *v1beta2.ServingSpec) {
				s.ImageCredentials = &corev1.LocalObjectReference{Name: "pull"}
				s.Template = &corev1.PodSpec{ImagePullSecrets: []corev1.LocalObjectReference{{Name: "pull"}, {Name: "more"}}}
			}),
			want: rendered(func(want *corev1.PodTemplateSpec) {
				want.Spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: "pull"}, {Name: "more"}}
			}),
		},
		"the port of the trigger, by the name of the template": {
			serving: serving(func(s *v1beta2.ServingSpec) {
				s.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Port: ptr.To[int32](9000)}}
				s.Template = &corev1.PodSpec{Containers: []corev1.Container{{
					Name:  "function",
					Ports: []corev1.ContainerPort{{Name: "admin", ContainerPort: 7000}, {Name: "h2c", ContainerPort: 9000}},
				}}}
			}),
			want: rendered(func(want *corev1.PodTemplateSpec) {
				c := &want.Spec.Containers[0]
				c.Ports = []corev1.ContainerPort{{Name: "h2c", ContainerPort: 9000, Protocol: corev1.ProtocolTCP}}
				c.Env = append([]corev1.EnvVar{protocolVar}, contextVars("hello", "v1", 9000)...)
			}),
		},
		"env: the template's, then params by name, then ours; the last of a name stays": {
			serving: serving(func(s *v1beta2.ServingSpec) {
				s.Params = map[string]string{"B": "param", "C": "param", "A": "param"}
				s.Template = &corev1.PodSpec{Containers: []corev1.Container{{
					Name: "function",
					Env: []corev1.EnvVar{
						{Name: "B", Value: "template"},
						{Name: "FUNC_CONTEXT", Value: "template"},
						{Name: "Z", Value: "$(HOME)"},
						{Name: "RUNTIME", Value: "template"},
					},
				}}}
			}),
			ours: []corev1.EnvVar{{Name: "RUNTIME", Value: "ours"}},
			want: rendered(func(want *corev1.PodTemplateSpec) {
				want.Spec.Containers[0].Env = append(env(
					corev1.EnvVar{Name: "Z", Value: "$(HOME)"},
					corev1.EnvVar{Name: "A", Value: "param"},
					corev1.EnvVar{Name: "B", Value: "param"},
					corev1.EnvVar{Name: "C", Value: "param"},
				), corev1.EnvVar{Name: "RUNTIME", Value: "ours"})
			}),
		},
		"params are values and no expressions": {
			serving: serving(func(s *v1beta2.ServingSpec) {
				s.Params = map[string]string{"A": "$(FUNC_CONTEXT) $$ '\"=# \n"}
			}),
			want: rendered(func(want *corev1.PodTemplateSpec) {
				want.Spec.Containers[0].Env = env(corev1.EnvVar{Name: "A", Value: "$$(FUNC_CONTEXT) $$$$ '\"=# \n"})
			}),
		},
		"labels and annotations: reserved ones are dropped, ours are written last": {
			serving: serving(func(s *v1beta2.ServingSpec) {
				s.Labels = map[string]string{
					"team":                              "a",
					"openfunction.io/serving":           "other",
					"openfunction.io/x":                 "x",
					"app.kubernetes.io/version":         "v0",
					"serving.knative.dev/configuration": "other",
				}
				s.Annotations = map[string]string{
					"autoscaling.knative.dev/target": "10",
					"dapr.io/app-id":                 "other",
					"openfunction.io/enable-dapr":    "true",
				}
			}),
			want: rendered(func(want *corev1.PodTemplateSpec) {
				want.Labels["team"] = "a"
				want.Annotations["autoscaling.knative.dev/target"] = "10"
			}),
		},
		"what the template may set stays": {
			serving: serving(template(corev1.PodSpec{
				Containers: []corev1.Container{{
					Name:  "helper",
					Image: "registry.example.com/helper:v1",
				}, {
					Name:  "function",
					Image: "registry.example.com/other:v1",
					Resources: corev1.ResourceRequirements{
						Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Mi")},
					},
					SecurityContext: &corev1.SecurityContext{
						RunAsUser:              ptr.To[int64](1000),
						ReadOnlyRootFilesystem: new(true),
						Capabilities:           &corev1.Capabilities{Add: []corev1.Capability{"NET_BIND_SERVICE"}},
					},
				}},
				EnableServiceLinks: new(true),
				NodeSelector:       map[string]string{"disk": "fast"},
			})),
			want: rendered(func(want *corev1.PodTemplateSpec) {
				function := want.Spec.Containers[0]
				function.Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Mi")}
				function.SecurityContext.RunAsUser = ptr.To[int64](1000)
				function.SecurityContext.ReadOnlyRootFilesystem = new(true)
				function.SecurityContext.Capabilities.Add = []corev1.Capability{"NET_BIND_SERVICE"}
				want.Spec.Containers = []corev1.Container{
					{Name: "helper", Image: "registry.example.com/helper:v1", SecurityContext: hardened()},
					function,
				}
				want.Spec.EnableServiceLinks = new(true)
				want.Spec.NodeSelector = map[string]string{"disk": "fast"}
			}),
		},
		"a Serving that no Function owns": {
			serving: func() *v1beta2.Serving {
				s := serving()
				s.OwnerReferences, s.Spec.Version = nil, nil
				return s
			}(),
			want: rendered(func(want *corev1.PodTemplateSpec) {
				want.Labels = map[string]string{
					"openfunction.io/function": "hello-5fca1b20d9",
					"openfunction.io/serving":  "hello-5fca1b20d9",
				}
				want.Spec.Containers[0].Env = append([]corev1.EnvVar{protocolVar}, contextVars("hello-5fca1b20d9", "", 8080)...)
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := tc.serving.DeepCopy()
			got, err := Template(t.Context(), tc.serving, Role{}, tc.ours...)
			if err != nil {
				t.Fatal("Template() =", err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error("Template() (-want, +got):", diff)
			}
			if diff := cmp.Diff(before, tc.serving); diff != "" {
				t.Error("Template() changed the Serving (-before, +after):", diff)
			}
		})
	}
}
