/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// resolve looks up the objects that s refers to.
func (r *Reconciler) resolve(s *v1beta2.Serving) []runtime.ResolvedReference {
	key := types.NamespacedName{Namespace: s.Namespace, Name: s.Name}
	refs := r.runtimes.References(s.Namespace, &s.Spec.WorkloadSpec)
	resolved := make([]runtime.ResolvedReference, 0, len(refs))
	for _, ref := range refs {
		live, unknown := r.references.Track(key, ref.Reference)
		resolved = append(resolved, runtime.ResolvedReference{Reference: ref, Live: live, Unknown: unknown})
	}
	return resolved
}

// unresolvedOf returns why the plans depend on an object that cannot be read; nil if
// all were read.
func unresolvedOf(results []result) *apis.Condition {
	var unresolved *apis.Condition
	for _, res := range results {
		unresolved = runtime.WorseUnresolved(unresolved, res.plan.Unresolved)
	}
	return unresolved
}

// markUnresolved reports why a reference of the plan cannot be resolved, for a revision
// that has children. A transient problem does not change a revision that is ready.
func markUnresolved(s *v1beta2.Serving, unresolved *apis.Condition) {
	if unresolved.IsFalse() || !runtime.IsPending(unresolved) && !s.IsReady() {
		s.Status.PropagateRevision(unresolved)
	}
}
