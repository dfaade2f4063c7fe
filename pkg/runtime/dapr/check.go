/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Check returns the fields that have no effect on the Dapr objects and the sidecars of a
// function, with any runtime.
func Check(spec *v1beta2.WorkloadSpec) []v1beta2.UnsupportedField {
	var fields v1beta2.UnsupportedFields
	// Events need a sidecar; if nothing else calls the function, all pods have one.
	alwaysInjected := spec.HasDaprEvents() && !spec.HasRequests()
	for _, key := range slices.Sorted(maps.Keys(spec.Annotations)) {
		fields.Add(fielderror.KeyPath("annotations", key), isIgnored(key) || key == functions.EnableDaprAnnotationKey && alwaysInjected)
	}
	for path, components := range map[string]map[string]*v1beta2.DaprComponent{"bindings": spec.Bindings, "pubsub": spec.Pubsub} {
		for name, c := range components {
			fields.Add(fielderror.KeyPath(path, name)+".ignoreErrors", c != nil && c.IgnoreErrors && onlyTriggers(spec, name))
		}
	}
	if spec.Triggers == nil {
		return fields
	}
	for i, trigger := range spec.Triggers.Dapr {
		if trigger != nil {
			fields.AddAll(fmt.Sprintf("triggers.dapr[%d].retry.", i), checkRetry(trigger.Retry))
		}
	}
	return fields
}

// isIgnored reports whether an annotation of Dapr is not passed on to the sidecar, so
// that it has no effect.
func isIgnored(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return domain == functions.DaprDomain && !functions.IsDaprSetting(key) || key == functions.DaprServiceModeAnnotationKey
}

// onlyTriggers reports whether events come from a component and the function does not
// call it. The errors of such a component are ignored in any case.
func onlyTriggers(spec *v1beta2.WorkloadSpec, component string) bool {
	return slices.ContainsFunc(spec.EventTriggers(), func(t v1beta2.EventTrigger) bool { return t.Component == component }) &&
		!slices.ContainsFunc(spec.Outputs, func(o *v1beta2.Output) bool {
			return o != nil && o.Dapr != nil && o.Dapr.DaprComponentRef != nil && o.Dapr.Name == component
		})
}

// checkRetry returns the fields that belong to the other policy.
func checkRetry(r *v1beta2.RetryPolicy) []v1beta2.UnsupportedField {
	var fields v1beta2.UnsupportedFields
	if r == nil {
		return nil
	}
	if r.EffectivePolicy() == v1beta2.RetryPolicyConstant {
		fields.Add("maxInterval", r.MaxInterval != nil)
	} else {
		fields.Add("interval", r.Interval != nil)
	}
	return fields
}
