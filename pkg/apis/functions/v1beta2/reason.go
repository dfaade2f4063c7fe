/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

// The reasons of our conditions, each with the status it goes with. Where a child or
// a plug-in reports a condition, its own reason is copied: that of the failed step of
// a build (BuildFailed), of the build system (BuildRegistrationFailed) or of the
// runtime (RevisionFailed).
const (
	// ReasonNotRequired (True): the spec does not ask for this part.
	ReasonNotRequired = "NotRequired"
	// ReasonPending (Unknown): the child exists and has not reported yet.
	ReasonPending = "Pending"
	// ReasonNotOwned (False; Unknown for a Builder): an object with the name of the
	// child exists and does not belong to the parent.
	ReasonNotOwned = "NotOwned"
	// ReasonRuntimeUnknown (False): no runtime is installed for the triggers.
	ReasonRuntimeUnknown = "RuntimeUnknown"
	// ReasonInvalidSpec (False): the spec is invalid, or the administrator does not
	// allow it.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonNamespaceInvalid (False; Unknown for a Builder): a setting that the
	// administrator made for the namespace cannot be read. Nothing new is created until
	// it can.
	ReasonNamespaceInvalid = "NamespaceInvalid"
	// ReasonTimeout (False): the deadline passed first.
	ReasonTimeout = "Timeout"
)

// Reasons why a Function waits.
const (
	// ReasonWaitingForImage (Unknown): there is no image to serve yet.
	ReasonWaitingForImage = "WaitingForImage"
	// ReasonWaitingForServing (Unknown): there is no Serving to route to yet.
	ReasonWaitingForServing = "WaitingForServing"
	// ReasonWaitingForCancel (Unknown): a superseded build has to end first.
	ReasonWaitingForCancel = "WaitingForCancel"
)

// Reasons of the conditions of a Function that do not count for Ready.
const (
	// ReasonAllFieldsHonored (True): every field that is set has an effect.
	ReasonAllFieldsHonored = "AllFieldsHonored"
	// ReasonFieldsWithoutEffect (False): fields are set that have no effect.
	ReasonFieldsWithoutEffect = "FieldsWithoutEffect"
	// ReasonResolvedRefs (True): every object that the spec names exists and may be
	// used.
	ReasonResolvedRefs = "ResolvedRefs"
	// ReasonRefNotPermitted (False): the spec names an object of another namespace,
	// which does not permit it.
	ReasonRefNotPermitted = "RefNotPermitted"
	// ReasonComponentNotFound (False): the spec names a component that neither the spec
	// nor the namespace has.
	ReasonComponentNotFound = "ComponentNotFound"
)

// Reasons of a Builder's Succeeded condition.
const (
	// ReasonQueued (Unknown): the namespace runs as many builds as it may.
	ReasonQueued = "Queued"
	// ReasonBuilding (Unknown): the build runs.
	ReasonBuilding = "Building"
	// ReasonCancelling (Unknown): the run was cancelled and has not ended yet.
	ReasonCancelling = "Cancelling"
	// ReasonStrategyNotFound (Unknown): the build strategy does not exist. The build
	// starts once it does.
	ReasonStrategyNotFound = "StrategyNotFound"
	// ReasonUndefinedParameter (Unknown): a parameter is set that the build strategy
	// does not have. The build starts once it does.
	ReasonUndefinedParameter = "UndefinedParameter"
	// ReasonMissingParameterValues (Unknown): a parameter is not set for which the
	// build strategy has no default. The build starts once it has one.
	ReasonMissingParameterValues = "MissingParameterValues"
	// ReasonDigestMissing (False): the run succeeded without reporting the digest of
	// its image. A tag alone may point to another image by the time it is served.
	ReasonDigestMissing = "DigestMissing"
	// ReasonRunMissing (False): the run was deleted before it ended.
	ReasonRunMissing = "RunMissing"
)

// Reasons of a Serving's conditions.
const (
	// ReasonStarting (Unknown): the workload exists and is not ready yet.
	ReasonStarting = "Starting"
	// ReasonServiceAccountNotFound (False): the template names a ServiceAccount that
	// does not exist. It heals once it does.
	ReasonServiceAccountNotFound = "ServiceAccountNotFound"
)

// Reasons of the condition of an event trigger.
const (
	// ReasonTypeMismatch (False): the trigger declares another type than its component
	// has.
	ReasonTypeMismatch = "TypeMismatch"
	// ReasonTopicMissing (False): the component is a publish/subscribe component and
	// the trigger names no topic.
	ReasonTopicMissing = "TopicMissing"
	// ReasonComponentAmbiguous (False): more than one of bindings, pubsub and states
	// describe a component of that name.
	ReasonComponentAmbiguous = "ComponentAmbiguous"
	// ReasonComponentNotPermitted (False): the scopes of a component of the namespace
	// exclude the function.
	ReasonComponentNotPermitted = "ComponentNotPermitted"
	// ReasonScalerNotDerived (True): events reach the function, but no scaler can be
	// derived from the trigger, so the function keeps at least one pod.
	ReasonScalerNotDerived = "ScalerNotDerived"
	// ReasonScalerFailed (False): the scaler cannot read how many events wait; the
	// message quotes its error. It heals once the scaler can.
	ReasonScalerFailed = "ScalerFailed"
	// ReasonSidecarFailed (False): the sidecar could not initialise the component of
	// the trigger, or it ends instead of delivering events. It heals once a sidecar has
	// loaded the component; without a pod it stays until there is one.
	ReasonSidecarFailed = "SidecarFailed"
	// ReasonSidecarMissing (False): a pod has no sidecar, because the injector was not
	// available when the pod was created.
	ReasonSidecarMissing = "SidecarMissing"
	// ReasonImageNotPulled (False): the image of the function cannot be pulled.
	ReasonImageNotPulled = "ImageNotPulled"
	// ReasonContainerFailing (False): the function's container does not stay up.
	ReasonContainerFailing = "ContainerFailing"
	// ReasonSuspended (True): the version must not consume events. They stay where they
	// are, or go to the version that is routed.
	ReasonSuspended = "Suspended"
)

// Reasons of a child that could not be created or kept.
const (
	// ReasonNotReady (False): the child is not ready and gives no reason.
	ReasonNotReady = "NotReady"
	// ReasonRejected (False; Unknown for a Builder): the API server, an admission
	// webhook or a policy refused the child. The author has to change the spec. The
	// child is created again every few minutes.
	ReasonRejected = "Rejected"
	// ReasonForbidden (False; Unknown for a Builder): the controller lacks a
	// permission, or a quota is used up. It is retried.
	ReasonForbidden = "Forbidden"
	// ReasonContested (False): another writer keeps changing the child. It is repaired
	// again from time to time.
	ReasonContested = "Contested"
	// ReasonGone (False): the child was created before, is gone, and must not be
	// created twice. For a Builder it becomes RunMissing.
	ReasonGone = "Gone"
	// ReasonUnreadable (False or Unknown): Unknown if an object that the spec names
	// cannot be read, which is retried; False if it exists and has a form that is not
	// supported.
	ReasonUnreadable = "Unreadable"
	// ReasonNotInstalled ends the reason, for example KnativeNotInstalled (False;
	// Unknown for a Builder): the product named before it is not installed. It heals
	// once it is.
	ReasonNotInstalled = "NotInstalled"
)
