/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package requester

import (
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const (
	whyControllerOwns = "only the controller creates objects that a Function owns: remove this owner, or change the Function"
	whyFinalizer      = "only the controller may add it, because only the controller removes it"
)

// ownAnnotations are the annotations that identify objects of the controller.
var ownAnnotations = sets.New(functions.GenerationAnnotationKey, functions.AppliedAnnotationKey)

// childAnnotations are the annotations that users may set on an object of their own, and
// not change on an object of the controller.
var childAnnotations = ownAnnotations.Clone().Insert(functions.IdentityAnnotationKey)

// ValidateMetadata checks the metadata that only the controller may set. old is the
// stored object, or nil.
func (r Requester) ValidateMetadata(object, old metav1.Object) (field.ErrorList, []fielderror.Warning) {
	if !r.isEndUser() {
		return nil, nil
	}
	if old == nil {
		old = &metav1.ObjectMeta{}
	}
	path := field.NewPath("metadata")
	errs, warnings := validateFinalizers(object, old, path.Child("finalizers"))
	if _, isFunction := object.(*v1beta2.Function); !isFunction {
		errs = append(errs, validateOwnership(object, old, path)...)
	}
	return errs, warnings
}

// validateOwnership prevents a user from creating a Builder or Serving that looks like
// a child of a Function. The controller would trust its image, and the Function of
// another user would run it. A Builder or Serving without an owner is allowed. Other
// controllers may still change an object that has an owner: the garbage collector
// removes owner references, and many controllers set labels and annotations of their
// own.
func validateOwnership(object, old metav1.Object, path *field.Path) field.ErrorList {
	labels, annotations := path.Child("labels"), path.Child("annotations")
	isOwnAnnotation := ownAnnotations.Has
	if isOwned(old) {
		isOwnAnnotation = childAnnotations.Has
	}
	errs := validateOwnKeys(object.GetLabels(), old.GetLabels(), labels, functions.IsOwnKey)
	errs = append(errs, validateOwnKeys(object.GetAnnotations(), old.GetAnnotations(), annotations, isOwnAnnotation)...)
	if isOwned(old) {
		errs = append(errs, validateOwnKeys(old.GetLabels(), object.GetLabels(), labels, functions.IsOwnKey)...)
		errs = append(errs, validateOwnKeys(old.GetAnnotations(), object.GetAnnotations(), annotations, isOwnAnnotation)...)
	}
	known := sets.New[ownerKey]()
	for _, reference := range old.GetOwnerReferences() {
		known.Insert(keyOf(reference))
	}
	for i, reference := range object.GetOwnerReferences() {
		if isOurs(reference) && !known.Has(keyOf(reference)) {
			errs = append(errs, field.Forbidden(path.Child("ownerReferences").Index(i), whyControllerOwns))
		}
	}
	return errs
}

// validateOwnKeys rejects our own keys in values that differ from before.
func validateOwnKeys(values, before map[string]string, path *field.Path, isOwn func(string) bool) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(values)) {
		old, had := before[key]
		if isOwn(key) && (!had || old != values[key]) {
			errs = append(errs, field.Forbidden(fielderror.Key(path, key), whyControllerOwns))
		}
	}
	return errs
}

// ownerKey is an owner reference without the fields that the garbage collector changes.
type ownerKey struct {
	apiVersion, kind, name string
	uid                    types.UID
	controller             bool
}

func keyOf(r metav1.OwnerReference) ownerKey {
	return ownerKey{r.APIVersion, r.Kind, r.Name, r.UID, r.Controller != nil && *r.Controller}
}

func isOurs(reference metav1.OwnerReference) bool {
	gv, err := schema.ParseGroupVersion(reference.APIVersion)
	return err == nil && gv.Group == functions.GroupName
}

func isOwned(object metav1.Object) bool {
	owner := metav1.GetControllerOf(object)
	return owner != nil && isOurs(*owner)
}

// validateFinalizers prevents a user from adding a finalizer of ours, which no
// controller would remove. A user may remove one, for example after the controller was
// uninstalled, and gets a warning.
func validateFinalizers(object, old metav1.Object, path *field.Path) (field.ErrorList, []fielderror.Warning) {
	var errs field.ErrorList
	var warnings []fielderror.Warning
	now, then := object.GetFinalizers(), old.GetFinalizers()
	for i, finalizer := range now {
		if functions.IsOwnKey(finalizer) && !slices.Contains(then, finalizer) {
			errs = append(errs, field.Forbidden(path.Index(i), whyFinalizer))
		}
	}
	for _, finalizer := range then {
		if functions.IsOwnKey(finalizer) && !slices.Contains(now, finalizer) {
			warnings = append(warnings, fielderror.Warning{
				Path: path,
				Text: fmt.Sprintf("removed %s: the controller can no longer clean up before the deletion", fielderror.Quote(finalizer)),
			})
		}
	}
	return errs, warnings
}
