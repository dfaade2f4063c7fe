/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// makeServiceAccount returns the service account of a run whose builder image is
// private. The account that Shipwright would generate has only the push secret, and the
// node needs the pull secret. It has the name that Shipwright expects, and no token,
// because builds run the code of users.
func makeServiceAccount(b *v1beta2.Builder) *corev1.ServiceAccount {
	pull := b.Spec.BuilderCredentials.Name
	account := &corev1.ServiceAccount{
		ObjectMeta:                   makeObjectMeta(b),
		AutomountServiceAccountToken: new(false),
		ImagePullSecrets:             []corev1.LocalObjectReference{{Name: pull}},
		// The run image and the cache can be private like the builder image.
		Secrets: []corev1.ObjectReference{{Name: pull}},
	}
	if push := b.Spec.ImageCredentials; push != nil && push.Name != pull {
		account.Secrets = append(account.Secrets, corev1.ObjectReference{Name: push.Name})
	}
	return account
}
