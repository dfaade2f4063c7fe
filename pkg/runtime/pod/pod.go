/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package pod renders the pod template of a Serving. Every runtime uses it, so one
// package decides what the pod of a function may contain.
package pod

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Template returns the pod template of a Serving, or an error that names the field that
// the features in ctx do not allow. env contains the variables of the runtime, which
// override all others. It must include POD_NAME; see NameEnv and NamedEnv.
func Template(ctx context.Context, s *v1beta2.Serving, role Role, env ...corev1.EnvVar) (*corev1.PodTemplateSpec, error) {
	ours, err := contextEnv(s, role)
	if err != nil {
		return nil, err
	}
	spec := &corev1.PodSpec{}
	if s.Spec.Template != nil {
		spec = s.Spec.Template.DeepCopy()
	}
	if err := checkFields(ctx, spec, s.Spec.WorkloadRuntime); err != nil {
		return nil, err
	}
	renderFunction(functionContainer(spec), s, append(ours, env...))
	spec.ImagePullSecrets = pullSecrets(spec.ImagePullSecrets, s.Spec.ImageCredentials)
	// Service links add variables for each Service of the namespace, which slow down
	// the start of a pod. Functions do not use them.
	if spec.EnableServiceLinks == nil {
		spec.EnableServiceLinks = new(false)
	}
	lendAccount(spec)
	secure(spec)

	template := &corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: labels(ctx, s), Annotations: annotations(ctx, s, role)},
		Spec:       *spec,
	}
	renderWasm(template, s)
	return template, checkPolicy(template)
}

// FunctionName returns the name of the Function that s belongs to, or the name of s if
// there is none. The owner reference takes precedence, because a user could set the label
// to any value. A Serving whose Function was deleted with --cascade=orphan has only the
// label.
func FunctionName(s *v1beta2.Serving) string {
	if owner := metav1.GetControllerOf(s); owner != nil {
		return owner.Name
	}
	if name := s.Labels[functions.FunctionLabelKey]; name != "" {
		return name
	}
	return s.Name
}

func pullSecrets(secrets []corev1.LocalObjectReference, credentials *corev1.LocalObjectReference) []corev1.LocalObjectReference {
	if credentials == nil || credentials.Name == "" {
		return secrets
	}
	for _, secret := range secrets {
		if secret.Name == credentials.Name {
			return secrets
		}
	}
	return append(secrets, *credentials)
}
