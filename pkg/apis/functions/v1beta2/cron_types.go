/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

// CronTrigger calls a function at set times.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="name the trigger: a DNS label, as nightly"
// +kubebuilder:validation:XValidation:rule="has(self.schedule) && size(self.schedule) > 0",reason=FieldValueRequired,fieldPath=".schedule",message="say when it fires, as 0 3 * * *"
type CronTrigger struct {
	// Name is the name by which the function knows the trigger, a DNS label that
	// no other trigger has. Required. Example: nightly.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$`
	Name string `json:"name,omitempty"`
	// Schedule is when it fires: minute, hour, day of month, month and day of
	// week, with seconds in front where there are six fields; or @hourly, @daily,
	// @midnight, @weekly, @monthly, @yearly, @annually. Required.
	// Example: 0 3 * * *.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="!self.contains('TZ=')",reason=FieldValueForbidden,message="the time zone has a field of its own, timeZone"
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('@') || self in ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually']",message="supported names: @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"
	Schedule string `json:"schedule,omitempty"`
	// TimeZone is the zone that the schedule is read in, by its IANA name.
	// Default: UTC. Example: Europe/Berlin.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone,omitempty"`
	// Payload is what the function gets, at most 65536 bytes. Default: empty.
	// Example: {"report": "daily"}.
	// +optional
	// +kubebuilder:validation:MaxLength=65536
	Payload string `json:"payload,omitempty"`
	// ConcurrencyPolicy says what happens when it is time and the run before has
	// not ended: Allow (both run), Forbid (it is left out) or Replace (the run
	// before is given up). Default: Allow. Example: Forbid.
	// +optional
	// +kubebuilder:validation:Enum="";Allow;Forbid;Replace
	ConcurrencyPolicy string `json:"concurrencyPolicy,omitempty"`
	// MissedRunPolicy says what becomes of runs whose time passed while nothing
	// could fire them: Skip, or RunOnce (the last one is made up for).
	// Default: RunOnce. Example: Skip.
	// +optional
	// +kubebuilder:validation:Enum="";Skip;RunOnce
	MissedRunPolicy string `json:"missedRunPolicy,omitempty"`
}

// Values of CronTrigger.ConcurrencyPolicy.
const (
	// ConcurrencyPolicyAllow lets runs overlap, the default.
	ConcurrencyPolicyAllow = "Allow"
	// ConcurrencyPolicyForbid leaves a run out while the one before goes on.
	ConcurrencyPolicyForbid = "Forbid"
	// ConcurrencyPolicyReplace gives up the run before.
	ConcurrencyPolicyReplace = "Replace"
)

// Values of CronTrigger.MissedRunPolicy.
const (
	// MissedRunPolicySkip forgets runs that nothing could fire in time.
	MissedRunPolicySkip = "Skip"
	// MissedRunPolicyRunOnce makes up for the last of them, the default.
	MissedRunPolicyRunOnce = "RunOnce"
)

// EffectiveConcurrencyPolicy returns the policy, or its default where none is set.
func (c *CronTrigger) EffectiveConcurrencyPolicy() string {
	if c == nil || c.ConcurrencyPolicy == "" {
		return ConcurrencyPolicyAllow
	}
	return c.ConcurrencyPolicy
}

// EffectiveMissedRunPolicy returns the policy, or its default where none is set.
func (c *CronTrigger) EffectiveMissedRunPolicy() string {
	if c == nil || c.MissedRunPolicy == "" {
		return MissedRunPolicyRunOnce
	}
	return c.MissedRunPolicy
}
