/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"knative.dev/pkg/kmap"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Identity returns the labels of everything that runs s.
func Identity(s *v1beta2.Serving) map[string]string {
	return map[string]string{
		functions.FunctionLabelKey: functionName(s),
		functions.ServingLabelKey:  s.Name,
	}
}

// labels returns the labels of the pods: ours are written last.
func labels(s *v1beta2.Serving) map[string]string {
	ours := Identity(s)
	if s.Spec.Version != nil {
		ours[functions.VersionLabelKey] = *s.Spec.Version
	}
	return kmap.Union(kmap.Filter(s.Spec.Labels, functions.IsReservedKey), ours)
}

// annotations returns the annotations of the pods.
func annotations(s *v1beta2.Serving) map[string]string {
	return kmap.Filter(s.Spec.Annotations, functions.IsReservedKey)
}
