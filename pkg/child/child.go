/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package child is the contract between the plug-ins, which describe the children
// of our objects, and the engine in package apply, which creates, updates, watches
// and deletes them.
package child

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmeta"
)

// Resource is any typed Kubernetes object.
type Resource interface {
	metav1.Object
	runtime.Object
}

// Object is the desired state of a child. The engine looks up its kind in the
// scheme, and adds its namespace, owner reference and managed label.
type Object struct {
	Resource

	// ConditionType is the condition of the owner that reports the readiness of
	// this child; empty if the child is ready as soon as it exists.
	ConditionType apis.ConditionType

	// MustExist is set for a child that was created before and must not be created
	// twice, such as a run. If it was deleted, its condition is False with ReasonGone.
	MustExist bool

	// After delays the creation of a child until the children before it that have a
	// ConditionType are ready. It does not affect a child that exists.
	After bool

	// Blocked prevents the creation of a child, and is its condition meanwhile. It
	// does not affect a child that exists.
	Blocked *apis.Condition
}

// Kind is a kind of children that a plug-in creates, or of objects that it refers to,
// with the product that provides the kind.
type Kind struct {
	schema.GroupVersionKind

	// Product is the name of the product that installs the kind, such as Knative; it
	// is the prefix of the reason KnativeNotInstalled. Empty for Kubernetes' own kinds.
	Product string

	// InstallHint is the text in conditions about how to install the product.
	InstallHint string

	// Requires are kinds of other products that must be installed before a child of
	// this kind is created, because it would have no effect without them.
	Requires []Kind

	// Readiness returns the condition of a live child of this kind, nil if the child
	// has not reported one for its current generation. Nil selects Readiness.
	Readiness func(live *unstructured.Unstructured) *apis.Condition

	// Fields are the fields that are cached of objects of this kind, in addition to
	// their identity, if the kind is only referred to.
	Fields [][]string
}

// Observation is the observed state of one child.
type Observation struct {
	// Kind and name of the child.
	schema.GroupVersionKind
	Name string

	// Live is the child as last seen, nil if it does not exist.
	Live *unstructured.Unstructured

	// ConditionType is the ConditionType of the Object.
	ConditionType apis.ConditionType

	// Condition is the condition of the child for its current generation; nil if it
	// has not reported one yet. Its type is not set.
	Condition *apis.Condition

	// Blocked is set if the child was not created because of Object.Blocked or
	// Object.After.
	Blocked bool

	// Denied is set if a quota or an admission policy rejected the child. It may be
	// accepted later, which no event reports.
	Denied bool
}

// Applier creates, updates and deletes the children of one kind of owner.
type Applier interface {
	// Apply makes the objects exist in order, controlled by owner, and returns an
	// observation for each. A problem that a user or administrator has to solve (a
	// missing product) is a False condition and not an error. An error is worth a
	// retry; the observations are valid with an error too. A name that is taken, or
	// an object that the API server refuses, is a False condition together with the
	// error of controller.NewRequeueAfter, as no event reports its end.
	Apply(ctx context.Context, owner kmeta.OwnerRefable, objects []Object) ([]Observation, error)

	// Delete deletes the objects that owner controls among those given.
	Delete(ctx context.Context, owner kmeta.OwnerRefable, objects []Object) error

	// Prune deletes the objects that owner controls and keep does not contain, among
	// the kinds that the Applier was created for.
	Prune(ctx context.Context, owner kmeta.OwnerRefable, keep []Object) error
}
