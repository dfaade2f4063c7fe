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

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// Rollout configures how a new revision takes over the traffic: step by step, and compared
// with the revision that it replaces. Its defaults are applied when it is read and are
// never stored.
type Rollout struct {
	// Steps are the shares in percent that a new revision receives one after the other,
	// before it receives all of the traffic: 1 to 16 shares between 1 and 99, each
	// larger than the one before. Default: [10, 50]. Example: [5, 25, 50].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:Minimum=1
	// +kubebuilder:validation:items:Maximum=99
	// +kubebuilder:validation:XValidation:rule="self.all(s, self.exists_one(o, o == s)) && self.isSorted()",message="each step must be larger than the one before"
	Steps []int32 `json:"steps,omitempty"`

	// Interval is how long each step lasts, and the time between two checks of the gate,
	// from 10s to 24h. Default: 1m. Example: 5m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('10s') && duration(self) <= duration('24h')",message="must be between 10s and 24h"
	Interval *metav1.Duration `json:"interval,omitempty"`

	// Promote is Automatic or Manual. Manual keeps a new revision at the last step until
	// approved names it. Default: Automatic. Example: Manual.
	// +optional
	// +kubebuilder:validation:Enum="";Automatic;Manual
	Promote string `json:"promote,omitempty"`

	// Approved is the name of the Serving that may take all of the traffic now, whatever
	// the results are, as status.rollout.candidate shows it. It has no effect on other
	// revisions. Default: none. Example: hello-5fca1b20d9.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Approved string `json:"approved,omitempty"`

	// Gate sets which results a new revision needs for the next step. Default: none; it
	// only has to stay ready.
	// Example: {"successRate": "99%", "minRequests": 50}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="(has(self.successRate) && self.successRate != '') || has(self.latency) || (has(self.queries) && size(self.queries) > 0)",reason=FieldValueRequired,fieldPath=".successRate",message="set successRate, latency or queries"
	Gate *RolloutGate `json:"gate,omitempty"`

	// FailureLimit is how many times a revision fails a check until it is rolled back, from
	// 1 to 100. Default: 2. Example: 1.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	FailureLimit *int32 `json:"failureLimit,omitempty"`

	// KeepWarm keeps a pod of the replaced revision for one interval after the promotion,
	// so that a return to it needs no cold start. Knative ignores it. Default: false.
	// Example: true.
	// +optional
	KeepWarm bool `json:"keepWarm,omitempty"`
}

// Values of Rollout.Promote.
const (
	// PromoteAutomatic gives a revision all of the traffic after the last step. It is
	// the default.
	PromoteAutomatic = "Automatic"
	// PromoteManual waits for Rollout.Approved after the last step.
	PromoteManual = "Manual"
)

// RolloutGate sets which results a new revision needs. A request has failed if it was
// answered with a status of 500 or more. An event has failed if the function did not
// handle it. A revision fails a check if it misses the gate, unless the revision that it
// replaces misses it too and has no better results in the same time.
type RolloutGate struct {
	// SuccessRate is the least share of the requests or events that must succeed, above
	// 0 % and at most 100 %, with at most three decimals. Default: not checked.
	// Example: 99.5%.
	// +optional
	// +kubebuilder:validation:MaxLength=8
	// +kubebuilder:validation:XValidation:rule="self == '' || self.matches('^(100(\\\\.0{1,3})?|[0-9]{1,2}(\\\\.[0-9]{1,3})?)%$') && self.matches('[1-9]')",message="must be a percentage above 0% and at most 100%, such as 99.5%"
	SuccessRate string `json:"successRate,omitempty"`

	// Latency is how long requests may take. Default: not checked.
	// Example: {"percentile": 95, "max": "500ms"}.
	// +optional
	// +kubebuilder:validation:XValidation:rule="has(self.max)",reason=FieldValueRequired,fieldPath=".max",message="set the longest latency, for example 500ms"
	Latency *RolloutLatency `json:"latency,omitempty"`

	// Queries are limits for values of a Prometheus server, at most 8.
	// Default: none. Example: [{"name": "queue-length", "max": "100"}].
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=8
	Queries []RolloutQuery `json:"queries,omitempty"`

	// MinRequests is the number of requests or events that a check needs, from 1 to
	// 1000000. Default: 50. Example: 200.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	MinRequests *int32 `json:"minRequests,omitempty"`

	// OnNoData is what happens after an interval with fewer requests: Wait for more,
	// Promote to the next step, or Rollback. Default: Wait. Example: Promote.
	// +optional
	// +kubebuilder:validation:Enum="";Wait;Promote;Rollback
	OnNoData string `json:"onNoData,omitempty"`
}

