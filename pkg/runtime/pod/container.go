/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/envvar"
)

// functionContainer returns the container of the function, and adds it if the template
// has none.
func functionContainer(spec *corev1.PodSpec) *corev1.Container {
	for i := range spec.Containers {
		if spec.Containers[i].Name == v1beta2.FunctionContainer {
			return &spec.Containers[i]
		}
	}
	spec.Containers = append(spec.Containers, corev1.Container{Name: v1beta2.FunctionContainer})
	return &spec.Containers[len(spec.Containers)-1]
}

func renderFunction(c *corev1.Container, s *v1beta2.Serving, ours []corev1.EnvVar) {
	c.Image = s.Spec.Image
	c.Ports = []corev1.ContainerPort{port(c.Ports, s.Spec.Port())}
	c.Env = merge(derivedEnv(s), c.Env, params(s.Spec.Params), ours)
}

// port returns the only port of the function. The template may set its name, for
// example h2c, from which runtimes derive the protocol.
func port(template []corev1.ContainerPort, number int32) corev1.ContainerPort {
	want := corev1.ContainerPort{ContainerPort: number, Protocol: corev1.ProtocolTCP}
	for _, p := range template {
		if p.ContainerPort == number {
			want.Name = p.Name
		}
	}
	return want
}

// params returns the variables sorted by name, because the order of a map is random.
func params(values map[string]string) []corev1.EnvVar {
	env := make([]corev1.EnvVar, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		env = append(env, corev1.EnvVar{Name: name, Value: envvar.Escape(values[name])})
	}
	return env
}

// merge joins the lists. Of several variables with the same name, it keeps the last
// one: some API servers reject duplicates, and readers disagree about which of them
// applies.
func merge(lists ...[]corev1.EnvVar) []corev1.EnvVar {
	all := slices.Concat(lists...)
	last := make(map[string]int, len(all))
	for i, v := range all {
		last[v.Name] = i
	}
	merged := make([]corev1.EnvVar, 0, len(last))
	for i, v := range all {
		if last[v.Name] == i {
			merged = append(merged, v)
		}
	}
	return merged
}
