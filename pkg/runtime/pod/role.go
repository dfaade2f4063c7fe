/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import "openfunction.dev/openfunction/pkg/funccontext"

// Role is the purpose of a pod of a Serving. Pods with the zero value serve requests.
type Role struct {
	// TakesEvents is set for pods that handle events.
	TakesEvents bool
	// Sidecar is the Dapr sidecar of the pod, nil if it has none.
	Sidecar *Sidecar
}

// Sidecar is a container of Dapr in the pod of a function.
type Sidecar struct {
	// Annotations enable and configure the sidecar.
	Annotations map[string]string
	// Events, Inputs, Outputs and States are the components that the function uses.
	Events, Inputs, Outputs, States []funccontext.Component
}
