/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// Check implements runtime.Runtime.
func (Runtime) Check(spec *v1beta2.WorkloadSpec, _ *config.Config) []v1beta2.UnsupportedField {
	fields := v1beta2.UnsupportedFields(dapr.Check(spec))
	fields.Add("workloadType", spec.WorkloadType != "")
	if options := spec.ScaleOptions; options != nil {
		fields.Add("scaleOptions.knative", options.Knative != nil)
		fields.Add("scaleOptions.suspend", options.Suspend)
		if keda := options.Keda; keda != nil {
			fields.Add("scaleOptions.keda.scaledJob", keda.ScaledJob != nil)
			fields.Add("scaleOptions.keda.triggers", len(keda.Triggers) > 0)
			fields.Add("scaleOptions.keda.scaledObject.fallback", keda.ScaledObject != nil && keda.ScaledObject.Fallback != nil)
		}
	}
	return fields
}
