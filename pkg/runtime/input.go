/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"
	"reflect"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Input is everything that the plan of a revision depends on. All runtimes of a
// revision get the same Input.
type Input struct {
	// Serving is the revision.
	Serving *v1beta2.Serving
	// Address is the address that the spec of the function sets now; nil for the
	// defaults. It belongs to the Function and not to the revision, because a change of
	// it makes no new revision.
	Address *v1beta2.RouteSpec
	// Tags are the tags in the traffic of the Function. Each is one more host of a
	// revision, and can move to another revision.
	Tags []string
	// KeepWarm is set while the revision must keep a pod for requests although it receives
	// none.
	KeepWarm bool
	// Config contains the settings of the administrator for the namespace.
	Config *config.Config
	// References are the results of the References method, each with the object that it
	// names.
	References []ResolvedReference
	// Pods are the pods of the revision that the Observers of its runtimes watch, the
	// newest first.
	Pods []*corev1.Pod
	// Peers are the other revisions of the function.
	Peers []Peer
	// Now is the time of the reconciliation.
	Now time.Time

	memo map[reflect.Type]any
}

// Peer is another revision of the function of an Input.
type Peer struct {
	Serving *v1beta2.Serving
	Pods    []*corev1.Pod
}

// Context returns a context that carries Config, for code that reads it from there.
func (in *Input) Context() context.Context {
	return config.ToContext(context.Background(), in.Config)
}

// Memoize returns the value of type T of in. The first call computes it, and calls for
// the other runtimes of the revision return the same value. compute may depend only on
// in.
func Memoize[T any](in *Input, compute func(*Input) T) T {
	key := reflect.TypeFor[T]()
	if value, ok := in.memo[key].(T); ok {
		return value
	}
	value := compute(in)
	if in.memo == nil {
		in.memo = map[reflect.Type]any{}
	}
	in.memo[key] = value
	return value
}

// Reference is a field that names an object which a plan depends on.
type Reference struct {
	child.Reference

	// Path is the path of the field below spec.serving.
	Path string
	// MissingReason and MissingMessage describe the condition of a function that
	// names an object which does not exist.
	MissingReason, MissingMessage string
}

// ResolvedReference is a Reference with the object that it names.
type ResolvedReference struct {
	Reference

	// Live is the object; nil if it does not exist or could not be read.
	Live *unstructured.Unstructured
	// Unknown is the reason why the object could not be read; nil if it was, or if it
	// does not exist.
	Unknown *apis.Condition
}

// Target is the share of one revision in the traffic of its function.
type Target struct {
	// Serving is the name of the Serving.
	Serving string
	// Percent is its share; the shares of all targets add up to 100.
	Percent int64
	// Tag is a DNS label that gives the revision an address of its own; empty for none.
	Tag string
}

// TagOf returns the tag that every Serving has: its key after the letter r, because a
// DNS label must begin with a letter.
func TagOf(serving string) string {
	return "r" + serving[strings.LastIndexByte(serving, '-')+1:]
}

// IsActive reports whether the routing state of s is active: it has a share of the
// traffic and consumes events.
func IsActive(s *v1beta2.Serving) bool {
	return s.Labels[functions.RoutingStateLabelKey] == functions.RoutingStateActive
}

// IsReserve reports whether s is in reserve, so that it must consume nothing.
func IsReserve(s *v1beta2.Serving) bool {
	return s.Labels[functions.RoutingStateLabelKey] == functions.RoutingStateReserve
}

// Pending returns the condition of a revision that waits for something that will end by
// itself.
func Pending() *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "waiting to get ready"}
}

// IsPending reports whether a condition only waits, like the condition that Pending
// returns.
func IsPending(cond *apis.Condition) bool {
	return cond != nil && cond.IsUnknown() && cond.Reason == v1beta2.ReasonPending
}

// WorseUnresolved returns the condition that represents both: the first that is False,
// else the first that is not pending. Nil means resolved.
func WorseUnresolved(a, b *apis.Condition) *apis.Condition {
	switch {
	case a == nil, b.IsFalse() && !a.IsFalse(), b != nil && IsPending(a):
		return b
	}
	return a
}
