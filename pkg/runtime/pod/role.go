/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import "openfunction.dev/openfunction/pkg/funccontext"

// Role is what a pod of a Serving is for; the zero value is to answer requests.
type Role struct {
	// TakesEvents is set on a pod that events call and no request.
	TakesEvents bool
	// Sidecar is the pod's sidecar of Dapr, nil where there is none.
	Sidecar *Sidecar
}

// Sidecar is a container of Dapr beside the function.
type Sidecar struct {
	// Annotations ask for it.
	Annotations map[string]string
	// Events, Inputs, Outputs and States are the components that it has for the
	// function.
	Events, Inputs, Outputs, States []funccontext.Component
}
