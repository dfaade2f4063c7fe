/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/schedule"
)

// CronTrigger calls a function on a schedule.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set a DNS label as the name, for example nightly"
// +kubebuilder:validation:XValidation:rule="has(self.schedule) && size(self.schedule) > 0",reason=FieldValueRequired,fieldPath=".schedule",message="set a schedule, for example 0 3 * * *"
type CronTrigger struct {
	// Name is the name of the trigger, a DNS label that is unique among the triggers.
	// Required. Example: nightly.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$`
	Name string `json:"name,omitempty"`
	// Schedule is a cron expression as in crontab(5): minute, hour, day of month, month
	// and day of week, or six fields with the seconds first. Also possible are @hourly,
	// @daily, @midnight, @weekly, @monthly, @yearly and @annually. Required.
	// Example: 0 3 * * *.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	Schedule string `json:"schedule,omitempty"`
	// TimeZone is the IANA name of the time zone of the schedule. Default: UTC.
	// Example: Europe/Berlin.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone,omitempty"`
	// Payload is the data that the function receives, at most 65536 bytes. Default:
	// empty. Example: {"report": "daily"}.
	// +optional
	// +kubebuilder:validation:MaxLength=65536
	Payload string `json:"payload,omitempty"`
	// ConcurrencyPolicy sets what happens if the previous run has not finished: Allow
	// (both run), Forbid (the new run is skipped) or Replace (the previous run is
	// cancelled). Default: Allow. Example: Forbid.
	// +optional
	// +kubebuilder:validation:Enum="";Allow;Forbid;Replace
	ConcurrencyPolicy string `json:"concurrencyPolicy,omitempty"`
	// MissedRunPolicy sets what happens to runs that could not start in time: Skip, or
	// RunOnce (only the last of them starts, late). Default: RunOnce. Example: Skip.
	// +optional
	// +kubebuilder:validation:Enum="";Skip;RunOnce
	MissedRunPolicy string `json:"missedRunPolicy,omitempty"`
}

// Values of CronTrigger.ConcurrencyPolicy.
const (
	// ConcurrencyPolicyAllow permits runs to overlap. It is the default.
	ConcurrencyPolicyAllow = "Allow"
	// ConcurrencyPolicyForbid skips a run while the previous run is not finished.
	ConcurrencyPolicyForbid = "Forbid"
	// ConcurrencyPolicyReplace cancels the previous run.
	ConcurrencyPolicyReplace = "Replace"
)

// Values of CronTrigger.MissedRunPolicy.
const (
	// MissedRunPolicySkip drops runs that could not start in time.
	MissedRunPolicySkip = "Skip"
	// MissedRunPolicyRunOnce starts the last of them later, the default.
	MissedRunPolicyRunOnce = "RunOnce"
)

// EffectiveConcurrencyPolicy returns the policy, or its default if none is set.
func (c *CronTrigger) EffectiveConcurrencyPolicy() string {
	if c == nil || c.ConcurrencyPolicy == "" {
		return ConcurrencyPolicyAllow
	}
	return c.ConcurrencyPolicy
}

// EffectiveMissedRunPolicy returns the policy, or its default if none is set.
func (c *CronTrigger) EffectiveMissedRunPolicy() string {
	if c == nil || c.MissedRunPolicy == "" {
		return MissedRunPolicyRunOnce
	}
	return c.MissedRunPolicy
}

// maxPayload is the maximum number of bytes of a payload.
const maxPayload = 64 << 10

// validateCron checks the schedules, and that their names are unique among the
// triggers.
func (t *Triggers) validateCron(ctx context.Context, path *field.Path) field.ErrorList {
	keys := make(map[*CronTrigger]string, len(t.Cron))
	for _, event := range t.eventTriggers() {
		if event.Cron != nil {
			keys[event.Cron] = event.Key
		}
	}
	limits := config.FromContext(ctx).Defaults
	crons, errs := fielderror.First(path, t.Cron, min(int(limits.MaxSchedules), maxItems))
	for i, trigger := range crons {
		errs = append(errs, trigger.validate(path.Index(i), keys[trigger], limits.MinScheduleInterval)...)
	}
	return errs
}

// validate checks a schedule. key is the key of its trigger.
func (c *CronTrigger) validate(path *field.Path, key string, minInterval time.Duration) field.ErrorList {
	if c == nil {
		return field.ErrorList{field.Required(path, whyNull)}
	}
	errs := validateTriggerName(path.Child("name"), c.Name, key, "nightly")
	if size := len(c.Payload); size > maxPayload {
		errs = append(errs, fielderror.TooLong(path.Child("payload"), size, maxPayload))
	}
	return slices.Concat(errs,
		c.validateTimes(path, minInterval),
		fielderror.OneOf(path.Child("concurrencyPolicy"), c.EffectiveConcurrencyPolicy(),
			ConcurrencyPolicyAllow, ConcurrencyPolicyForbid, ConcurrencyPolicyReplace),
		fielderror.OneOf(path.Child("missedRunPolicy"), c.EffectiveMissedRunPolicy(), MissedRunPolicySkip, MissedRunPolicyRunOnce),
	)
}

func (c *CronTrigger) validateTimes(path *field.Path, minInterval time.Duration) field.ErrorList {
	var errs field.ErrorList
	location, err := schedule.Location(c.TimeZone)
	if err != nil {
		errs = append(errs, fielderror.Invalid(path.Child("timeZone"), c.TimeZone, "must be the IANA name of a time zone, for example Europe/Berlin"))
		location = time.UTC
	}
	if c.Schedule == "" {
		return append(errs, field.Required(path.Child("schedule"), "set a schedule, for example 0 3 * * *"))
	}
	parsed, err := schedule.Parse(c.Schedule, location)
	if err != nil {
		return append(errs, fielderror.Invalid(path.Child("schedule"), c.Schedule, err.Error()))
	}
	if interval := schedule.Interval(parsed); interval < minInterval {
		errs = append(errs, fielderror.Invalid(path.Child("schedule"), c.Schedule,
			fmt.Sprintf("fires after %v, and must not fire more often than every %v, the min-schedule-interval in the ConfigMap %s",
				interval, minInterval, config.DefaultsConfigName)))
	}
	return errs
}

// ParseSchedule returns the times at which the trigger fires.
func (c *CronTrigger) ParseSchedule() (cron.Schedule, error) {
	location, err := schedule.Location(c.TimeZone)
	if err != nil {
		return nil, err
	}
	return schedule.Parse(c.Schedule, location)
}
