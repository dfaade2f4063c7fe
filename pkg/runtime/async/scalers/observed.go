/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"fmt"
	"slices"
	"strings"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/child"
)

// observed are the fields that ScaledObjects and ScaledJobs have in common.
type observed struct {
	Kind string `json:"kind"`
	Spec struct {
		Triggers []kedav1alpha1.ScaleTriggers `json:"triggers"`
	} `json:"spec"`
	Status struct {
		Conditions          kedav1alpha1.Conditions              `json:"conditions"`
		ExternalMetricNames []string                             `json:"externalMetricNames"`
		Health              map[string]kedav1alpha1.HealthStatus `json:"health"`
	} `json:"status"`
}

// observe reads an object of KEDA. It returns no fields if the object cannot be read.
func observe(live *unstructured.Unstructured) observed {
	var seen observed
	if live == nil || k8sruntime.DefaultUnstructuredConverter.FromUnstructured(live.Object, &seen) != nil {
		return observed{}
	}
	return seen
}

// condition returns the condition Ready, which summarizes all triggers.
func (o observed) condition() kedav1alpha1.Condition {
	for _, condition := range o.Status.Conditions {
		if condition.Type == kedav1alpha1.ConditionReady {
			return condition
		}
	}
	return kedav1alpha1.Condition{}
}

// watching reports whether KEDA polls the triggers, even if some of them fail.
func (o observed) watching() bool {
	condition := o.condition()
	return condition.Status == metav1.ConditionTrue || slices.Contains(triggerErrorReasons, condition.Reason)
}

// inError reports whether a trigger fails. KEDA starts with an Unknown without a reason; an
// Unknown with a reason is an error of some triggers.
func (o observed) inError() bool {
	condition := o.condition()
	return condition.Status == metav1.ConditionFalse || condition.Status == metav1.ConditionUnknown && condition.Reason != ""
}

// triggerErrorReasons are the reasons whose message states only that a trigger failed.
var triggerErrorReasons = []string{"TriggerError", "PartialTriggerError"}

// ScaledObjectReadiness reports whether KEDA accepted a ScaledObject. It leaves out the
// cause, which follows a colon and may quote a server: TriggerStatuses reports it per
// trigger.
func ScaledObjectReadiness(live *unstructured.Unstructured) *apis.Condition {
	own := child.Readiness(live)
	if own != nil {
		own.Message, _, _ = strings.Cut(own.Message, ":")
	}
	return own
}

// ScaledJobReadiness reports whether KEDA accepted a ScaledJob. It ignores failures of
// triggers, which TriggerStatuses reports per trigger: some of them are harmless before the
// first Job.
func ScaledJobReadiness(live *unstructured.Unstructured) *apis.Condition {
	own := ScaledObjectReadiness(live)
	if own != nil && slices.Contains(triggerErrorReasons, own.Reason) {
		return &apis.Condition{Status: corev1.ConditionTrue}
	}
	return own
}

// failures returns the error of each trigger, by key. KEDA names the failing trigger only if
// a fallback is configured. Otherwise the message is matched by broker; if that fails, it
// applies to all triggers.
func (o observed) failures(triggers []Derived, warnings []string) map[string]string {
	failing := o.failing(triggers)
	if len(failing) == 0 && !o.inError() {
		return nil
	}
	scaled := slices.DeleteFunc(slices.Clone(triggers), func(t Derived) bool {
		return t.Scaler == nil || len(t.Scaler.Triggers) == 0 || len(failing) > 0 && !slices.Contains(failing, t.Key)
	})
	failures, harmless := attribute(scaled, o.messages(warnings))
	if len(failures)+harmless.Len() > 0 && len(failing) == 0 {
		return failures
	}
	for _, trigger := range scaled {
		if failures[trigger.Key] == "" && !harmless.Has(trigger.Key) {
			failures[trigger.Key] = quote(trigger.Scaler, o.condition().Message)
		}
	}
	return failures
}

// messages returns KEDA's messages about triggers.
func (o observed) messages(warnings []string) []string {
	if condition := o.condition(); o.inError() && !slices.Contains(triggerErrorReasons, condition.Reason) {
		return slices.Concat([]string{condition.Message}, warnings)
	}
	return warnings
}

