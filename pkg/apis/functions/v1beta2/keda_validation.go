/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"knative.dev/pkg/apis"
)

// Validate returns everything that is wrong with the options.
func (k *KedaScaleOptions) Validate(context.Context) *apis.FieldError {
	var errs *apis.FieldError
	kinds := 0
	if k.HTTPScaledObject != nil {
		kinds++
		errs = errs.Also(k.HTTPScaledObject.validate().ViaField("httpScaledObject"))
	}
	if k.ScaledObject != nil {
		kinds++
		errs = errs.Also(k.ScaledObject.validate().ViaField("scaledObject"))
	}
	if k.ScaledJob != nil {
		kinds++
		errs = errs.Also(k.ScaledJob.validate().ViaField("scaledJob"))
	}
	if kinds > 1 {
		errs = errs.Also(forbidden(apis.CurrentField, "set at most one of httpScaledObject, scaledObject, scaledJob"))
	}
	triggers, many := first(k.Triggers, "triggers", maxItems)
	errs = errs.Also(many)
	for i := range triggers {
		errs = errs.Also(triggers[i].validate().ViaFieldIndex("triggers", i))
	}
	return errs
}

// validateWorkload checks that the kind of scaler fits what it scales, and that
// there is something to scale by: triggers of KEDA, or those of the function, of
// which they are derived.
func (k *KedaScaleOptions) validateWorkload(ws *WorkloadSpec) *apis.FieldError {
	var errs *apis.FieldError
	if len(k.Triggers) == 0 && (k.ScaledObject != nil || k.ScaledJob != nil) && !ws.HasEvents() {
		errs = errs.Also(required("triggers", "a scaledObject or scaledJob needs at least one trigger"))
	}
	switch {
	case k.ScaledJob != nil && (ws.WorkloadType == WorkloadTypeDeployment || ws.WorkloadType == WorkloadTypeStatefulSet):
		errs = errs.Also(forbidden(apis.CurrentField, "scaledJob is not for workloadType "+ws.WorkloadType))
	case k.ScaledObject != nil && ws.WorkloadType == WorkloadTypeJob:
		errs = errs.Also(forbidden(apis.CurrentField, "scaledObject is not for workloadType "+ws.WorkloadType))
	}
	return errs
}

func (o *KedaHTTPScaledObject) validate() *apis.FieldError {
	return atLeast(o.TargetPendingRequests, "targetPendingRequests", 1).
		Also(atLeast(o.CooldownPeriod, "cooldownPeriod", 0))
}

func (o *KedaScaledObject) validate() *apis.FieldError {
	errs := atLeast(o.PollingInterval, "pollingInterval", 0).Also(atLeast(o.CooldownPeriod, "cooldownPeriod", 0))
	if o.Fallback != nil {
		errs = errs.Also(
			atLeast(&o.Fallback.FailureThreshold, "fallback.failureThreshold", 1),
			atLeast(&o.Fallback.Replicas, "fallback.replicas", 0),
		)
	}
	if o.Advanced != nil && o.Advanced.HorizontalPodAutoscalerConfig != nil {
		errs = errs.Also(o.Advanced.HorizontalPodAutoscalerConfig.validate().ViaField("advanced", "horizontalPodAutoscalerConfig"))
	}
	return errs
}

func (j *KedaScaledJob) validate() *apis.FieldError {
	errs := atLeast(j.PollingInterval, "pollingInterval", 0).Also(
		atLeast(j.SuccessfulJobsHistoryLimit, "successfulJobsHistoryLimit", 0),
		atLeast(j.FailedJobsHistoryLimit, "failedJobsHistoryLimit", 0),
	)
	if j.RestartPolicy != nil {
		errs = errs.Also(oneOf(*j.RestartPolicy, "restartPolicy", string(corev1.RestartPolicyOnFailure), string(corev1.RestartPolicyNever)))
	}
	return errs.Also(j.ScalingStrategy.validate().ViaField("scalingStrategy"))
}

const strategyCustom = "custom"

