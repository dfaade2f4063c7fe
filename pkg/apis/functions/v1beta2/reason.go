/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

// The reasons of our conditions, each with the status that it accompanies. If a child
// or a plug-in reports a condition, its own reason is copied: the reason of the failed
// build step (BuildFailed), of the build system (BuildRegistrationFailed) or of the
// runtime (RevisionFailed).
const (
	// ReasonNotRequired (True): the spec does not require this part.
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
	// ReasonNamespaceInvalid (False; Unknown for a Builder): a setting that an
	// administrator made for the namespace cannot be parsed. No child is created until
	// it is corrected.
	ReasonNamespaceInvalid = "NamespaceInvalid"
	// ReasonTimeout (False): the deadline passed.
	ReasonTimeout = "Timeout"
)

// Reasons why a Function waits.
const (
	// ReasonWaitingForImage (Unknown): there is no image to serve yet.
	ReasonWaitingForImage = "WaitingForImage"
	// ReasonWaitingForServing (Unknown): no Serving can receive traffic yet.
	ReasonWaitingForServing = "WaitingForServing"
	// ReasonWaitingForTrigger (Unknown): the address answers, and it is not known yet
	// whether the events of a Broker reach it.
	ReasonWaitingForTrigger = "WaitingForTrigger"
	// ReasonWaitingForDeletion (Unknown): the revision of a deleted Function of the same
	// name has not ended yet.
	ReasonWaitingForDeletion = "WaitingForDeletion"
	// ReasonWaitingForCancel (Unknown): a superseded build has not ended yet.
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
	// ReasonRefNotPermitted (False): the spec names an object in another namespace, and
	// that namespace does not permit it.
	ReasonRefNotPermitted = "RefNotPermitted"
	// ReasonGatewayNotFound (False): the Gateway that the route of the function needs does
	// not exist.
	ReasonGatewayNotFound = "GatewayNotFound"
	// ReasonHostnameNotPermitted (False): the function may not have a host name that the
	// spec names. It answers at the others.
	ReasonHostnameNotPermitted = "HostnameNotPermitted"
	// ReasonHostnameTaken (False): another function had a host name first. The function
	// answers at the others, and at this one when it is free.
	ReasonHostnameTaken = "HostnameTaken"
	// ReasonIdentityShared (False): another function has the same name at brokers and
	// state stores, so both share events and keys if they use the same ones.
	ReasonIdentityShared = "IdentityShared"
	// ReasonRevisionNotFound (False): the traffic names a Serving that the function does
	// not have, or that is being deleted. The previous split stays in effect.
	ReasonRevisionNotFound = "RevisionNotFound"
	// ReasonRevisionNotReady (False): the traffic names a Serving that cannot receive it,
	// because it is not ready or runs with another engine than the latest one. The
	// previous split stays in effect.
	ReasonRevisionNotReady = "RevisionNotReady"
	// ReasonTrafficSplitUnsupported (False): the traffic is split over several revisions,
	// and the GatewayClass does not list the features that this needs. The previous split
	// stays in effect.
	ReasonTrafficSplitUnsupported = "TrafficSplitUnsupported"
	// ReasonRollingOut (Unknown): a new revision receives a part of the traffic and is
	// compared with the previous one, or it waits for approval.
	ReasonRollingOut = "RollingOut"
	// ReasonRolledBack (False): the newest revision failed its rollout. The previous one
	// receives all of the traffic.
	ReasonRolledBack = "RolledBack"
	// ReasonComponentNotFound (False): the spec names a component that neither the spec
	// nor the namespace contains.
	ReasonComponentNotFound = "ComponentNotFound"
)

// Reasons of a Builder's Succeeded condition.
const (
	// ReasonQueued (Unknown): the namespace has reached its limit of concurrent builds.
	ReasonQueued = "Queued"
	// ReasonBuilding (Unknown): the build runs.
	ReasonBuilding = "Building"
	// ReasonPodRefused (Unknown): a quota, a LimitRange or a policy refused the pod of
	// the build. The build starts once the pod is accepted.
	ReasonPodRefused = "PodRefused"
	// ReasonSecretNotFound (Unknown): a Secret that the build names does not exist. The
	// build starts once it does.
	ReasonSecretNotFound = "SecretNotFound"
	// ReasonCancelling (Unknown): the run was cancelled and has not ended yet.
	ReasonCancelling = "Cancelling"
	// ReasonStrategyNotFound (Unknown): the build strategy does not exist. The build
	// starts when it is created.
	ReasonStrategyNotFound = "StrategyNotFound"
	// ReasonUndefinedParameter (Unknown): the build sets a parameter that the strategy
	// does not define. The build starts when the strategy defines it.
	ReasonUndefinedParameter = "UndefinedParameter"
	// ReasonMissingParameterValues (Unknown): the build does not set a parameter for
	// which the strategy has no default. The build starts when the strategy has a
	// default.
	ReasonMissingParameterValues = "MissingParameterValues"
	// ReasonDigestMissing (False): the run succeeded without reporting the digest of
	// its image. The digest is required, because a tag can later point to another
	// image.
	ReasonDigestMissing = "DigestMissing"
	// ReasonRunMissing (False): the run was deleted before it ended.
	ReasonRunMissing = "RunMissing"
)

