/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package owned applies and observes the children of our objects. It is the only
// place that does: plug-ins say what must exist, and this package makes it so.
package owned

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

// Object is a child as it must be. Its kind is looked up in the scheme of the
// Applier; its namespace, owner reference and managed label are added.
type Object struct {
	Resource

	// Reports is the condition of the owner that speaks for this child; empty
	// when the child is ready as soon as it exists.
	Reports apis.ConditionType

	// MadeBefore is set on a child that was seen to exist and must not be made
	// twice, such as a run: where it is gone, its condition is False with
	// ReasonGone.
	MadeBefore bool

	// Follows keeps a child from being made until those before it that report are
	// ready. One that exists is not affected.
	Follows bool

	// Held keeps a child that does not exist from being made for now, for the
	// reason that this condition says. One that exists is not affected.
	Held *apis.Condition
}

// Kind is a kind of child that a plug-in makes, and who provides it.
type Kind struct {
	schema.GroupVersionKind

	// Product is the name of what installs the kind, as Knative; it makes the
	// reason KnativeNotInstalled. Empty for kinds of Kubernetes itself.
	Product string

	// InstallHint says how to install the product.
	InstallHint string

	// Requires are kinds of other products without which a child of this kind
	// would be made and never do anything.
	Requires []Kind

	// Judge returns what the condition of a child, nil while it has said nothing,
	// means for its owner; a nil Judge takes it at its word.
	Judge func(own *apis.Condition) *apis.Condition
}

// Observation is what is so of one child.
type Observation struct {
	// Kind and name of the child.
	schema.GroupVersionKind
	Name string

	// Live is the child as last seen, nil where there is none.
	Live *unstructured.Unstructured

	// Reports is the condition of the owner that this speaks for.
	Reports apis.ConditionType

	// Condition is what the child says of its current generation; nil when it
	// has not reported yet. Its type is Reports.
	Condition *apis.Condition

	// Held tells that the child was not made as Object.Held or Object.Follows asked
	// for.
	Held bool
}

// Interface applies children and tells what is so of them.
type Interface interface {
	// Apply makes the objects exist, owned by owner, in order, and returns an
	// observation for each. What a user or administrator has to mend (a missing
	// product, a rejected object) is a False condition and no error; errors are
	// worth a retry, and the observations hold then too. A name that is taken is
	// a False condition and the request of controller.NewRequeueAfter.
	Apply(ctx context.Context, owner kmeta.OwnerRefable, objects []Object) ([]Observation, error)

	// Prune deletes what owner controls and keep does not name, among the kinds
	// that the Applier was made for.
	Prune(ctx context.Context, owner kmeta.OwnerRefable, keep []Object) error
}
