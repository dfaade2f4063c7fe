/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

// part is what one runtime makes of a Serving: most have one, those that both
// requests and events call have two.
type part struct {
	plugin       runtime.Runtime
	objects      []child.Object
	observations []child.Observation
}

func translate(ctx context.Context, s *v1beta2.Serving, plugins []runtime.Runtime) ([]part, error) {
	parts := make([]part, 0, len(plugins))
	for _, plugin := range plugins {
		objects, err := plugin.Revision(ctx, s)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{plugin: plugin, objects: objects})
	}
	return parts, nil
}

// apply applies each part by itself: what one of them lacks does not hold up the
// other.
func (r *Reconciler) apply(ctx context.Context, s *v1beta2.Serving, parts []part) error {
	errs := make([]error, 0, len(parts))
	for i := range parts {
		var err error
		parts[i].observations, err = r.children.Apply(ctx, s, parts[i].objects)
		errs = append(errs, err)
	}
	return child.JoinErrors(errs...)
}

func objectsOf(parts []part) []child.Object {
	var objects []child.Object
	for _, p := range parts {
		objects = append(objects, p.objects...)
	}
	return objects
}

func observationsOf(parts []part) []child.Observation {
	var observations []child.Observation
	for _, p := range parts {
		observations = append(observations, p.observations...)
	}
	return observations
}
