/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Triggered is a Runtime whose versions are called by triggers of which each has
// a condition of its own.
type Triggered interface {
	// Triggers says of each event trigger of s what is so. Like Revision it
	// depends on its arguments alone.
	Triggers(ctx context.Context, s *v1beta2.Serving, seen Seen) []v1beta2.TriggerVerdict
}

// Seen is what was seen of a version as it runs.
type Seen struct {
	// Observations are those of the objects that Revision returned.
	Observations []child.Observation
	// Pods are its pods, with the label functions.ManagedLabelKey, newest first.
	Pods []*corev1.Pod
	// Sidecars are what the sidecars of Dapr in its pods say, by the UIDs of the
	// pods; one that has not been asked yet is missing.
	Sidecars map[types.UID]Sidecar
	// Complaints are the errors in the logs of those that ended, or that lack what
	// they should have, oldest first, each on one line and without passwords.
	Complaints map[types.UID][]string
	// Warnings are what its scaler complained of, newest first.
	Warnings []string
}

// Sidecar is what the sidecar of Dapr in a pod says of itself.
type Sidecar struct {
	// Silent is set where a sidecar that should answer does not, as where a
	// NetworkPolicy is in the way: nothing is known of it then, which is no fault.
	Silent bool
	// Components are the names of the components that it has loaded, sorted. A
	// sidecar answers only after it has tried to load all that there were at its
	// start.
	Components []string
}
