/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// Limits of a Rollout.
const (
	maxSteps                 = 16
	maxQueries               = 8
	maxFailureLimit    int32 = 100
	maxMinRequests     int32 = 1_000_000
	maxPercentageBytes       = 8
	minRolloutInterval       = 10 * time.Second
	maxRolloutInterval       = 24 * time.Hour
)

// Defaults of a Rollout.
const (
	defaultRolloutInterval         = time.Minute
	defaultFailureLimit      int32 = 2
	defaultMinRequests       int32 = 50
	defaultRolloutPercentile int32 = 99
)

var percentage = regexp.MustCompile(`^(100(\.0{1,3})?|[0-9]{1,2}(\.[0-9]{1,3})?)%$`)

// EffectiveSteps returns the shares in percent of the steps.
func (r *Rollout) EffectiveSteps() []int32 {
	if len(r.Steps) == 0 {
		return []int32{10, 50}
	}
	return r.Steps
}

// EffectiveInterval returns how long a step lasts.
func (r *Rollout) EffectiveInterval() time.Duration {
	return ptr.Deref(r.Interval, metav1.Duration{Duration: defaultRolloutInterval}).Duration
}

// EffectiveFailureLimit returns the number of failed checks after which the candidate is
// rolled back.
func (r *Rollout) EffectiveFailureLimit() int32 {
	return ptr.Deref(r.FailureLimit, defaultFailureLimit)
}

// EffectiveSuccessRate returns the least success rate between 0 and 1; 0 if it is not
// checked.
func (g *RolloutGate) EffectiveSuccessRate() float64 {
	rate, err := strconv.ParseFloat(strings.TrimSuffix(g.SuccessRate, "%"), 64)
	if err != nil {
		return 0
	}
	return rate / 100
}

// EffectiveMinRequests returns the number of requests or events that a check needs.
func (g *RolloutGate) EffectiveMinRequests() int32 {
	return ptr.Deref(g.MinRequests, defaultMinRequests)
}

// EffectivePercentile returns the percentile of the latency that counts.
func (l *RolloutLatency) EffectivePercentile() int32 {
	return ptr.Deref(l.Percentile, defaultRolloutPercentile)
}

func (r *Rollout) validate(path *field.Path) field.ErrorList {
	if r == nil {
		return nil
	}
	errs := slices.Concat(r.validateSteps(path.Child("steps")), r.Gate.validate(path.Child("gate")))
	if d := r.Interval; d != nil && (d.Duration < minRolloutInterval || d.Duration > maxRolloutInterval) {
		errs = append(errs, fielderror.Invalid(path.Child("interval"), d.Duration, "must be between 10s and 24h"))
	}
	if r.Promote != "" {
		errs = append(errs, fielderror.OneOf(path.Child("promote"), r.Promote, PromoteAutomatic, PromoteManual)...)
	}
	if r.Approved != "" {
		errs = append(errs, fielderror.ObjectName(path.Child("approved"), r.Approved)...)
	}
	return append(errs, fielderror.Between(path.Child("failureLimit"), r.FailureLimit, 1, maxFailureLimit)...)
}

func (r *Rollout) validateSteps(path *field.Path) field.ErrorList {
	steps, errs := fielderror.First(path, r.Steps, maxSteps)
	for i := range steps {
		if steps[i] < 1 || steps[i] > 99 {
			errs = append(errs, fielderror.Invalid(path.Index(i), steps[i], "must be between 1 and 99"))
		}
		if i > 0 && steps[i] <= steps[i-1] {
			return append(errs, fielderror.Invalid(path, r.Steps, "each step must be larger than the one before"))
		}
	}
	return errs
}

func (g *RolloutGate) validate(path *field.Path) field.ErrorList {
	if g == nil {
		return nil
	}
	var errs field.ErrorList
	rate := path.Child("successRate")
	switch {
	case g.SuccessRate == "" && g.Latency == nil && len(g.Queries) == 0:
		errs = append(errs, field.Required(rate, "set successRate, latency or queries"))
	case g.SuccessRate == "":
	case len(g.SuccessRate) > maxPercentageBytes:
		errs = append(errs, fielderror.TooLong(rate, len(g.SuccessRate), maxPercentageBytes))
	case !percentage.MatchString(g.SuccessRate) || g.EffectiveSuccessRate() == 0:
		errs = append(errs, fielderror.Invalid(rate, g.SuccessRate, "must be a percentage above 0% and at most 100%, such as 99.5%"))
	}
	if g.OnNoData != "" {
		errs = append(errs, fielderror.OneOf(path.Child("onNoData"), g.OnNoData, OnNoDataWait, OnNoDataPromote, OnNoDataRollback)...)
	}
	errs = append(errs, fielderror.Between(path.Child("minRequests"), g.MinRequests, 1, maxMinRequests)...)
	if latency := g.Latency; latency != nil {
		at := path.Child("latency")
		if latency.Max == nil {
			errs = append(errs, field.Required(at.Child("max"), "set the longest latency, for example 500ms"))
		}
		errs = slices.Concat(errs, validateAboveZero(at.Child("max"), latency.Max), fielderror.Between(at.Child("percentile"), latency.Percentile, 1, 99))
	}
	return append(errs, g.validateQueries(path.Child("queries"))...)
}

func (g *RolloutGate) validateQueries(path *field.Path) field.ErrorList {
	queries, errs := fielderror.First(path, g.Queries, maxQueries)
	names := sets.New[string]()
	for i := range queries {
		query, at := &queries[i], path.Index(i)
		switch {
		case query.Name == "":
			errs = append(errs, field.Required(at.Child("name"), "set the name of a query in the ConfigMap config-rollout"))
		case names.Has(query.Name):
			errs = append(errs, field.Duplicate(at.Child("name"), query.Name))
		}
		names.Insert(query.Name)
		switch {
		case query.Min == nil && query.Max == nil:
			errs = append(errs, field.Required(at.Child("max"), "set min, max or both"))
		case query.Min != nil && query.Max != nil && query.Min.Cmp(*query.Max) > 0:
			errs = append(errs, fielderror.Invalid(at.Child("min"), query.Min.String(), "must not be above max"))
		}
	}
	return errs
}

// warnings returns a warning for each query that does not exist now.
func (r *Rollout) warnings(cfg *config.Rollout, path *field.Path) []fielderror.Warning {
	if r == nil || r.Gate == nil {
		return nil
	}
	var warnings []fielderror.Warning
	for i := range r.Gate.Queries[:min(len(r.Gate.Queries), maxQueries)] {
		if _, problem := cfg.Query(r.Gate.Queries[i].Name); problem != "" {
			warnings = append(warnings, fielderror.Warning{
				Path: path.Child("gate", "queries").Index(i).Child("name"), Text: "a new revision waits for its value: " + problem,
			})
		}
	}
	return warnings
}