// attribute returns the first message about each trigger, by key, and the keys of the
// triggers with a message that is harmless.
func attribute(triggers []Derived, messages []string) (failures map[string]string, harmless sets.Set[string]) {
	failures, harmless = map[string]string{}, sets.New[string]()
	for _, message := range messages {
		for _, trigger := range likely(matchTriggers(triggers, message)) {
			switch {
			case trigger.Scaler.isHarmless(message):
				harmless.Insert(trigger.Key)
			case failures[trigger.Key] == "":
				failures[trigger.Key] = quote(trigger.Scaler, message)
			}
		}
	}
	return failures, harmless
}

// likely returns those of the triggers whose components the sidecars could not load either;
// all if there is none.
func likely(triggers []Derived) []Derived {
	if !slices.ContainsFunc(triggers, func(t Derived) bool { return t.NotLoaded }) {
		return triggers
	}
	return slices.DeleteFunc(slices.Clone(triggers), func(t Derived) bool { return !t.NotLoaded })
}

// failing returns the keys of the triggers that fail according to KEDA's health, which it
// reports only if a fallback is configured.
func (o observed) failing(triggers []Derived) []string {
	var keys []string
	for metric, health := range o.Status.Health {
		if health.Status != kedav1alpha1.HealthStatusFailing {
			continue
		}
		for i, live := range o.Spec.Triggers {
			if strings.HasPrefix(metric, metricPrefix(i)) {
				keys = append(keys, ownersOf(live.Name, triggers)...)
			}
		}
	}
	return keys
}

// unanswered returns the address of an external scaler that gave KEDA no metric yet, which
// KEDA does not report.
func (o observed) unanswered(s *Scaler) string {
	if o.Kind != "ScaledObject" {
		return ""
	}
	for i, live := range o.Spec.Triggers {
		mine := func(t kedav1alpha1.ScaleTriggers) bool { return t.Type == externalPush && t.Name == live.Name }
		answered := func(metric string) bool { return strings.HasPrefix(metric, metricPrefix(i)) }
		if slices.ContainsFunc(s.Triggers, mine) && !slices.ContainsFunc(o.Status.ExternalMetricNames, answered) {
			return live.Metadata["scalerAddress"]
		}
	}
	return ""
}

// has reports whether KEDA has a trigger of a scaler now.
func (o observed) has(s *Scaler) bool {
	return slices.ContainsFunc(o.Spec.Triggers, s.owns)
}

// owns reports whether a trigger of KEDA belongs to the scaler.
func (s *Scaler) owns(live kedav1alpha1.ScaleTriggers) bool {
	return slices.ContainsFunc(s.Triggers, func(t kedav1alpha1.ScaleTriggers) bool { return t.Name == live.Name })
}

// hasRead reports whether KEDA has read all triggers of a scaler that it got last, at the end
// of the list: it names their metrics, with their indices, only after it has created the
// scalers of the whole object.
func (o observed) hasRead(s *Scaler) bool {
	for i, live := range o.Spec.Triggers {
		isNamed := func(metric string) bool { return strings.HasPrefix(metric, metricPrefix(i)) }
		if s.owns(live) && !slices.ContainsFunc(o.Status.ExternalMetricNames, isNamed) {
			return false
		}
	}
	return o.has(s) && o.condition().Status == metav1.ConditionTrue
}

// metricPrefix is the prefix of the metrics of a trigger in KEDA.
func metricPrefix(index int) string {
	return fmt.Sprintf("s%d-", index)
}

// ownersOf returns the keys of the event triggers with a KEDA trigger of that name.
func ownersOf(name string, triggers []Derived) []string {
	var keys []string
	for _, trigger := range triggers {
		if trigger.Scaler == nil {
			continue
		}
		if slices.ContainsFunc(trigger.Scaler.Triggers, func(t kedav1alpha1.ScaleTriggers) bool { return t.Name == name }) {
			keys = append(keys, trigger.Key)
		}
	}
	return keys
}
