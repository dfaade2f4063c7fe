/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import "openfunction.dev/openfunction/pkg/runtime/pod"

// RequestsRole returns the role of pods that serve requests. They have a sidecar if the
// function sends to components or keeps state.
func (m *Model) RequestsRole() pod.Role {
	annotations := m.Annotations(Requests)
	if annotations == nil {
		return pod.Role{}
	}
	return pod.Role{Sidecar: &pod.Sidecar{
		Annotations: annotations,
		Inputs:      m.Inputs,
		Outputs:     m.Outputs,
		States:      m.States,
	}}
}
