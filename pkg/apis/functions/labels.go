/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

const (
	// Domain is the domain of our own labels and annotations. Users cannot set keys
	// below it.
	Domain = "openfunction.io"

	// FunctionLabelKey is the label with the name of the Function that an object belongs
	// to. Users and lists select by it; the controller identifies owners by UID.
	FunctionLabelKey = Domain + "/function"

	// BuilderLabelKey is the label with the name of the Builder that an object belongs
	// to.
	BuilderLabelKey = Domain + "/builder"

	// ServingLabelKey is the label with the name of the Serving that an object belongs
	// to.
	ServingLabelKey = Domain + "/serving"

	// BuildKeyLabelKey is the label of a Serving with the name of the Builder that built
	// its image. It remains after the Builder is deleted.
	BuildKeyLabelKey = Domain + "/build"

	// GenerationAnnotationKey is the annotation of a Builder with the generation of the
	// Function that created it. If that generation also changed spec.serving, the new
	// Serving waits for the image of the build. A change of spec.serving in a later
	// generation does not wait.
	GenerationAnnotationKey = Domain + "/generation"

	// RoutingStateLabelKey is the label of a Serving that consumes events. Its value is
	// RoutingStateActive or RoutingStateReserve. A Serving without the label is a
	// candidate: it is starting, and consumes events.
	RoutingStateLabelKey = Domain + "/routing-state"

	// TrafficPercentAnnotationKey is the annotation of a Serving that consumes a part of
	// the events. Its value is the share in percent. A Serving without it consumes all
	// that it receives.
	TrafficPercentAnnotationKey = Domain + "/traffic-percent"

	// RoutingStateActive means that the Serving receives events.
	RoutingStateActive = "active"

	// RoutingStateReserve means that the Serving is kept for a rollback and receives no
	// events.
	RoutingStateReserve = "reserve"

	// StandbyAnnotationKey is the annotation, with the value "true", of a pod on
	// standby: the broker accepts one connection only, and another revision has it. The
	// key is an older word for standby. It cannot change, because running pods have it.
	StandbyAnnotationKey = Domain + "/abstains"

	// AnswersLabelKey is the label, with the value "requests", of pods that answer
	// requests. The controller watches these pods. A Serving may also have pods that
	// handle events.
	AnswersLabelKey = Domain + "/answers"

	// AnswersRequests is the only value of AnswersLabelKey.
	AnswersRequests = "requests"

	// ManagedLabelKey is the label of every child that a controller applies, so that
	// informers can select them. Its value is ManagedLabelValue.
	ManagedLabelKey = Domain + "/managed"

	// ManagedLabelValue is the only value of ManagedLabelKey.
	ManagedLabelValue = "true"

	// AppliedAnnotationKey is the annotation with the hash of the form in which a child
	// was last applied, so that an unchanged child costs no request.
	AppliedAnnotationKey = Domain + "/applied"

	// ConversionDataAnnotationKey is the annotation with the fields of another version
	// of the API that this version does not have, so that a conversion back restores
	// them. The fields of this version take precedence.
	ConversionDataAnnotationKey = Domain + "/conversion-data"
)
