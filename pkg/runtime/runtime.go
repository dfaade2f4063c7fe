/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package runtime is the contract of the plug-ins that run functions.
package runtime

import (
	"time"

	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime/results"
)

// Runtime is one way to run a function. It translates: what its methods return
// depends on their arguments alone, so it has no client, clock or logger.
type Runtime interface { //nolint:interfacebloat // the contract of a plug-in, see docs/contributing/how-to-write-a-runtime.md
	// Describe returns what never changes about the runtime.
	Describe() Description

	// Check returns the fields of spec, by their paths below spec.serving, that this
	// runtime does not support. If a function has several runtimes, a field counts as
	// unsupported if none of them supports it, so a runtime reports the fields of
	// others too; the path of a field covers the fields below it.
	Check(spec *v1beta2.WorkloadSpec, c *config.Config) []v1beta2.UnsupportedField

	// References returns the objects that spec names and Plan needs. They are in the
	// given namespace, unless their kind is cluster-scoped.
	References(namespace string, spec *v1beta2.WorkloadSpec) []Reference

	// Plan translates one revision. An error means that the spec itself is wrong.
	Plan(in *Input) (*Plan, error)

	// Route translates the stable address of a function.
	Route(in *RouteInput) (*Route, error)
}

// Description contains the constant properties of a runtime.
type Description struct {
	// Name is the value of the field engine that selects the runtime, or Async.
	Name string

	// AddToScheme adds the types of the objects that Plan and Route may return.
	AddToScheme func(*k8sruntime.Scheme) error

	// Kinds are all kinds of the objects that Plan and Route may return. They are
	// watched from the start, and pruned when they are no longer part of a plan.
	Kinds []child.Kind

	// ReferenceKinds are all kinds that References may name.
	ReferenceKinds []child.Kind

	// FollowsRoutingState is set if revisions fetch their calls, so that no route
	// selects one. Plan then follows the routing state of the Serving, and a revision in
	// reserve consumes nothing and runs no pods.
	FollowsRoutingState bool

	// ScalesReady is set if the children of a revision are not ready while pods start
	// from zero. A revision that was ready then stays ready meanwhile.
	ScalesReady bool

	// NewObserver creates the Observer of the runtime; nil if the children of a
	// revision report everything.
	NewObserver ObserverFactory

	// Results returns where the results of the requests or events of a revision are
	// counted.
	Results func(s *v1beta2.Serving) results.Source

	// RouteReferences returns the objects that Route needs, such as a Gateway; nil if
	// it needs none. It is called again with the objects that it named until it names no
	// more, because an object may name another one.
	RouteReferences func(in *RouteInput) []Reference

	// CannotSplit returns why Route cannot give several revisions shares of the traffic
	// at the moment, and nil if it can; nil if it always can.
	CannotSplit func(in *RouteInput) *apis.Condition
}

// Plan is the translation of one revision.
type Plan struct {
	// Objects must exist for the revision to run, in order of creation. Those with a
	// ConditionType report v1beta2.ServingConditionRevisionReady.
	Objects []child.Object

	// Unresolved is the reason why an object that the plan depends on could not be read;
	// nil if all were read. Meanwhile the children of the revision stay as they are, and
	// no others are created.
	Unresolved *apis.Condition

	// RequeueAfter is the delay after which the revision must be planned again, because
	// its plan depends on the time; zero if it does not.
	RequeueAfter time.Duration

	// LogCommand is the command that shows the log of the function.
	LogCommand string

	// Advise returns what a user or administrator should do about a message of the
	// product, empty if the message is sufficient; nil if the runtime has no advice.
	Advise func(message string) string

	// Status returns the status of the revision from what was observed; nil if the
	// children report everything.
	Status func(Observed) RevisionStatus
}

// Observed is the observed state of one revision.
type Observed struct {
	// Children are the observations of Plan.Objects.
	Children []child.Observation
	// Snapshot is the state that the Observer of the runtime has observed.
	Snapshot Snapshot
}

// RevisionStatus is the part of the status of a revision that only its runtime can
// derive from the observed state.
type RevisionStatus struct {
	// Triggers has the status of each event trigger. One that is False makes the
	// revision not ready.
	Triggers []v1beta2.TriggerStatus
	// Deliveries describe how the events of each trigger ended, for triggers with failures.
	Deliveries []v1beta2.TriggerDeliveries
	// NotHandled is the condition of the first trigger whose events fail; nil if none do.
	NotHandled *apis.Condition
	// ScalerFailures are the triggers that the scaler cannot read while the function has
	// others.
	ScalerFailures []v1beta2.ScalerFailure
	// Address is the address of this revision inside the cluster; nil if it has none or
	// it is not known.
	Address *apis.URL
	// Failure is the reason why the pods of the revision do not become ready; nil if
	// they do or the reason is not known. It makes the revision not ready.
	Failure *apis.Condition
	// Settling is set while a later observation may still show that the revision does
	// not work. A revision that is not ready yet does not become ready meanwhile.
	Settling bool
	// Attention is how closely the Observer watches the revision from now on.
	Attention Attention
}

// Advice returns the message, followed by what to do about it if that is known.
func (p *Plan) Advice(message string) string {
	return advice(p.Advise, message)
}

func advice(advise func(string) string, message string) string {
	if advise == nil {
		return message
	}
	if todo := advise(message); todo != "" {
		return message + "; " + todo
	}
	return message
}
