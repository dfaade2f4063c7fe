/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/owned"
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
	Observations []owned.Observation
	// Pods are its pods, with the label functions.ManagedLabelKey, newest first.
	Pods []*corev1.Pod
	// Warnings are what its scaler complained of, newest first.
	Warnings []string
}
