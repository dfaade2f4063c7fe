/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

// The reasons of our conditions, each with the status that it goes with. Where
// a child or a plug-in speaks for a condition, its own reason is repeated: that
// of the failed step of a build (as BuildFailed), of Shipwright (as
// BuildRegistrationFailed) or of the runtime (as RevisionFailed).
const (
	// ReasonNotRequired: True, as the spec does not ask for this part.
	ReasonNotRequired = "NotRequired"
	// ReasonPending: Unknown, as the child was made and has not reported yet.
	ReasonPending = "Pending"
	// ReasonNotOwned: False, Unknown of a Builder, as an object that is not ours
	// has the child's name.
	ReasonNotOwned = "NotOwned"
	// ReasonRuntimeUnknown: False, as no runtime is known for the triggers.
	ReasonRuntimeUnknown = "RuntimeUnknown"
	// ReasonInvalidSpec: False, as the spec asks for what cannot be or what an
	// administrator does not allow.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonNamespaceInvalid: False, Unknown of a Builder, as an administrator set
	// something for the namespace that cannot be read; nothing new is made until
	// then.
	ReasonNamespaceInvalid = "NamespaceInvalid"
	// ReasonTimeout: False, as the time given passed first.
	ReasonTimeout = "Timeout"
)

// Reasons of what a Function waits for.
const (
	// ReasonWaitingForImage: Unknown, as there is no image to serve yet.
	ReasonWaitingForImage = "WaitingForImage"
	// ReasonWaitingForServing: Unknown, as there is no Serving to route to yet.
	ReasonWaitingForServing = "WaitingForServing"
	// ReasonWaitingForCancel: Unknown, as a superseded build has to end first.
	ReasonWaitingForCancel = "WaitingForCancel"
)

// Reasons of the conditions of a Function that inform.
const (
	// ReasonAllFieldsHonored: True, as every field that is set has an effect.
	ReasonAllFieldsHonored = "AllFieldsHonored"
	// ReasonFieldsWithoutEffect: False, as fields are set that change nothing yet.
	ReasonFieldsWithoutEffect = "FieldsWithoutEffect"
	// ReasonResolvedRefs: True, as every object that is named may be used.
	ReasonResolvedRefs = "ResolvedRefs"
	// ReasonRefNotPermitted: False, as an object of another namespace is named
	// that this one was not let to.
	ReasonRefNotPermitted = "RefNotPermitted"
	// ReasonComponentNotFound: False, as a Dapr component is named that neither
	// the spec nor the namespace has.
	ReasonComponentNotFound = "ComponentNotFound"
)

// Reasons of a Builder's Succeeded condition.
const (
	// ReasonQueued: Unknown, as the namespace runs as many builds as it may.
	ReasonQueued = "Queued"
	// ReasonBuilding: Unknown, as the build runs.
	ReasonBuilding = "Building"
	// ReasonCancelling: Unknown, as the run was told to end and has not yet.
	ReasonCancelling = "Cancelling"
	// ReasonStrategyNotFound: Unknown, as the build strategy does not exist; the
	// build begins when it does.
	ReasonStrategyNotFound = "StrategyNotFound"
	// ReasonUndefinedParameter: Unknown, as a parameter is set that the build
	// strategy does not have; the build begins when it does.
	ReasonUndefinedParameter = "UndefinedParameter"
	// ReasonMissingParameterValues: Unknown, as a parameter is not set for which
	// the build strategy has no default; the build begins when it has one.
	ReasonMissingParameterValues = "MissingParameterValues"
	// ReasonDigestMissing: False, as the run succeeded without saying which image
	// it pushed; a tag alone could be anything by the time it is served.
	ReasonDigestMissing = "DigestMissing"
	// ReasonRunMissing: False, as somebody deleted the run before it ended.
	ReasonRunMissing = "RunMissing"
)

// Reasons of a Serving's conditions.
const (
	// ReasonStarting: Unknown, as what runs the image exists and is not ready yet.
	ReasonStarting = "Starting"
	// ReasonServiceAccountNotFound: False, as the template names a ServiceAccount
	// that does not exist; heals once it does.
	ReasonServiceAccountNotFound = "ServiceAccountNotFound"
)

// Reasons of the condition of a trigger, where events are what calls a function.
const (
	// ReasonTypeMismatch: False, as the trigger declares another type than its
	// component has.
	ReasonTypeMismatch = "TypeMismatch"
	// ReasonTopicMissing: False, as the component is one of publish/subscribe and
	// the trigger names no topic.
	ReasonTopicMissing = "TopicMissing"
	// ReasonComponentAmbiguous: False, as more than one of bindings, pubsub and
	// states describe a component of that name.
	ReasonComponentAmbiguous = "ComponentAmbiguous"
	// ReasonComponentNotPermitted: False, as the scopes of the component, which the
	// namespace has, do not let the function use it.
	ReasonComponentNotPermitted = "ComponentNotPermitted"
	// ReasonScalerNotDerived: True, as events reach the function, though nothing
	// says when to wake it: it keeps at least one pod.
	ReasonScalerNotDerived = "ScalerNotDerived"
	// ReasonScalerFailed: False, as KEDA cannot ask how many events wait; the
	// message quotes it. It heals once KEDA can.
	ReasonScalerFailed = "ScalerFailed"
	// ReasonSidecarFailed: False, as the sidecar of Dapr could not initialise the
	// component of the trigger, or ends instead of handing on events. It heals once
	// a sidecar has the component; without a pod it stays until there is one.
	ReasonSidecarFailed = "SidecarFailed"
	// ReasonSidecarMissing: False, as a pod has no sidecar: Dapr's injector was away
	// when it was made.
	ReasonSidecarMissing = "SidecarMissing"
	// ReasonImageNotPulled: False, as the image of the function cannot be pulled.
	ReasonImageNotPulled = "ImageNotPulled"
	// ReasonContainerFailing: False, as the function's container does not stay up.
	ReasonContainerFailing = "ContainerFailing"
	// ReasonSuspended: True, as the version is to consume nothing: events are left
	// where they are, or go to the version that is routed.
	ReasonSuspended = "Suspended"
)

// Reasons of a child that could not be made or kept.
const (
	// ReasonNotReady: False, as the child says without giving a reason.
	ReasonNotReady = "NotReady"
	// ReasonRejected: False, as the API server or an admission webhook refused the
	// child; the author has to change the spec. Unknown of a Builder whose run a
	// policy refused. It is created again every few minutes.
	ReasonRejected = "Rejected"
	// ReasonForbidden: False, Unknown of a Builder, as we lack the right or a
	// quota is used up; it is tried again.
	ReasonForbidden = "Forbidden"
	// ReasonContested: False, as somebody else keeps changing the child; it is
	// repaired again from time to time.
	ReasonContested = "Contested"
	// ReasonGone: False, as the child was made before, is gone, and must not be
	// made twice; of a Builder it becomes RunMissing.
	ReasonGone = "Gone"
	// ReasonUnreadable: Unknown, as an object that is named cannot be looked up, which
	// is tried again; False, as it is there and not of a form that we know.
	ReasonUnreadable = "Unreadable"
	// ReasonNotInstalled ends the reason, as KnativeNotInstalled: False, Unknown of
	// a Builder, as the product in front of it is missing; heals once it is there.
	ReasonNotInstalled = "NotInstalled"
)
