/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// renderWasm adapts the pod of a WebAssembly module.
func renderWasm(template *corev1.PodTemplateSpec, s *v1beta2.Serving) {
	if !s.Spec.WorkloadRuntime.IsWasm() {
		return
	}
	if template.Annotations[v1beta2.WasmVariantAnnotation] == "" {
		template.Annotations[v1beta2.WasmVariantAnnotation] = v1beta2.WasmVariant
	}
	if template.Spec.RuntimeClassName == nil {
		template.Spec.RuntimeClassName = new(v1beta2.WasmRuntimeClass)
	}
	relaxProbes(functionContainer(&template.Spec))
}

// relaxProbes removes probes and hooks that run a program in the container. A module
// contains no other program, so they would fail.
func relaxProbes(c *corev1.Container) {
	for _, probe := range []**corev1.Probe{&c.LivenessProbe, &c.ReadinessProbe, &c.StartupProbe} {
		if *probe != nil && (*probe).Exec != nil {
			*probe = nil
		}
	}
	if c.Lifecycle == nil {
		return
	}
	for _, handler := range []**corev1.LifecycleHandler{&c.Lifecycle.PostStart, &c.Lifecycle.PreStop} {
		if *handler != nil && (*handler).Exec != nil {
			*handler = nil
		}
	}
}
