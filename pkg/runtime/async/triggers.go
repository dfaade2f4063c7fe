/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"
	"strings"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/async/scalers"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// seen is what was observed of a revision.
type seen struct {
	*observe.Snapshot

	children []child.Observation
}

// status returns the status of the revision from what was observed.
func (p *plan) status(observed runtime.Observed) runtime.RevisionStatus {
	snapshot, _ := observed.Snapshot.(*observe.Snapshot)
	if snapshot == nil {
		snapshot = &observe.Snapshot{}
	}
	triggers := p.triggerStatus(seen{Snapshot: snapshot, children: observed.Children})
	return runtime.RevisionStatus{
		Triggers: triggers,
		Settling: snapshot.Unqueried,
		Attention: runtime.Attention{
			Closely: slices.ContainsFunc(triggers, func(t v1beta2.TriggerStatus) bool {
				return t.Reason == v1beta2.ReasonSidecarFailed
			}),
			Version: versionOf(p.in.References),
		},
	}
}

// versionOf identifies the content of the components that the namespace has. Dapr loads
// one that changes again, while those of a revision never change.
func versionOf(refs []runtime.ResolvedReference) string {
	versions := make([]string, 0, len(refs))
	for _, ref := range refs {
		if ref.Live != nil {
			versions = append(versions, string(ref.Live.GetUID())+"@"+ref.Live.GetResourceVersion())
		}
	}
	return strings.Join(versions, ",")
}

// triggerStatus returns the status of each trigger. An error in the spec of a trigger
// takes precedence over a failure of its pods, that over a component which their
// sidecars lack, and that over what KEDA reports, which may only follow from it.
func (p *plan) triggerStatus(seen seen) []v1beta2.TriggerStatus {
	byKey := make(map[string]v1beta2.TriggerStatus)
	for _, verdict := range p.verdictsOfKEDA(seen) {
		byKey[verdict.Key] = verdict
	}
	for _, t := range p.scaled {
		if verdict := p.verdictBeforeKEDA(t, seen, byKey[t.Key]); verdict != nil {
			byKey[t.Key] = *verdict
		}
	}
	for _, problem := range p.dapr.Problems {
		if problem.TriggerKey != "" {
			byKey[problem.TriggerKey] = verdictOf(problem)
		}
	}
	triggers := make([]v1beta2.TriggerStatus, 0, len(byKey))
	for _, trigger := range p.serving.Spec.EventTriggers() {
		if verdict, ok := byKey[trigger.Key]; ok {
			triggers = append(triggers, verdict)
		}
	}
	return triggers
}

func verdictOf(problem dapr.Problem) v1beta2.TriggerStatus {
	verdict := v1beta2.TriggerStatus{
		Key: problem.TriggerKey, Status: corev1.ConditionFalse, Reason: problem.Reason,
		Message: "spec.serving." + problem.Path + ": " + problem.Message,
	}
	if problem.Pending {
		verdict.Status = corev1.ConditionUnknown
	}
	return verdict
}

// verdictBeforeKEDA is what is so of a trigger whatever KEDA says of it, nil where
// that alone counts.
func (p *plan) verdictBeforeKEDA(t scaled, seen seen, keda v1beta2.TriggerStatus) *v1beta2.TriggerStatus {
	if p.reserve {
		return nil
	}
	if t.Cron != nil && p.serving.Spec.WorkloadType == v1beta2.WorkloadTypeJob {
		return &v1beta2.TriggerStatus{
			Key: t.Key, Status: corev1.ConditionFalse, Reason: v1beta2.ReasonInvalidSpec,
			Message: "spec.serving.workloadType: a schedule calls pods that wait for it, which those of a Job do not; use Deployment or StatefulSet",
		}
	}
	if trouble := troubleOf(seen, t.Cron == nil); trouble != nil {
		return &v1beta2.TriggerStatus{Key: t.Key, Status: corev1.ConditionFalse, Reason: trouble.reason, Message: trouble.message}
	}
	if failed := p.verdictOfSidecar(t, seen, keda); failed != nil || !t.Standby || !runtime.IsActive(p.serving) {
		return failed
	}
	return &v1beta2.TriggerStatus{
		Key: t.Key, Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
		Message: "events come to this version once the pods of the one before have ended",
	}
}

// verdictsOfKEDA are what KEDA says of each trigger.
func (p *plan) verdictsOfKEDA(seen seen) []v1beta2.TriggerStatus {
	derived := make([]scalers.Derived, 0, len(p.scaled))
	for _, t := range p.scaled {
		if p.overrides() {
			derived = append(derived, scalers.Derived{Key: t.Key, Scaler: &scalers.Scaler{Triggers: p.triggers()}})
			continue
		}
		derived = append(derived, scalers.Derived{Key: t.Key, Scaler: t.scaler, Err: t.unknown})
	}
	live := scalers.Live{Object: liveScaler(seen), Warnings: seen.Warnings}
	if p.reserve {
		live.Suspended = &v1beta2.TriggerStatus{
			Status: corev1.ConditionTrue, Reason: v1beta2.ReasonSuspended,
			Message: "this version consumes nothing; events wait, or go to the version that is routed",
		}
	}
	return scalers.Verdicts(derived, live)
}

// liveScaler returns the ScaledObject or ScaledJob as last seen, nil if there is
// none.
func liveScaler(seen seen) *unstructured.Unstructured {
	for _, o := range seen.children {
		if o.Group == kedav1alpha1.SchemeGroupVersion.Group && (o.Kind == "ScaledObject" || o.Kind == "ScaledJob") {
			return o.Live
		}
	}
	return nil
}
