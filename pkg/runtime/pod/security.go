/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	corev1 "k8s.io/api/core/v1"

	"openfunction.dev/openfunction/pkg/apis/podspec"
)

// lendAccount gives a pod the token of the service account in its template, unless the
// template disables that. Without a service account in the template, the pod gets no
// token.
func lendAccount(spec *corev1.PodSpec) {
	spec.ServiceAccountName, _ = podspec.ServiceAccount(spec)
	spec.DeprecatedServiceAccount = ""
	if spec.ServiceAccountName == "" {
		spec.AutomountServiceAccountToken = new(false)
	}
}

// secure sets what the Pod Security Standard "restricted" requires and the template
// does not set. It sets it on every container, because Knative rejects it on the pod by
// default. It does not change other values; checkPolicy reports them to the author.
func secure(spec *corev1.PodSpec) {
	for i := range spec.InitContainers {
		secureContainer(&spec.InitContainers[i])
	}
	for i := range spec.Containers {
		secureContainer(&spec.Containers[i])
	}
}

func secureContainer(c *corev1.Container) {
	if c.SecurityContext == nil {
		c.SecurityContext = &corev1.SecurityContext{}
	}
	sc := c.SecurityContext
	if sc.AllowPrivilegeEscalation == nil {
		sc.AllowPrivilegeEscalation = new(false)
	}
	if sc.RunAsNonRoot == nil {
		sc.RunAsNonRoot = new(true)
	}
	if sc.SeccompProfile == nil {
		sc.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}
	}
	if sc.Capabilities == nil {
		sc.Capabilities = &corev1.Capabilities{}
	}
	sc.Capabilities.Drop = []corev1.Capability{"ALL"}
}
