/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// Check implements runtime.Runtime.
func (Runtime) Check(spec *v1beta2.WorkloadSpec, _ *config.Config) []v1beta2.UnsupportedField {
	fields := v1beta2.UnsupportedFields(dapr.Check(spec))
	fields.Add("triggers.http", spec.Triggers != nil && spec.Triggers.HTTP != nil)
	for i := range spec.Traffic {
		fields.Add(fmt.Sprintf("traffic[%d].tag", i), spec.Traffic[i].Tag != "")
	}
	fields.Add("rollout.keepWarm", spec.Rollout != nil && spec.Rollout.KeepWarm)
	if options := spec.ScaleOptions; options != nil {
		fields.Add("scaleOptions.knative", options.Knative != nil)
		fields.Add("scaleOptions.keda.httpScaledObject", options.Keda != nil && options.Keda.HTTPScaledObject != nil)
	}
	return fields
}
