/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Components are the Dapr components in the namespace that a Serving names and does not
// define, by name. A component that does not exist is not in the map.
type Components map[string]Component

// Component is a Dapr component in the namespace, with fields that the spec of a
// Function does not have.
type Component struct {
	v1beta2.DaprComponent

	// Scopes are the app-ids that may load the component; empty for all.
	Scopes []string
	// SecretStore is the secret store of the component; empty for Secrets of the
	// namespace.
	SecretStore string
	// Unknown is the reason why the component could not be read, nil if it was. Its
	// status is False if a user or an administrator has to act.
	Unknown *apis.Condition
}