// Values of RolloutGate.OnNoData.
const (
	// OnNoDataWait waits until there are enough requests. It is the default.
	OnNoDataWait = "Wait"
	// OnNoDataPromote goes on to the next step.
	OnNoDataPromote = "Promote"
	// OnNoDataRollback rolls the revision back.
	OnNoDataRollback = "Rollback"
)

// RolloutQuery is a limit for the value of a query that an administrator defined.
// +kubebuilder:validation:XValidation:rule="has(self.min) || has(self.max)",reason=FieldValueRequired,fieldPath=".max",message="set min, max or both"
type RolloutQuery struct {
	// Name is that of a query in the ConfigMap config-rollout. Required.
	// Example: queue-length.
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`

	// Min is the least value that is good, in the unit of the query. Default: none.
	// Example: 500m.
	// +optional
	Min *resource.Quantity `json:"min,omitempty"`

	// Max is the largest value that is good, in the unit of the query. Default: none.
	// Example: 100.
	// +optional
	Max *resource.Quantity `json:"max,omitempty"`
}

// RolloutLatency is a limit of a percentile of the latency.
type RolloutLatency struct {
	// Percentile is the percent of the requests that must not take longer than max, from 1
	// to 99. Default: 99. Example: 95.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=99
	Percentile *int32 `json:"percentile,omitempty"`

	// Max is the longest latency at that percentile, above zero. Latencies are counted in
	// ranges, the last of which ends at 10s, and the percentile is estimated within its
	// range, as Prometheus does. Required. Example: 500ms.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) > duration('0s')",message="must be above zero"
	Max *metav1.Duration `json:"max,omitempty"`
}

// RolloutPhase is the phase of a rollout.
type RolloutPhase string

const (
	// RolloutProgressing means that a new revision has a share and is checked.
	RolloutProgressing RolloutPhase = "Progressing"
	// RolloutWaitingForApproval means that a new revision passed the last step and that
	// Rollout.Approved must name it.
	RolloutWaitingForApproval RolloutPhase = "WaitingForApproval"
	// RolloutPaused means that spec.serving.traffic splits the traffic.
	RolloutPaused RolloutPhase = "Paused"
	// RolloutPromoted means that the newest revision has all of the traffic.
	RolloutPromoted RolloutPhase = "Promoted"
	// RolloutRolledBack means that the newest revision failed and has no share.
	RolloutRolledBack RolloutPhase = "RolledBack"
)

// RolloutStatus is the state of the rollout of the newest revision. The controller reads
// it back, so that a rollout continues at its step after a restart.
type RolloutStatus struct {
	// Phase is Progressing, WaitingForApproval, Paused, Promoted or RolledBack.
	// +optional
	Phase RolloutPhase `json:"phase,omitempty"`
	// Stable is the name of the Serving that new revisions are compared with. It
	// receives the traffic that the candidate does not receive.
	Stable string `json:"stable"`
	// Candidate is the name of the new Serving, empty if there is none.
	// +optional
	Candidate string `json:"candidate,omitempty"`
	// Previous is the name of the Serving that keeps a pod because it was replaced less than
	// an interval ago; empty if there is none.
	// +optional
	Previous string `json:"previous,omitempty"`
	// Step is the number of the current share in spec.serving.rollout.steps; the first is 1.
	// +optional
	Step int32 `json:"step,omitempty"`
	// Percent is the share of the candidate in percent.
	// +optional
	Percent int32 `json:"percent,omitempty"`
	// StepTime is when the step, or the last attempt at it, began; with previous, when the
	// promotion was.
	// +optional
	StepTime *metav1.Time `json:"stepTime,omitempty"`
	// CheckTime is when the candidate was last checked at this step.
	// +optional
	CheckTime *metav1.Time `json:"checkTime,omitempty"`
	// FailedChecks is how many times the candidate failed a check.
	// +optional
	FailedChecks int32 `json:"failedChecks,omitempty"`
	// Message is the result of the last check, for people.
	// +optional
	Message string `json:"message,omitempty"`
}

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

// EffectiveSuccessRate returns the minimum success rate, from 0 to 1; 0 if it is not
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
