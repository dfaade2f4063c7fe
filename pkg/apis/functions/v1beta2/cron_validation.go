/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"time"

	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"
)

// maxPayload bounds what a schedule hands to the function, in bytes.
const maxPayload = 64 << 10

// validateCron checks the schedules, and that no other trigger has the name of one.
func (t *Triggers) validateCron() *apis.FieldError {
	keys := make(map[*CronTrigger]string, len(t.Cron))
	for _, event := range t.eventTriggers() {
		if event.Cron != nil {
			keys[event.Cron] = event.Key
		}
	}
	schedules, errs := first(t.Cron, "cron", maxItems)
	for i, schedule := range schedules {
		errs = errs.Also(schedule.validate(keys[schedule]).ViaFieldIndex("cron", i))
	}
	return errs
}

// validate checks a schedule. key is what it is known by: another one than its
// name where that was taken.
func (c *CronTrigger) validate(key string) *apis.FieldError {
	if c == nil {
		return required(apis.CurrentField, "must not be null")
	}
	var errs *apis.FieldError
	switch {
	case c.Name == "":
		errs = errs.Also(required("name", "name the trigger: a DNS label, as nightly"))
	case len(validation.IsDNS1123Label(c.Name)) > 0:
		errs = errs.Also(invalid(c.Name, "name", "must be a DNS label: at most 63 small letters, digits and '-', with a letter or digit at both ends"))
	case c.Name != key:
		errs = errs.Also(duplicate(c.Name, "name"))
	}
	if size := len(c.Payload); size > maxPayload {
		errs = errs.Also(tooLong("payload", size, maxPayload))
	}
	return errs.Also(
		c.validateTimes(),
		oneOf(c.EffectiveConcurrencyPolicy(), "concurrencyPolicy", ConcurrencyPolicyAllow, ConcurrencyPolicyForbid, ConcurrencyPolicyReplace),
		oneOf(c.EffectiveMissedRunPolicy(), "missedRunPolicy", MissedRunPolicySkip, MissedRunPolicyRunOnce),
	)
}

func (c *CronTrigger) validateTimes() *apis.FieldError {
	var errs *apis.FieldError
	location, err := parseTimeZone(c.TimeZone)
	if err != nil {
		errs = errs.Also(invalid(c.TimeZone, "timeZone", "must be the IANA name of a time zone, as Europe/Berlin"))
		location = time.UTC
	}
	if c.Schedule == "" {
		return errs.Also(required("schedule", "say when it fires, as 0 3 * * *"))
	}
	if _, err := parseScheduleIn(c.Schedule, location); err != nil {
		errs = errs.Also(invalid(c.Schedule, "schedule", err.Error()))
	}
	return errs
}
