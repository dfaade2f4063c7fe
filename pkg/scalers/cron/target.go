/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/kmeta"
	kubenetwork "knative.dev/pkg/network"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const (
	// leaseIndex indexes Servings by the names of the Leases of their schedules.
	leaseIndex = "cron-lease"

	eventsSuffix = "-events"
)

// target is what a run is sent to: one revision of a function, because of one of
// its cron triggers.
type target struct {
	serving  *v1beta2.Serving
	function metav1.OwnerReference
	key      string
	cron     *v1beta2.CronTrigger
}

// isHTTP reports whether the function serves HTTP. Otherwise it serves gRPC, the
// default of Dapr.
func (t *target) isHTTP() bool {
	return t.serving.Spec.AppProtocol() == v1beta2.AppProtocolHTTP
}

// host returns the host name of the Service that receives events.
func (t *target) host() string {
	return kmeta.ChildName(t.serving.Name, eventsSuffix) + "." + t.serving.Namespace + ".svc"
}

// eventsAddress returns the address of the Service that receives events. Its
// trailing dot skips the search list of the resolver.
func eventsAddress(t *target) string {
	return kubenetwork.GetServiceHostname(kmeta.ChildName(t.serving.Name, eventsSuffix), t.serving.Namespace) + ".:80"
}

// functionReference refers to the function, as the object of an event.
func (t *target) functionReference() *corev1.ObjectReference {
	return &corev1.ObjectReference{
		APIVersion: t.function.APIVersion,
		Kind:       t.function.Kind,
		Namespace:  t.serving.Namespace,
		Name:       t.function.Name,
		UID:        t.function.UID,
	}
}

// targets returns a target for each cron trigger of a Serving, by the name of the
// Lease of its schedule.
func targets(s *v1beta2.Serving) map[string]*target {
	owner := metav1.GetControllerOf(s)
	if owner == nil || !isFunction(owner) {
		return nil
	}
	all := make(map[string]*target)
	for _, trigger := range s.Spec.EventTriggers() {
		if trigger.Cron != nil {
			name := leaseName(owner.UID, trigger.Key)
			all[name] = &target{serving: s, function: *owner, key: trigger.Key, cron: trigger.Cron}
		}
	}
	return all
}

func isFunction(owner *metav1.OwnerReference) bool {
	gv, err := schema.ParseGroupVersion(owner.APIVersion)
	return err == nil && gv.Group == functions.GroupName && owner.Kind == "Function"
}

// indexByLease is the index function of leaseIndex.
func indexByLease(obj any) ([]string, error) {
	s, ok := obj.(*v1beta2.Serving)
	if !ok {
		return nil, fmt.Errorf("%T is not a Serving", obj)
	}
	var names []string
	for name := range targets(s) {
		names = append(names, name)
	}
	return names, nil
}

// servingIndex finds the Servings with a schedule.
type servingIndex struct {
	cache.Indexer
}

// namespace returns the namespace of the function with the schedule. Leases are in the
// namespace of the scheduler.
func (i servingIndex) namespace(lease types.NamespacedName) string {
	for _, s := range i.servings(lease.Name) {
		return s.Namespace
	}
	return ""
}

// servings returns all revisions with the schedule, active or not.
func (i servingIndex) servings(lease string) []*v1beta2.Serving {
	found, err := i.ByIndex(leaseIndex, lease)
	if err != nil {
		return nil
	}
	var all []*v1beta2.Serving
	for _, obj := range found {
		if s, ok := obj.(*v1beta2.Serving); ok {
			all = append(all, s)
		}
	}
	return all
}

// target returns the newest active revision with the schedule, or nil.
func (i servingIndex) target(lease string) *target {
	var newest *v1beta2.Serving
	for _, s := range i.servings(lease) {
		if s.Labels[functions.RoutingStateLabelKey] != functions.RoutingStateActive || s.DeletionTimestamp != nil {
			continue
		}
		if newest == nil || isNewer(s, newest) {
			newest = s
		}
	}
	if newest == nil {
		return nil
	}
	return targets(newest)[lease]
}

func isNewer(a, b *v1beta2.Serving) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return b.CreationTimestamp.Before(&a.CreationTimestamp)
	}
	return a.Name > b.Name
}
