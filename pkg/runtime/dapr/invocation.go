/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	configurationv1alpha1 "github.com/dapr/dapr/pkg/apis/configuration/v1alpha1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// deniesInvocation reports whether the sidecars of pods that handle events refuse calls of
// other sidecars. The function could not distinguish such a call from an event. Sidecars of
// pods that answer requests pass no calls to the function.
func (m *Model) deniesInvocation() bool {
	return m.serving.Annotations[functions.InvocationAnnotationKey] == functions.InvocationDenied &&
		m.serving.Spec.HasEvents() && m.NeedsSidecar()
}

func configurationName(s *v1beta2.Serving) string {
	return s.Name
}

// configuration returns the configuration of sidecars that refuse the calls of others, also
// if the cluster has no mutual TLS. Whatever it does not set is as without a configuration.
func (b *modelBuilder) configuration() *configurationv1alpha1.Configuration {
	return &configurationv1alpha1.Configuration{
		ObjectMeta: b.meta(configurationName(b.serving)),
		Spec: configurationv1alpha1.ConfigurationSpec{
			AccessControlSpec: &configurationv1alpha1.AccessControlSpec{DefaultAction: "deny"},
		},
	}
}
