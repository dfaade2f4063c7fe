/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
)

var servingCondSet = apis.NewLivingConditionSet(ServingConditionRevisionReady)

// GetConditionSet returns the conditions that Ready consists of.
func (*Serving) GetConditionSet() apis.ConditionSet {
	return servingCondSet
}

// GetStatus returns the status that the generated reconciler keeps.
func (s *Serving) GetStatus() *duckv1.Status {
	return &s.Status.Status
}

// GetGroupVersionKind returns the kind for owner references.
func (*Serving) GetGroupVersionKind() schema.GroupVersionKind {
	return SchemeGroupVersion.WithKind("Serving")
}

// IsReady reports whether this version can serve.
func (s *Serving) IsReady() bool {
	return s.Status.ObservedGeneration == s.Generation &&
		s.Status.GetCondition(ServingConditionReady).IsTrue()
}

// Revision returns the entry of s in the status of its Function, without its share of
// the traffic.
func (s *Serving) Revision() RevisionStatus {
	ready := corev1.ConditionUnknown
	if cond := s.Status.GetCondition(ServingConditionReady); cond != nil && s.Status.ObservedGeneration == s.Generation {
		ready = cond.Status
	}
	revision := RevisionStatus{Name: s.Name, Image: s.Spec.Image, Ready: ready}
	if !s.CreationTimestamp.IsZero() {
		revision.Created = s.CreationTimestamp.DeepCopy()
	}
	return revision
}

// InitializeConditions sets the conditions that are missing to Unknown.
func (ss *ServingStatus) InitializeConditions() {
	servingCondSet.Manage(ss).InitializeConditions()
}

// MarkRuntimeUnknown marks RevisionReady as False: no runtime of that name is
// installed.
func (ss *ServingStatus) MarkRuntimeUnknown(name string) {
	servingCondSet.Manage(ss).MarkFalse(ServingConditionRevisionReady, ReasonRuntimeUnknown,
		"no runtime %q is known to this installation", name)
	ss.summarise()
}

// MarkStarting marks RevisionReady as Unknown while the workload starts. The message
// must not change meanwhile, so that waiting costs no writes.
func (ss *ServingStatus) MarkStarting(message string) {
	servingCondSet.Manage(ss).MarkUnknown(ServingConditionRevisionReady, ReasonStarting, "%s", message)
	ss.summarise()
}

// MarkTimeout marks RevisionReady as False: the deadline passed before this version was
// ready. The condition recovers if the version becomes ready later.
func (ss *ServingStatus) MarkTimeout(message string) {
	servingCondSet.Manage(ss).MarkFalse(ServingConditionRevisionReady, ReasonTimeout, "%s", message)
	ss.summarise()
}

// PropagateRevision copies the condition of the workload to RevisionReady. A nil
// condition means that the workload has not reported yet.
func (ss *ServingStatus) PropagateRevision(cond *apis.Condition) {
	propagate(servingCondSet.Manage(ss), ServingConditionRevisionReady, cond, "")
	ss.summarise()
}

func (ss *ServingStatus) summarise() {
	cond := ss.GetCondition(ServingConditionReady)
	ss.Phase = "Serving"
	ss.Reason, ss.Message = cond.GetReason(), cond.GetMessage()
	ss.State = servingState(cond)
}
