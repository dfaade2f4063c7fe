/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// makeServiceAccount returns the service account of the run. It has the name that
// Shipwright's generated account would have, and no token, because builds run the code
// of users. Shipwright would use a foreign account of that name, with its token, and
// delete it at the end of the run. So ours must exist before the run is created.
//
// The node needs the secret of a private builder image, which Shipwright does not add.
func makeServiceAccount(b *v1beta2.Builder) *corev1.ServiceAccount {
	account := &corev1.ServiceAccount{
		ObjectMeta:                   makeObjectMeta(b),
		AutomountServiceAccountToken: new(false),
	}
	pull, push := b.Spec.BuilderCredentials, b.Spec.ImageCredentials
	if pull != nil {
		account.ImagePullSecrets = []corev1.LocalObjectReference{*pull}
		// The run image and the cache can be private like the builder image.
		account.Secrets = []corev1.ObjectReference{{Name: pull.Name}}
	}
	if push != nil && (pull == nil || push.Name != pull.Name) {
		account.Secrets = append(account.Secrets, corev1.ObjectReference{Name: push.Name})
	}
	return account
}
