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

// observed is what a ScaledObject and a ScaledJob have in common.
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

// observe reads what KEDA says. What cannot be read was not said.
func observe(live *unstructured.Unstructured) observed {
	var seen observed
	if live == nil || k8sruntime.DefaultUnstructuredConverter.FromUnstructured(live.Object, &seen) != nil {
		return observed{}
	}
	return seen
}

// condition returns the condition that speaks for all triggers.
func (o observed) condition() kedav1alpha1.Condition {
	for _, condition := range o.Status.Conditions {
		if condition.Type == kedav1alpha1.ConditionReady {
			return condition
		}
	}
	return kedav1alpha1.Condition{}
}

// watching tells whether KEDA asks how many events wait, be it that some triggers
// do not answer.
func (o observed) watching() bool {
	condition := o.condition()
	return condition.Status == metav1.ConditionTrue || slices.Contains(ofTriggers, condition.Reason)
}

// inError tells whether something is wrong with a trigger. KEDA begins with an
// Unknown without a reason; an Unknown with one is an error of some triggers.
func (o observed) inError() bool {
	condition := o.condition()
	return condition.Status == metav1.ConditionFalse || condition.Status == metav1.ConditionUnknown && condition.Reason != ""
}

// ofTriggers are the reasons whose message says nothing but that a trigger failed.
var ofTriggers = []string{"TriggerError", "PartialTriggerError"}

// ScaledJobReadiness reports whether KEDA accepted a ScaledJob. It ignores failures of
// triggers, which Verdicts reports per trigger: some of them are harmless before the
// first Job.
func ScaledJobReadiness(live *unstructured.Unstructured) *apis.Condition {
	own := child.Readiness(live)
	if own != nil && slices.Contains(ofTriggers, own.Reason) {
		return &apis.Condition{Status: corev1.ConditionTrue}
	}
	return own
}

// failures returns what is wrong with each trigger, by its key. KEDA says which one
// it is only where the function has a fallback; else what it talks about tells, and
// where that does not either, all are meant.
func (o observed) failures(triggers []Derived, warnings []string) map[string]string {
	failing := o.failing(triggers)
	if len(failing) == 0 && !o.inError() {
		return nil
	}
	scaled := slices.DeleteFunc(slices.Clone(triggers), func(t Derived) bool {
		return t.Scaler == nil || len(t.Scaler.Triggers) == 0 || len(failing) > 0 && !slices.Contains(failing, t.Key)
	})
	failures, harmless := blame(scaled, o.messages(warnings))
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

// messages returns what KEDA says of triggers.
func (o observed) messages(warnings []string) []string {
	if condition := o.condition(); o.inError() && !slices.Contains(ofTriggers, condition.Reason) {
		return slices.Concat([]string{condition.Message}, warnings)
	}
	return warnings
}

// blame returns the first message about each trigger, by its key, and the keys of
// those that KEDA complains of without need.
func blame(triggers []Derived, messages []string) (failures map[string]string, harmless sets.Set[string]) {
	failures, harmless = map[string]string{}, sets.New[string]()
	for _, message := range messages {
		for _, trigger := range about(triggers, message) {
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

// failing returns the keys of the triggers that KEDA counts failures of, as it does
// where there is a fallback.
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

// unanswered returns the address of the scaler of a trigger that KEDA got no metric
// from, where that is one beside KEDA: KEDA says nothing of such a one.
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

// metricPrefix is how KEDA begins the names of the metrics of a trigger.
func metricPrefix(index int) string {
	return fmt.Sprintf("s%d-", index)
}

// ownersOf returns the keys of the event triggers that have a trigger of KEDA.
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
