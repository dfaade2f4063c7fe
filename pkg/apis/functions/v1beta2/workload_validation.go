/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"
)

// workload is what the object around a WorkloadSpec says about the pods.
type workload struct {
	runtime WorkloadRuntime
	// ownsImage tells whether the template may repeat an image.
	ownsImage func(image string) bool
	// appID is the app ID that the platform gives the sidecar; empty if not known.
	appID string
}

func (ws *WorkloadSpec) validate(ctx context.Context, w workload) *apis.FieldError {
	var errs *apis.FieldError
	if ws.Triggers != nil {
		errs = errs.Also(ws.Triggers.Validate(ctx).ViaField("triggers"))
	}
	errs = errs.Also(ws.validateComponents(), ws.validateKinds(ctx), ws.validatePods(ctx, w))
	if ws.Timeout != nil && ws.Timeout.Duration <= 0 {
		errs = errs.Also(invalid(ws.Timeout.Duration, "timeout", "must be above zero"))
	}
	if ws.Hooks != nil {
		errs = errs.Also(ws.Hooks.validate().ViaField("hooks"))
	}
	if ws.Tracing != nil {
		errs = errs.Also(ws.Tracing.validate(ctx).ViaField("tracing"))
	}
	return errs
}

func (ws *WorkloadSpec) validateComponents() *apis.FieldError {
	outputs, errs := first(ws.Outputs, "outputs", maxItems)
	for i, output := range outputs {
		errs = errs.Also(output.validate().ViaFieldIndex("outputs", i))
	}
	return errs.Also(
		validateComponents(ws.Bindings, "bindings", bindingsPrefix),
		validateComponents(ws.Pubsub, "pubsub", pubsubPrefix),
		validateStates(ws.States, "states"),
	)
}

const whyNoScheduledJob = "a schedule calls pods that wait for it, which those of a Job do not: use " +
	WorkloadTypeDeployment + " or " + WorkloadTypeStatefulSet

// validateKinds checks what scales the function and what is scaled.
func (ws *WorkloadSpec) validateKinds(ctx context.Context) *apis.FieldError {
	var errs *apis.FieldError
	if ws.WorkloadType != "" {
		errs = errs.Also(oneOf(ws.WorkloadType, "workloadType", WorkloadTypeDeployment, WorkloadTypeStatefulSet, WorkloadTypeJob))
	}
	if engine := ws.engine(); ws.WorkloadType == WorkloadTypeJob && engine != "" {
		errs = errs.Also(forbidden("workloadType", fmt.Sprintf("the engine %s answers requests, which a Job cannot", engine)))
	}
	if ws.WorkloadType == WorkloadTypeJob && ws.Triggers != nil && len(ws.Triggers.Cron) > 0 {
		errs = errs.Also(forbidden("workloadType", whyNoScheduledJob))
	}
	if ws.ScaleOptions == nil {
		return errs
	}
	errs = errs.Also(ws.ScaleOptions.Validate(ctx).ViaField("scaleOptions"))
	if ws.ScaleOptions.Keda != nil {
		errs = errs.Also(ws.ScaleOptions.Keda.validateWorkload(ws).ViaField("scaleOptions", "keda"))
	}
	return errs
}

// validatePods checks what the function's pods look like.
func (ws *WorkloadSpec) validatePods(ctx context.Context, w workload) *apis.FieldError {
	var errs *apis.FieldError
	env := sets.New[string]()
	if ws.Template != nil {
		errs = errs.Also(validateTemplate(ctx, ws.Template, w, ws.probedPort()).ViaField("template"))
		env = functionEnv(ws.Template)
	}
	return errs.Also(
		validateParams(ws.Params, env, "params"),
		validateLabels(ws.Labels, "labels"),
		validateAnnotations(ws.Annotations, podIdentity{runtime: w.runtime, appID: w.appID, port: ws.Port()}, "annotations"),
	)
}

func functionEnv(template *corev1.PodSpec) sets.Set[string] {
	env := sets.New[string]()
	for _, container := range template.Containers {
		if container.Name != FunctionContainer {
			continue
		}
		for _, variable := range container.Env {
			env.Insert(variable.Name)
		}
	}
	return env
}

func (h *Hooks) validate() *apis.FieldError {
	var errs *apis.FieldError
	if h.Policy != "" {
		errs = errs.Also(oneOf(h.Policy, "policy", HooksPolicyAppend, HooksPolicyOverride))
	}
	return errs.Also(validateHookNames(h.Pre, "pre"), validateHookNames(h.Post, "post"))
}

func validateHookNames(names []string, field string) *apis.FieldError {
	names, errs := first(names, field, maxItems)
	seen := sets.New[string]()
	for i, name := range names {
		switch {
		case name == "":
			errs = errs.Also(required(apis.CurrentField, "name a hook").ViaFieldIndex(field, i))
		case seen.Has(name):
			errs = errs.Also(duplicate(name, apis.CurrentField).ViaFieldIndex(field, i))
		}
		seen.Insert(name)
	}
	return errs
}

// validateVersion checks the user's name for a version, which becomes a label.
func validateVersion(version *string, path string) *apis.FieldError {
	if version == nil {
		return nil
	}
	if *version == "" {
		return required(path, "must be a label value, as v1.2.3; leave it out for "+DefaultVersion)
	}
	return validateLabelValue(*version, path)
}

const (
	maxEnv           = 100
	maxEnvValueBytes = 32 << 10
)

func validateEnvValue(value, path string) *apis.FieldError {
	switch {
	case len(value) > maxEnvValueBytes:
		return tooLong(path, len(value), maxEnvValueBytes)
	case strings.ContainsRune(value, 0):
		return invalidSecret(path, "must not contain NUL bytes, which no environment can carry")
	}
	return nil
}

// validateParams checks the environment of the function's container.
func validateParams(params map[string]string, template sets.Set[string], path string) *apis.FieldError {
	names, errs := firstKeys(params, path, maxEnv)
	for _, name := range names {
		at := KeyPath(path, name)
		switch {
		case len(validation.IsCIdentifier(name)) > 0:
			errs = errs.Also(invalid(name, at, "must be a C identifier: letters, digits and '_', no digit first"))
		case isReservedEnv(name):
			errs = errs.Also(reservedEnv(at))
		case template.Has(name):
			errs = errs.Also(duplicate(name, at))
		}
		errs = errs.Also(validateEnvValue(params[name], at))
	}
	return errs
}

// isReservedEnv tells whether the platform sets a variable of the function.
func isReservedEnv(name string) bool {
	switch name {
	case "PORT", "POD_NAME", "POD_NAMESPACE":
		return true
	}
	return slices.ContainsFunc([]string{"FUNC_", "DAPR_", "K_"}, func(prefix string) bool {
		return strings.HasPrefix(name, prefix)
	})
}

func reservedEnv(path string) *apis.FieldError {
	return forbidden(path, "the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and what begins with FUNC_, DAPR_ or K_")
}
