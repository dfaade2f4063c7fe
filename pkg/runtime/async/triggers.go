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

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/async/scalers"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// observed is the observed state of a revision.
type observed struct {
	*observe.Snapshot

	children []child.Observation
}

// status returns the status of the revision from what was observed.
func (p *plan) status(from runtime.Observed) runtime.RevisionStatus {
	snapshot, _ := from.Snapshot.(*observe.Snapshot)
	if snapshot == nil {
		snapshot = &observe.Snapshot{}
	}
	seen := observed{Snapshot: snapshot, children: from.Children}
	failures := p.componentFailures(seen)
	keda := p.kedaStatus(seen, failures)
	triggers := p.triggerStatus(seen, failures, keda)
	deliveries, notHandled := p.deliveries(snapshot)
	return runtime.RevisionStatus{
		Triggers:   triggers,
		Deliveries: deliveries,
		NotHandled: notHandled,

		ScalerFailures: p.scalerFailures(keda),
		Settling:       snapshot.Unqueried,
		Attention: runtime.Attention{
			Closely: slices.ContainsFunc(triggers, func(t v1beta2.TriggerStatus) bool {
				return t.Reason == v1beta2.ReasonSidecarFailed
			}),
			Version: versionOf(p.in.References),
		},
	}
}

// versionOf returns a string that identifies the content of the components in the
// namespace. Dapr reloads a component that changes, while the components of a revision
// never change.
func versionOf(refs []runtime.ResolvedReference) string {
	versions := make([]string, 0, len(refs))
	for _, ref := range refs {
		if ref.Live != nil {
			versions = append(versions, string(ref.Live.GetUID())+"@"+ref.Live.GetResourceVersion())
		}
	}
	return strings.Join(versions, ",")
}

// triggerStatus returns the status of each trigger. It reports the first problem in
// this order: an error in the spec, a failure of the pods, a component that their
// sidecars could not load, the status of KEDA. Each problem may cause the later ones.
func (p *plan) triggerStatus(o observed, failures map[string]*componentFailure, keda []v1beta2.TriggerStatus) []v1beta2.TriggerStatus {
	byKey := make(map[string]v1beta2.TriggerStatus)
	for _, status := range keda {
		byKey[status.Key] = status
	}
	for _, t := range p.scaled {
		if status := p.ownStatus(t, o, failures[t.Key].status(t, byKey[t.Key])); status != nil {
			byKey[t.Key] = *status
		}
	}
	for _, problem := range p.dapr.Problems {
		if problem.TriggerKey != "" {
			byKey[problem.TriggerKey] = statusOfProblem(problem)
		}
	}
	triggers := make([]v1beta2.TriggerStatus, 0, len(byKey))
	for _, trigger := range p.serving.Spec.EventTriggers() {
		if status, ok := byKey[trigger.Key]; ok {
			triggers = append(triggers, status)
		}
	}
	return triggers
}

func statusOfProblem(problem dapr.Problem) v1beta2.TriggerStatus {
	status := v1beta2.TriggerStatus{
		Key: problem.TriggerKey, Status: corev1.ConditionFalse, Reason: problem.Reason,
		Message: "spec.serving." + problem.Path + ": " + problem.Message,
	}
	if problem.Pending {
		status.Status = corev1.ConditionUnknown
	}
	return status
}

// ownStatus returns the status of a trigger that takes precedence over that of KEDA; nil
// if there is none. notLoaded is its status if the sidecars could not load its component.
func (p *plan) ownStatus(t scaled, o observed, notLoaded *v1beta2.TriggerStatus) *v1beta2.TriggerStatus {
	if p.reserve {
		return nil
	}
	if t.Cron != nil && p.serving.Spec.WorkloadType == v1beta2.WorkloadTypeJob {
		return &v1beta2.TriggerStatus{
			Key: t.Key, Status: corev1.ConditionFalse, Reason: v1beta2.ReasonInvalidSpec,
			Message: "spec.serving.workloadType: a schedule needs pods that accept calls, and the pods of a Job do not; use Deployment or StatefulSet",
		}
	}
	if len(p.forbidden) > 0 {
		return &v1beta2.TriggerStatus{
			Key: t.Key, Status: corev1.ConditionFalse, Reason: v1beta2.ReasonInvalidSpec,
			Message: fielderror.Text(fielderror.ForKnative(p.forbidden)),
		}
	}
	if failure := podFailureOf(o, t.Cron == nil); failure != nil {
		return &v1beta2.TriggerStatus{Key: t.Key, Status: corev1.ConditionFalse, Reason: failure.Reason, Message: failure.Message}
	}
	if notLoaded != nil || !t.Standby || !runtime.IsActive(p.serving) {
		return notLoaded
	}
	return &v1beta2.TriggerStatus{
		Key: t.Key, Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending,
		Message: "this version receives events after the pods of the previous one have terminated",
	}
}

// kedaStatus returns the status of each trigger that KEDA reports.
func (p *plan) kedaStatus(o observed, failures map[string]*componentFailure) []v1beta2.TriggerStatus {
	derived := make([]scalers.Derived, 0, len(p.scaled))
	for _, t := range p.scaled {
		if p.overrides() {
			derived = append(derived, scalers.Derived{Key: t.Key, Scaler: scalers.OfAuthor(p.triggers())})
			continue
		}
		derived = append(derived, scalers.Derived{Key: t.Key, Scaler: t.scaler, Err: t.err, NotLoaded: failures[t.Key] != nil})
	}
	live := scalers.Live{Object: liveScaler(o), Warnings: o.Warnings, Unread: p.unread()}
	if p.reserve {
		live.Suspended = &v1beta2.TriggerStatus{
			Status: corev1.ConditionTrue, Reason: v1beta2.ReasonSuspended,
			Message: "this version consumes no events; they stay in the broker, or the active version receives them",
		}
	}
	return scalers.TriggerStatuses(derived, live)
}

// liveScaler returns the live ScaledObject or ScaledJob, nil if there is none.
func liveScaler(o observed) *unstructured.Unstructured {
	for _, c := range o.children {
		if c.Group == kedav1alpha1.SchemeGroupVersion.Group && (c.Kind == "ScaledObject" || c.Kind == "ScaledJob") {
			return c.Live
		}
	}
	return nil
}
