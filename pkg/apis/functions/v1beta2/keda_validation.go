/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// validate checks the options of the workload ws.
func (k *KedaScaleOptions) validate(ctx context.Context, path *field.Path, ws *WorkloadSpec) field.ErrorList {
	var errs field.ErrorList
	kinds := 0
	if k.HTTPScaledObject != nil {
		kinds++
		errs = append(errs, k.HTTPScaledObject.validate(ctx, path.Child("httpScaledObject"))...)
	}
	if k.ScaledObject != nil {
		kinds++
		errs = append(errs, k.ScaledObject.validate(ctx, path.Child("scaledObject"))...)
	}
	if k.ScaledJob != nil {
		kinds++
		errs = append(errs, k.ScaledJob.validate(ctx, path.Child("scaledJob"))...)
	}
	if kinds > 1 {
		errs = append(errs, field.Forbidden(path, "set at most one of httpScaledObject, scaledObject, scaledJob"))
	}
	for i := range k.Triggers[:min(len(k.Triggers), maxItems)] {
		errs = append(errs, k.Triggers[i].validate(path.Child("triggers").Index(i))...)
	}
	_, forbidden := ws.PermittedKedaTriggers(ctx, path.Child("triggers"))
	return slices.Concat(errs, forbidden, k.validateWorkload(path, ws))
}

// validateWorkload checks that the kind of scaler fits the workload, and that there is
// a signal to scale by: triggers of KEDA, triggers of the function from which they are
// derived, or the requests that the engine keda counts.
func (k *KedaScaleOptions) validateWorkload(path *field.Path, ws *WorkloadSpec) field.ErrorList {
	var errs field.ErrorList
	hasSignal := len(k.Triggers) > 0 || ws.HasEvents() || k.ScaledJob == nil && ws.engine() == HTTPEngineKeda
	if (k.ScaledObject != nil || k.ScaledJob != nil) && !hasSignal {
		errs = append(errs, field.Required(path.Child("triggers"), "a scaledObject or scaledJob needs at least one trigger"))
	}
	switch {
	case k.ScaledJob != nil && (ws.WorkloadType == WorkloadTypeDeployment || ws.WorkloadType == WorkloadTypeStatefulSet):
		errs = append(errs, field.Forbidden(path, "scaledJob is not for workloadType "+ws.WorkloadType))
	case k.ScaledObject != nil && ws.WorkloadType == WorkloadTypeJob:
		errs = append(errs, field.Forbidden(path, "scaledObject is not for workloadType "+ws.WorkloadType))
	}
	return errs
}

func (o *KedaHTTPScaledObject) validate(ctx context.Context, path *field.Path) field.ErrorList {
	errs := fielderror.AtLeast(path.Child("targetPendingRequests"), o.TargetPendingRequests, 1)
	return append(errs, validateCooldown(ctx, path, o.CooldownPeriod)...)
}

func validatePolling(ctx context.Context, path *field.Path, seconds *int32) field.ErrorList {
	return validatePeriod(path.Child("pollingInterval"), seconds, config.FromContext(ctx).Defaults.MinPollingInterval, "min-polling-interval")
}

func validateCooldown(ctx context.Context, path *field.Path, seconds *int32) field.ErrorList {
	return validatePeriod(path.Child("cooldownPeriod"), seconds, config.FromContext(ctx).Defaults.MinCooldownPeriod, "min-cooldown-period")
}

// validatePeriod checks a period against the limit of the administrator in key.
func validatePeriod(path *field.Path, seconds *int32, limit int32, key string) field.ErrorList {
	if seconds == nil || *seconds >= limit {
		return nil
	}
	return field.ErrorList{fielderror.Invalid(path, *seconds,
		fmt.Sprintf("must be at least %d, the %s in the ConfigMap %s", limit, key, config.DefaultsConfigName))}
}

func (o *KedaScaledObject) validate(ctx context.Context, path *field.Path) field.ErrorList {
	errs := append(validatePolling(ctx, path, o.PollingInterval), validateCooldown(ctx, path, o.CooldownPeriod)...)
	if o.Fallback != nil {
		errs = append(errs, fielderror.AtLeast(path.Child("fallback", "failureThreshold"), &o.Fallback.FailureThreshold, 1)...)
		errs = append(errs, fielderror.AtLeast(path.Child("fallback", "replicas"), &o.Fallback.Replicas, 0)...)
	}
	if o.Advanced != nil && o.Advanced.HorizontalPodAutoscalerConfig != nil {
		errs = append(errs, o.Advanced.HorizontalPodAutoscalerConfig.validate(path.Child("advanced", "horizontalPodAutoscalerConfig"))...)
	}
	return errs
}

func (j *KedaScaledJob) validate(ctx context.Context, path *field.Path) field.ErrorList {
	errs := slices.Concat(
		validatePolling(ctx, path, j.PollingInterval),
		fielderror.AtLeast(path.Child("successfulJobsHistoryLimit"), j.SuccessfulJobsHistoryLimit, 0),
		fielderror.AtLeast(path.Child("failedJobsHistoryLimit"), j.FailedJobsHistoryLimit, 0),
	)
	if j.RestartPolicy != nil {
		errs = append(errs, fielderror.OneOf(path.Child("restartPolicy"), *j.RestartPolicy,
			string(corev1.RestartPolicyOnFailure), string(corev1.RestartPolicyNever))...)
	}
	return append(errs, j.ScalingStrategy.validate(path.Child("scalingStrategy"))...)
}

