/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// takenNameRetry is when a name that was taken may be free: no watch of ours hears
// of the end of objects that are not ours.
const takenNameRetry = 30 * time.Second

// IsNotInstalled tells whether a condition says that a product is missing.
func IsNotInstalled(cond *apis.Condition) bool {
	return cond.IsFalse() && strings.HasSuffix(cond.Reason, v1beta2.ReasonNotInstalled)
}

// notOwnedError says that an object which is not ours has a child's name.
type notOwnedError struct{ kind, name string }

func (e *notOwnedError) Error() string {
	return fmt.Sprintf("%s %q exists and does not belong to this object; delete or rename it", e.kind, e.name)
}

// staleError says that the child of an owner of the same name that was deleted
// is still there; it goes away by itself.
type staleError struct{ name string }

func (e *staleError) Error() string {
	return fmt.Sprintf("%q is left over from a deleted owner and is about to be collected", e.name)
}

// goneError says that a child which must not be made twice was deleted.
type goneError struct{ kind, name string }

func (e *goneError) Error() string {
	return fmt.Sprintf("%s %q was deleted", e.kind, e.name)
}

// conflictingError says that somebody else keeps changing what we set.
type conflictingError struct{ kind, name, path string }

func (e *conflictingError) Error() string {
	return fmt.Sprintf("%s of %s %q is changed by somebody else again and again; see its metadata.managedFields for whom to stop",
		e.path, e.kind, e.name)
}

// checkOwner compares UIDs: names and labels can be copied by anybody.
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

func isOfKind(ref *metav1.OwnerReference, kind schema.GroupKind) bool {
	gv, err := schema.ParseGroupVersion(ref.APIVersion)
	return err == nil && gv.Group == kind.Group && ref.Kind == kind.Kind
}

// verdict sorts what went wrong: what somebody has to mend is a condition, what
// may go away is an error, and what will go away but not soon is both.
func classifyError(o child.Observation, err error) (*apis.Condition, error) {
	var taken *notOwnedError
	var gone *goneError
	var conflicting *conflictingError
	switch {
	case errors.As(err, &gone):
		return child.Failed(v1beta2.ReasonGone, err.Error()), nil
	case errors.As(err, &taken):
		return child.Failed(v1beta2.ReasonNotOwned, err.Error()), controller.NewRequeueAfter(takenNameRetry)
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

// unseen is what is so of a child whose kind is not synced yet: nothing is known,
// but that we may be refused.
func unseen(o child.Observation, problem error) *apis.Condition {
	if cond := unlisted(o.GroupKind(), problem); cond.IsFalse() {
		return cond
	}
	return nil
}

// unlisted is what is so of objects whose kind is not synced yet for a problem, nil
// where there is none.
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
