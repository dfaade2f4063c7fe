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
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/apis/podspec"
)

// workload describes the pods as far as the object that contains a WorkloadSpec defines them.
type workload struct {
	runtime WorkloadRuntime
	// ownsImage reports whether the template may repeat an image.
	ownsImage func(image string) bool
	// appID is the app ID that the platform gives the sidecar; empty if not known.
	appID string
}

func (ws *WorkloadSpec) validate(ctx context.Context, path *field.Path, w workload) field.ErrorList {
	var errs field.ErrorList
	if ws.Triggers != nil {
		errs = ws.Triggers.validate(ctx, path.Child("triggers"))
	}
	errs = slices.Concat(errs, validateTraffic(path.Child("traffic"), ws.Traffic), ws.Rollout.validate(path.Child("rollout")),
		ws.validateComponents(path), ws.validateKinds(ctx, path), ws.validatePods(ctx, path, w))
	if ws.Timeout != nil && ws.Timeout.Duration <= 0 {
		errs = append(errs, fielderror.Invalid(path.Child("timeout"), ws.Timeout.Duration, "must be above zero"))
	}
	if ws.Hooks != nil {
		errs = append(errs, ws.Hooks.validate(path.Child("hooks"))...)
	}
	if ws.Tracing != nil {
		errs = append(errs, ws.Tracing.validate(ctx, path.Child("tracing"))...)
	}
	return errs
}

func (ws *WorkloadSpec) validateComponents(path *field.Path) field.ErrorList {
	outputs, errs := fielderror.First(path.Child("outputs"), ws.Outputs, maxItems)
	for i, output := range outputs {
		errs = append(errs, output.validate(path.Child("outputs").Index(i))...)
	}
	return slices.Concat(errs,
		validateComponents(path.Child("bindings"), ws.Bindings, bindingsPrefix),
		validateComponents(path.Child("pubsub"), ws.Pubsub, pubsubPrefix),
		validateStates(path.Child("states"), ws.States),
	)
}

const whyNoScheduledJob = "a schedule needs pods that accept calls, and the pods of a Job do not: use " +
	WorkloadTypeDeployment + " or " + WorkloadTypeStatefulSet

// validateKinds checks the kind of the workload and the options of its scaler.
func (ws *WorkloadSpec) validateKinds(ctx context.Context, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	kind := path.Child("workloadType")
	if ws.WorkloadType != "" {
		errs = fielderror.OneOf(kind, ws.WorkloadType, WorkloadTypeDeployment, WorkloadTypeStatefulSet, WorkloadTypeJob)
	}
	if engine := ws.engine(); ws.WorkloadType == WorkloadTypeJob && engine != "" {
		errs = append(errs, field.Forbidden(kind, fmt.Sprintf("the engine %s serves requests, and a Job cannot", engine)))
	}
	if ws.WorkloadType == WorkloadTypeJob && ws.Triggers != nil && len(ws.Triggers.Cron) > 0 {
		errs = append(errs, field.Forbidden(kind, whyNoScheduledJob))
	}
	if ws.ScaleOptions != nil {
		errs = append(errs, ws.ScaleOptions.validate(ctx, path.Child("scaleOptions"), ws)...)
	}
	return errs
}

// validatePods checks the template and the metadata of the function's pods.
func (ws *WorkloadSpec) validatePods(ctx context.Context, path *field.Path, w workload) field.ErrorList {
	var errs field.ErrorList
	env := sets.New[string]()
	if ws.Template != nil {
		policy := PodPolicy(ctx, w.runtime)
		policy.OwnsImage, policy.ProbePort = w.ownsImage, ws.probedPort()
		errs = policy.Validate(path.Child("template"), ws.Template)
		env = functionEnv(ws.Template)
	}
	pod := podIdentity{runtime: w.runtime, appID: w.appID, port: ws.Port()}
	return slices.Concat(errs,
		validateParams(path.Child("params"), ws.Params, env),
		validateLabels(ctx, path.Child("labels"), ws.Labels),
		validateAnnotations(ctx, path.Child("annotations"), ws.Annotations, pod),
	)
}

// PodPolicy returns the rules for the pod template of a function.
func PodPolicy(ctx context.Context, runtime WorkloadRuntime) *podspec.Policy {
	policy := &podspec.Policy{
		Features:       config.FromContext(ctx).Features,
		Container:      FunctionContainer,
		ReservedEnv:    isReservedEnv,
		WhyReservedEnv: whyReservedEnv,
	}
	if runtime.IsWasm() {
		policy.RuntimeClass = WasmRuntimeClass
	}
	return policy
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

func (h *Hooks) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if h.Policy != "" {
		errs = fielderror.OneOf(path.Child("policy"), h.Policy, HooksPolicyAppend, HooksPolicyOverride)
	}
	return slices.Concat(errs, validateHookNames(path.Child("pre"), h.Pre), validateHookNames(path.Child("post"), h.Post))
}

func validateHookNames(path *field.Path, names []string) field.ErrorList {
	names, errs := fielderror.First(path, names, maxItems)
	seen := sets.New[string]()
	for i, name := range names {
		switch {
		case name == "":
			errs = append(errs, field.Required(path.Index(i), "set the name of a hook"))
		case seen.Has(name):
			errs = append(errs, fielderror.Duplicate(path.Index(i), name))
		}
		seen.Insert(name)
	}
	return errs
}

