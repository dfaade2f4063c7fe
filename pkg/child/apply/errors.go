/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// IsNotInstalled reports whether a condition means that a product is not installed.
func IsNotInstalled(cond *apis.Condition) bool {
	return cond.IsFalse() && strings.HasSuffix(cond.Reason, v1beta2.ReasonNotInstalled)
}

// notOwnedError means that an object of another owner has the name of a child.
type notOwnedError struct{ kind, name string }

func (e *notOwnedError) Error() string {
	return fmt.Sprintf("%s %q exists and does not belong to this object; delete or rename it", e.kind, e.name)
}

// staleError means that a child of a deleted owner with the same name still exists.
// Garbage collection removes it.
type staleError struct{ name string }

func (e *staleError) Error() string {
	return fmt.Sprintf("%q belongs to a deleted owner and will be garbage-collected", e.name)
}

// goneError means that a child which must not be created twice was deleted.
type goneError struct{ kind, name string }

func (e *goneError) Error() string {
	return fmt.Sprintf("%s %q was deleted", e.kind, e.name)
}

// conflictingError means that another client keeps changing fields of a child.
type conflictingError struct{ kind, name, path string }

func (e *conflictingError) Error() string {
	return fmt.Sprintf("%s of %s %q is repeatedly changed by another client; find that client in its metadata.managedFields and stop it",
		e.path, e.kind, e.name)
}

// checkOwner compares UIDs, because any client can copy names and labels.
func checkOwner(live *unstructured.Unstructured, owner kmeta.OwnerRefable) error {
	ref := metav1.GetControllerOf(live)
	meta := owner.GetObjectMeta()
	switch {
	case ref != nil && ref.UID == meta.GetUID():
		return nil
	case ref != nil && ref.Name == meta.GetName() && isOfKind(ref, owner.GetGroupVersionKind().GroupKind()):
		return &staleError{name: live.GetName()}
	default:
		return &notOwnedError{kind: live.GetKind(), name: live.GetName()}
	}
}

// isOrphan reports whether live is what kubectl delete --cascade=orphan leaves of the child
// want: it has no owner, the metadata of an applied object, and all of want. So it becomes a
// child again, and nothing that runs changes. If a user made it, it is still what the owner
// would create in the same namespace.
func isOrphan(want, live *unstructured.Unstructured) bool {
	if len(live.GetOwnerReferences()) > 0 || live.GetDeletionTimestamp() != nil || live.GetAnnotations()[functions.AppliedAnnotationKey] == "" {
		return false
	}
	want = want.DeepCopy()
	want.SetOwnerReferences(nil)
	annotations := want.GetAnnotations()
	// The hash includes the owner.
	delete(annotations, functions.AppliedAnnotationKey)
	want.SetAnnotations(annotations)
	return diff(want, live) == ""
}

func isOfKind(ref *metav1.OwnerReference, kind schema.GroupKind) bool {
	gv, err := schema.ParseGroupVersion(ref.APIVersion)
	return err == nil && gv.Group == kind.Group && ref.Kind == kind.Kind
}

// classifyError returns a condition for a problem that a user has to solve, an error
// for one that may go away, and both for one that goes away after minutes.
func classifyError(o child.Observation, err error) (*apis.Condition, error) {
	var taken *notOwnedError
	var gone *goneError
	var conflicting *conflictingError
	switch {
	case errors.As(err, &gone):
		return child.Failed(v1beta2.ReasonGone, err.Error()), nil
	case errors.As(err, &taken):
		return child.Failed(v1beta2.ReasonNotOwned, err.Error()), child.RetryTakenName()
	case errors.As(err, &conflicting):
		return child.Failed(v1beta2.ReasonContested, err.Error()), err
	case apierrs.HasStatusCause(err, corev1.NamespaceTerminatingCause):
		return nil, nil
	case child.RefusalReason(err) != "":
		return refused(o, child.RefusalReason(err), err), child.RetryRefusal()
	case apierrs.IsForbidden(err):
		return refused(o, v1beta2.ReasonForbidden, err), fmt.Errorf("applying %s %q: %w", o.Kind, o.Name, err)
	default:
		return nil, fmt.Errorf("applying %s %q: %w", o.Kind, o.Name, err)
	}
}

func refused(o child.Observation, reason string, err error) *apis.Condition {
	return child.Failed(reason, fmt.Sprintf("%s %q was refused: %s", o.Kind, o.Name, child.Quote(err.Error())))
}

// unseen returns the condition of a child whose kind is not synced yet: Unknown, or
// that the controller is forbidden to list it.
func unseen(o child.Observation, problem error) *apis.Condition {
	if cond := unlisted(o.GroupKind(), problem); cond.IsFalse() {
		return cond
	}
	return nil
}

// unlisted returns why objects of a kind that is not synced yet are not known; nil if
// there is no problem.
func unlisted(kind schema.GroupKind, problem error) *apis.Condition {
	switch {
	case problem == nil:
		return nil
	case apierrs.IsForbidden(problem):
		return child.Failed(v1beta2.ReasonForbidden, fmt.Sprintf("watching %s was refused: %s", kind, child.Quote(problem.Error())))
	}
	return &apis.Condition{
		Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonUnreadable,
		Message: fmt.Sprintf("watching %s fails: %s", kind, child.Quote(problem.Error())),
	}
}

func notInstalled(kind child.Kind) *apis.Condition {
	return child.Failed(kind.Product+v1beta2.ReasonNotInstalled,
		fmt.Sprintf("%s is not installed (no %s); %s", kind.Product, kind.GroupVersionKind.GroupKind(), kind.InstallHint))
}