func (s *KedaScalingStrategy) validate() *apis.FieldError {
	errs := oneOf(s.Strategy, "strategy", "", "default", strategyCustom, "accurate")
	if s.MultipleScalersCalculation != "" {
		errs = errs.Also(oneOf(s.MultipleScalersCalculation, "multipleScalersCalculation", "max", "min", "avg", "sum"))
	}
	errs = errs.Also(atLeast(s.CustomScalingQueueLengthDeduction, "customScalingQueueLengthDeduction", 0))
	if s.CustomScalingRunningJobPercentage != "" {
		errs = errs.Also(validateShare(s.CustomScalingRunningJobPercentage, "customScalingRunningJobPercentage"))
	}
	if s.Strategy != strategyCustom {
		return errs
	}
	if s.CustomScalingQueueLengthDeduction == nil {
		errs = errs.Also(required("customScalingQueueLengthDeduction", "the strategy custom needs it"))
	}
	if s.CustomScalingRunningJobPercentage == "" {
		errs = errs.Also(required("customScalingRunningJobPercentage", "the strategy custom needs it"))
	}
	return errs
}

func (t *KedaTrigger) validate() *apis.FieldError {
	var errs *apis.FieldError
	if t.Type == "" {
		errs = errs.Also(required("type", "name a scaler of KEDA, as kafka"))
	}
	if t.MetricType != "" {
		errs = errs.Also(oneOf(t.MetricType, "metricType",
			autoscalingv2.AverageValueMetricType, autoscalingv2.ValueMetricType, autoscalingv2.UtilizationMetricType))
	}
	if ref := t.AuthenticationRef; ref != nil {
		errs = errs.Also(ref.validate().ViaField("authenticationRef"))
	}
	return errs
}

func (r *KedaAuthenticationRef) validate() *apis.FieldError {
	errs := validateObjectName(r.Name, "name")
	switch r.Kind {
	case "", "TriggerAuthentication":
		return errs
	case "ClusterTriggerAuthentication":
		return errs.Also(forbidden("kind", "ClusterTriggerAuthentication would lend the function credentials of the whole cluster"))
	}
	return errs.Also(notSupported(r.Kind, "kind", "TriggerAuthentication"))
}

// validateShare checks a decimal number, or percentage, of 0 to 1 or 0% to 100%.
func validateShare(text, path string) *apis.FieldError {
	number, isPercent := strings.CutSuffix(text, "%")
	upper := 1.0
	if isPercent {
		upper = 100
	}
	value, ok := parseDecimal(number)
	if !ok || value > upper {
		return invalid(text, path, "must be a number from 0 to 1, as 0.5, or from 0% to 100%")
	}
	return nil
}

const (
	maxPeriodSeconds = 1800
	maxWindowSeconds = 3600
)

func (c *KedaHPAConfig) validate() *apis.FieldError {
	if c.Behavior == nil {
		return nil
	}
	var errs *apis.FieldError
	if c.Behavior.ScaleUp != nil {
		errs = errs.Also(validateScaling(c.Behavior.ScaleUp).ViaField("scaleUp"))
	}
	if c.Behavior.ScaleDown != nil {
		errs = errs.Also(validateScaling(c.Behavior.ScaleDown).ViaField("scaleDown"))
	}
	return errs.ViaField("behavior")
}

func validateScaling(rules *autoscalingv2.HPAScalingRules) *apis.FieldError {
	errs := within(rules.StabilizationWindowSeconds, "stabilizationWindowSeconds", 0, maxWindowSeconds)
	if rules.SelectPolicy != nil {
		errs = errs.Also(oneOf(*rules.SelectPolicy, "selectPolicy", autoscalingv2.MaxChangePolicySelect,
			autoscalingv2.MinChangePolicySelect, autoscalingv2.DisabledPolicySelect))
	}
	policies, many := first(rules.Policies, "policies", maxItems)
	errs = errs.Also(many)
	for i := range policies {
		policy := &policies[i]
		errs = errs.Also(oneOf(policy.Type, "type", autoscalingv2.PodsScalingPolicy, autoscalingv2.PercentScalingPolicy).
			Also(
				atLeast(&policy.Value, "value", 1),
				within(&policy.PeriodSeconds, "periodSeconds", 1, maxPeriodSeconds),
			).ViaFieldIndex("policies", i))
	}
	return errs
}

var decimal = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,9})?$`)

// parseDecimal reads a number without sign and exponent.
func parseDecimal(text string) (float64, bool) {
	if !decimal.MatchString(text) {
		return 0, false
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}
