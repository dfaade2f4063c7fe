/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

const (
	// Domain is the domain of the labels and annotations that belong to us;
	// users cannot set keys below it.
	Domain = "openfunction.io"

	// FunctionLabelKey names the Function that an object was made for. It
	// serves people and list selectors; ownership is decided by UID alone.
	FunctionLabelKey = Domain + "/function"

	// BuilderLabelKey names the Builder that an object was made for.
	BuilderLabelKey = Domain + "/builder"

	// ServingLabelKey names the Serving that an object was made for.
	ServingLabelKey = Domain + "/serving"

	// BuildKeyLabelKey holds, on a Serving, the name of the Builder whose image
	// it runs, so that the image is known when the Builder is gone.
	BuildKeyLabelKey = Domain + "/build"

	// GenerationAnnotationKey holds, on a Builder, the generation of the Function
	// that asked for it. Changes to the serving part of that same generation
	// wait for the image; later ones do not.
	GenerationAnnotationKey = Domain + "/generation"

	// RoutingStateLabelKey says, on a Serving whose runtime no route decides about,
	// whether events reach it: RoutingStateActive or RoutingStateReserve. One that
	// has none yet is being tried and takes part.
	RoutingStateLabelKey = Domain + "/routing-state"

	// RoutingStateActive means that events reach the Serving.
	RoutingStateActive = "active"

	// RoutingStateReserve means that the Serving is kept for a rollback and
	// consumes nothing.
	RoutingStateReserve = "reserve"

	// AbstainsAnnotationKey marks, by "true", a pod of a version that leaves alone
	// what a broker gives to one connection only: another version has it.
	AbstainsAnnotationKey = Domain + "/abstains"

	// ManagedLabelKey marks every child that we apply, so that informers can
	// select them; its value is ManagedLabelValue.
	ManagedLabelKey = Domain + "/managed"

	// ManagedLabelValue is the only value of ManagedLabelKey.
	ManagedLabelValue = "true"

	// AppliedAnnotationKey holds the hash of the form in which we last applied
	// a child, so that an unchanged child costs no request.
	AppliedAnnotationKey = Domain + "/applied"

	// ConversionDataAnnotationKey holds what another version of the API has and
	// this one has no place for, so that it is there again in that version. It
	// never stands above what this version says.
	ConversionDataAnnotationKey = Domain + "/conversion-data"
)
