/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestTemplateOfWebAssembly(t *testing.T) {
	ran := func() *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"/bin/true"}}}}
	}
	tcpProbe := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(8080)}}}
	s := serving(template(corev1.PodSpec{Containers: []corev1.Container{
		{Name: "helper", Image: "registry.example.com/helper:v1", LivenessProbe: ran()},
		{
			Name: "function", LivenessProbe: ran(), StartupProbe: ran(), ReadinessProbe: tcpProbe,
			Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: ran().Exec}},
		},
	}}))
	s.Spec.WorkloadRuntime = v1beta2.WorkloadRuntimeWasmEdge
	got, err := Template(t.Context(), s, Role{})
	if err != nil {
		t.Fatal("Template() =", err)
	}
	if class := ptr.Deref(got.Spec.RuntimeClassName, ""); class != "openfunction-crun" {
		t.Errorf("runtimeClassName = %q, want openfunction-crun", class)
	}
	if variant := got.Annotations["module.wasm.image/variant"]; variant != "compat-smart" {
		t.Errorf("variant = %q, want compat-smart", variant)
	}
	helper, function := got.Spec.Containers[0], got.Spec.Containers[1]
	if function.LivenessProbe != nil || function.StartupProbe != nil || function.Lifecycle.PreStop != nil {
		t.Error("a program is run inside of a module")
	}
	if function.ReadinessProbe == nil {
		t.Error("the probe of the port is removed")
	}
	if helper.LivenessProbe == nil {
		t.Error("the probe of the container beside the module is gone")
	}
}

// The settings of the author are kept if the administrator allows them.
func TestTemplateOfWebAssemblyKeepsWhatItsAuthorSays(t *testing.T) {
	c := config.FromContext(context.Background())
	c.Features.Flags[config.RuntimeClassName] = config.Allowed
	s := serving(template(corev1.PodSpec{RuntimeClassName: new("wasmtime")}))
	s.Spec.WorkloadRuntime = "wasmedge"
	s.Spec.Annotations = map[string]string{"module.wasm.image/variant": "compat"}
	got, err := Template(config.ToContext(t.Context(), c), s, Role{})
	if err != nil {
		t.Fatal("Template() =", err)
	}
	if class := ptr.Deref(got.Spec.RuntimeClassName, ""); class != "wasmtime" {
		t.Errorf("runtimeClassName = %q, want wasmtime", class)
	}
	if variant := got.Annotations["module.wasm.image/variant"]; variant != "compat" {
		t.Errorf("variant = %q, want compat", variant)
	}
}