// Reasons of a Serving's conditions.
const (
	// ReasonStarting (Unknown): the workload exists and is not ready yet.
	ReasonStarting = "Starting"
	// ReasonServiceAccountNotFound (False): the template names a ServiceAccount that
	// does not exist. The condition recovers when it is created.
	ReasonServiceAccountNotFound = "ServiceAccountNotFound"
)

// Reasons of the condition of an event trigger.
const (
	// ReasonTypeMismatch (False): the trigger declares a type that differs from the
	// type of its component.
	ReasonTypeMismatch = "TypeMismatch"
	// ReasonTopicMissing (False): the component is a publish/subscribe component and
	// the trigger names no topic.
	ReasonTopicMissing = "TopicMissing"
	// ReasonComponentAmbiguous (False): more than one of bindings, pubsub and states
	// define a component of that name.
	ReasonComponentAmbiguous = "ComponentAmbiguous"
	// ReasonComponentNotPermitted (False): the scopes of a component of the namespace
	// exclude the function.
	ReasonComponentNotPermitted = "ComponentNotPermitted"
	// ReasonScalerNotDerived (True): events reach the function, but no scaler can be
	// derived from the trigger, so the function keeps at least one pod.
	ReasonScalerNotDerived = "ScalerNotDerived"
	// ReasonScalerFailed (False): the scaler cannot read the number of waiting events.
	// The message quotes its error. The condition recovers when the scaler can read it.
	ReasonScalerFailed = "ScalerFailed"
	// ReasonSidecarFailed (False): the sidecar could not initialise the component of
	// the trigger, or it exits instead of delivering events. The condition recovers
	// when a sidecar has loaded the component. While there is no pod, the condition
	// does not change.
	ReasonSidecarFailed = "SidecarFailed"
	// ReasonSidecarMissing (False): a pod has no sidecar, because the injector was not
	// available when the pod was created.
	ReasonSidecarMissing = "SidecarMissing"
	// ReasonImageNotPulled (False): the image of the function cannot be pulled.
	ReasonImageNotPulled = "ImageNotPulled"
	// ReasonContainerFailing (False): the container of the function keeps exiting.
	ReasonContainerFailing = "ContainerFailing"
	// ReasonProbeFailing (False): a pod runs but does not become ready.
	ReasonProbeFailing = "ProbeFailing"
	// ReasonUnschedulable (False): no node can run the pod.
	ReasonUnschedulable = "Unschedulable"
	// ReasonBrokerNotFound (False): the trigger names a Broker that does not exist. The
	// condition recovers when it is created.
	ReasonBrokerNotFound = "BrokerNotFound"
	// ReasonBrokerNotReady (False): the Broker of the trigger is not ready. The message
	// quotes its condition.
	ReasonBrokerNotReady = "BrokerNotReady"
	// ReasonBrokerInMemory (True): events reach the function, and the Broker keeps them in
	// memory only. It is for development, because a restart loses them.
	ReasonBrokerInMemory = "BrokerInMemory"
	// ReasonDeadLetterSinkNotResolved (False): the sink of the dead letters of the trigger
	// does not exist or has no address. No event of the trigger is delivered meanwhile.
	ReasonDeadLetterSinkNotResolved = "DeadLetterSinkNotResolved"
	// ReasonTriggerNotReady (False): the trigger of a Broker is not ready for another
	// cause, which the message quotes.
	ReasonTriggerNotReady = "TriggerNotReady"
	// ReasonSuspended (True): the revision must not consume events. The events stay in
	// the broker, or the active revision receives them.
	ReasonSuspended = "Suspended"
)

// Reasons of the condition EventsHandled.
const (
	// ReasonEventsHandled (True): no trigger is failing any more.
	ReasonEventsHandled = "EventsHandled"
	// ReasonEventsFailing (False): events of a trigger fail again and again, or went to the
	// dead-letter topic.
	ReasonEventsFailing = "EventsFailing"
	// ReasonRunsFailing (False): the runs of a schedule fail.
	ReasonRunsFailing = "RunsFailing"
)

// Reasons of a child that could not be created or kept.
const (
	// ReasonNotReady (False): the child is not ready and gives no reason.
	ReasonNotReady = "NotReady"
	// ReasonRejected (False; Unknown for a Builder): the API server, an admission
	// webhook or a policy rejected the child. The author has to change the spec. The
	// controller retries every few minutes.
	ReasonRejected = "Rejected"
	// ReasonForbidden (False; Unknown for a Builder): the controller lacks a
	// permission, or a quota is used up. The controller retries.
	ReasonForbidden = "Forbidden"
	// ReasonContested (False): another writer keeps changing the child. The controller
	// corrects it again at growing intervals.
	ReasonContested = "Contested"
	// ReasonGone (False): the child was created before, was deleted, and must not be
	// created twice. For a Builder it becomes RunMissing.
	ReasonGone = "Gone"
	// ReasonUnreadable (False or Unknown): Unknown if an object that the spec names
	// cannot be read, which the controller retries. False if it exists in a form that
	// is not supported.
	ReasonUnreadable = "Unreadable"
	// ReasonNotInstalled ends the reason of a product that is not installed, as in
	// KnativeNotInstalled (False; Unknown for a Builder). The condition recovers when it
	// is installed.
	ReasonNotInstalled = "NotInstalled"
)
