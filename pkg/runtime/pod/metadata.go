/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"context"

	"knative.dev/pkg/kmap"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Identity returns the labels of every object that runs s.
func Identity(s *v1beta2.Serving) map[string]string {
	return map[string]string{
		functions.FunctionLabelKey: FunctionName(s),
		functions.ServingLabelKey:  s.Name,
	}
}

// isForbidden returns a filter for the labels and annotations that pods must not have,
// because the spec may have been stored before a rule existed.
func isForbidden(ctx context.Context) func(key string) bool {
	features := config.FromContext(ctx).Features
	return func(key string) bool { return functions.IsReservedKey(key) || !features.PermitsKey(key) }
}

// labels returns the labels of the pods. The labels of the platform override those of
// the user.
func labels(ctx context.Context, s *v1beta2.Serving) map[string]string {
	ours := Identity(s)
	if s.Spec.Version != nil {
		ours[functions.VersionLabelKey] = *s.Spec.Version
	}
	return kmap.Union(kmap.Filter(s.Spec.Labels, isForbidden(ctx)), ours)
}

// annotations returns the annotations of the pods. Those that enable the sidecar
// override those of the user.
func annotations(ctx context.Context, s *v1beta2.Serving, role Role) map[string]string {
	own := kmap.Filter(s.Spec.Annotations, isForbidden(ctx))
	if role.Sidecar == nil {
		return own
	}
	return kmap.Union(own, role.Sidecar.Annotations)
}