// validateVersion checks the user's name of a version, which becomes a label.
func validateVersion(path *field.Path, version *string) field.ErrorList {
	if version == nil {
		return nil
	}
	if *version == "" {
		return field.ErrorList{field.Required(path, "must be a label value, for example v1.2.3; remove the field for "+DefaultVersion)}
	}
	return validateLabelValue(path, *version)
}

const (
	maxEnv        = 100
	whyIdentifier = "must be a C identifier: letters, digits and '_', no digit first"
)

// validateParams checks the environment of the function's container.
func validateParams(path *field.Path, params map[string]string, template sets.Set[string]) field.ErrorList {
	names, errs := fielderror.FirstKeys(path, params, maxEnv)
	for _, name := range names {
		at := fielderror.Key(path, name)
		switch {
		case len(validation.IsCIdentifier(name)) > 0:
			errs = append(errs, fielderror.Invalid(at, name, whyIdentifier))
		case isReservedEnv(name):
			errs = append(errs, field.Forbidden(at, whyReservedEnv))
		case template.Has(name):
			errs = append(errs, fielderror.Duplicate(at, name))
		}
		errs = append(errs, podspec.ValidateEnvValue(at, params[name])...)
	}
	return errs
}

const whyReservedEnv = "the variable is reserved: the platform sets PORT, POD_NAME, POD_NAMESPACE and names that begin with FUNC_, DAPR_ or K_"

// isReservedEnv reports whether the platform sets an environment variable of the
// function.
func isReservedEnv(name string) bool {
	switch name {
	case "PORT", "POD_NAME", "POD_NAMESPACE":
		return true
	}
	return slices.ContainsFunc([]string{"FUNC_", "DAPR_", "K_"}, func(prefix string) bool {
		return strings.HasPrefix(name, prefix)
	})
}

// maxAnnotationsBytes is the limit of the API server for the annotations of a pod.
const maxAnnotationsBytes = 256 << 10

const whyReservedKey = "the key is reserved: the platform, Kubernetes or the runtime identifies pods by it"

// validateLabels checks the labels of pods.
func validateLabels(ctx context.Context, path *field.Path, labels map[string]string) field.ErrorList {
	keys, errs := fielderror.FirstKeys(path, labels, maxLabels)
	for _, key := range keys {
		at := fielderror.Key(path, key)
		errs = append(errs, validateKey(at, key)...)
		errs = append(errs, validateDomain(ctx, at, key)...)
		errs = append(errs, validateLabelValue(at, labels[key])...)
	}
	return errs
}

func validateLabelValue(path *field.Path, value string) field.ErrorList {
	if len(validation.IsValidLabelValue(value)) > 0 {
		return field.ErrorList{fielderror.Invalid(path, value,
			"must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends")}
	}
	return nil
}

func validateKey(path *field.Path, key string) field.ErrorList {
	// The API server accepts keys of annotations in any letter case.
	if len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
		return field.ErrorList{fielderror.Invalid(path, key,
			"must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'")}
	}
	return nil
}

// validateDomain checks that no other product acts on a label or annotation unless the
// administrator permits it.
func validateDomain(ctx context.Context, path *field.Path, key string) field.ErrorList {
	switch {
	case functions.IsReservedKey(key):
		return field.ErrorList{field.Forbidden(path, whyReservedKey)}
	case !config.FromContext(ctx).Features.PermitsKey(key):
		return field.ErrorList{field.Forbidden(path, "the domain is outside of allowed-annotation-domains in "+config.FeaturesConfigName+
			": another product may act on it, with permissions that the author does not have")}
	default:
		return nil
	}
}

// validateAnnotations checks the annotations of pods.
func validateAnnotations(ctx context.Context, path *field.Path, annotations map[string]string, pod podIdentity) field.ErrorList {
	keys, errs := fielderror.FirstKeys(path, annotations, maxAnnotations)
	size := 0
	for key, value := range annotations {
		size += len(key) + len(value)
	}
	for _, key := range keys {
		at := fielderror.Key(path, key)
		errs = append(errs, validateKey(at, key)...)
		if !pod.allows(key, annotations[key]) {
			errs = append(errs, validateDomain(ctx, at, key)...)
		}
		errs = append(errs, validateSidecarSetting(at, key, annotations[key])...)
		errs = append(errs, validateAutoscalingValue(at, key, annotations[key], config.FromContext(ctx).Defaults.MaxReplicasLimit)...)
		if key == WasmVariantAnnotation && pod.runtime == WorkloadRuntimeOCIContainer {
			errs = append(errs, fielderror.Invalid(at, annotations[key], "applies only to workloadRuntime WasmEdge, not to OCIContainer"))
		}
	}
	if size > maxAnnotationsBytes {
		errs = append(errs, fielderror.TooLong(path, size, maxAnnotationsBytes))
	}
	return errs
}

// Limits of lists and maps, which bound the time that validation takes and the length of
// its answer.
const (
	maxItems       = 64
	maxMetadata    = 128
	maxParams      = 100
	maxLabels      = 256
	maxAnnotations = 256
)

const whyNull = "must not be null"