const strategyCustom = "custom"

func (s *KedaScalingStrategy) validate(path *field.Path) field.ErrorList {
	deduction, percentage := path.Child("customScalingQueueLengthDeduction"), path.Child("customScalingRunningJobPercentage")
	errs := fielderror.OneOf(path.Child("strategy"), s.Strategy, "", "default", strategyCustom, "accurate")
	if s.MultipleScalersCalculation != "" {
		errs = append(errs, fielderror.OneOf(path.Child("multipleScalersCalculation"), s.MultipleScalersCalculation, "max", "min", "avg", "sum")...)
	}
	errs = append(errs, fielderror.AtLeast(deduction, s.CustomScalingQueueLengthDeduction, 0)...)
	if s.CustomScalingRunningJobPercentage != "" {
		errs = append(errs, validateShare(percentage, s.CustomScalingRunningJobPercentage)...)
	}
	if s.Strategy != strategyCustom {
		return errs
	}
	if s.CustomScalingQueueLengthDeduction == nil {
		errs = append(errs, field.Required(deduction, "the strategy custom requires it"))
	}
	if s.CustomScalingRunningJobPercentage == "" {
		errs = append(errs, field.Required(percentage, "the strategy custom requires it"))
	}
	return errs
}

func (t *KedaTrigger) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if t.Type == "" {
		errs = append(errs, field.Required(path.Child("type"), "set the type of a KEDA scaler, for example kafka"))
	}
	if t.MetricType != "" {
		errs = append(errs, fielderror.OneOf(path.Child("metricType"), t.MetricType,
			autoscalingv2.AverageValueMetricType, autoscalingv2.ValueMetricType, autoscalingv2.UtilizationMetricType)...)
	}
	if ref := t.AuthenticationRef; ref != nil {
		errs = append(errs, ref.validate(path.Child("authenticationRef"))...)
	}
	return errs
}

func (r *KedaAuthenticationRef) validate(path *field.Path) field.ErrorList {
	errs := fielderror.ObjectName(path.Child("name"), r.Name)
	switch kind := path.Child("kind"); r.Kind {
	case "", "TriggerAuthentication":
		return errs
	case "ClusterTriggerAuthentication":
		return append(errs, field.Forbidden(kind, "ClusterTriggerAuthentication would give the function credentials of the whole cluster"))
	default:
		return append(errs, fielderror.NotSupported(kind, r.Kind, "TriggerAuthentication"))
	}
}

// validateShare checks a number from 0 to 1, or a percentage from 0% to 100%.
func validateShare(path *field.Path, text string) field.ErrorList {
	number, isPercent := strings.CutSuffix(text, "%")
	upper := 1.0
	if isPercent {
		upper = 100
	}
	value, ok := parseDecimal(number)
	if !ok || value > upper {
		return field.ErrorList{fielderror.Invalid(path, text, "must be a number from 0 to 1, for example 0.5, or from 0% to 100%")}
	}
	return nil
}

const (
	maxPeriodSeconds = 1800
	maxWindowSeconds = 3600
)

func (c *KedaHPAConfig) validate(path *field.Path) field.ErrorList {
	if c.Behavior == nil {
		return nil
	}
	var errs field.ErrorList
	if c.Behavior.ScaleUp != nil {
		errs = append(errs, validateScaling(path.Child("behavior", "scaleUp"), c.Behavior.ScaleUp)...)
	}
	if c.Behavior.ScaleDown != nil {
		errs = append(errs, validateScaling(path.Child("behavior", "scaleDown"), c.Behavior.ScaleDown)...)
	}
	return errs
}

func validateScaling(path *field.Path, rules *autoscalingv2.HPAScalingRules) field.ErrorList {
	errs := fielderror.Between(path.Child("stabilizationWindowSeconds"), rules.StabilizationWindowSeconds, 0, maxWindowSeconds)
	if rules.SelectPolicy != nil {
		errs = append(errs, fielderror.OneOf(path.Child("selectPolicy"), *rules.SelectPolicy,
			autoscalingv2.MaxChangePolicySelect, autoscalingv2.MinChangePolicySelect, autoscalingv2.DisabledPolicySelect)...)
	}
	policies, many := fielderror.First(path.Child("policies"), rules.Policies, maxItems)
	errs = append(errs, many...)
	for i := range policies {
		policy, at := &policies[i], path.Child("policies").Index(i)
		errs = slices.Concat(errs,
			fielderror.OneOf(at.Child("type"), policy.Type, autoscalingv2.PodsScalingPolicy, autoscalingv2.PercentScalingPolicy),
			fielderror.AtLeast(at.Child("value"), &policy.Value, 1),
			fielderror.Between(at.Child("periodSeconds"), &policy.PeriodSeconds, 1, maxPeriodSeconds),
		)
	}
	return errs
}

var decimal = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,9})?$`)

// parseDecimal parses a number without sign and exponent.
func parseDecimal(text string) (float64, bool) {
	if !decimal.MatchString(text) {
		return 0, false
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
