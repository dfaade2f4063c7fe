/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const (
	// leaseIndex finds Servings by the names of the Leases of their schedules.
	leaseIndex = "cron-lease"

	eventsSuffix = "-events"
)

// target is what a schedule calls: one version of a function, by one trigger.
type target struct {
	serving  *v1beta2.Serving
	function metav1.OwnerReference
	key      string
	cron     *v1beta2.CronTrigger
}

// isHTTP tells whether the function speaks HTTP; else it speaks gRPC, as Dapr
// has it.
func (t *target) isHTTP() bool {
	return t.serving.Spec.AppProtocol() == v1beta2.AppProtocolHTTP
}

// host is the name of the Service where the function takes events.
func (t *target) host() string {
	return kmeta.ChildName(t.serving.Name, eventsSuffix) + "." + t.serving.Namespace + ".svc"
}

// targets returns what the schedules of s call, by the names of their Leases.
func targets(s *v1beta2.Serving) map[string]*target {
	owner := metav1.GetControllerOf(s)
	if owner == nil || owner.Kind != "Function" || !ours(owner.APIVersion) {
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

func ours(apiVersion string) bool {
	gv, err := schema.ParseGroupVersion(apiVersion)
	return err == nil && gv.Group == functions.GroupName
}

// leasesOf is an index function.
func leasesOf(obj any) ([]string, error) {
	s, ok := obj.(*v1beta2.Serving)
	if !ok {
		return nil, fmt.Errorf("%T is no serving", obj)
	}
	var names []string
	for name := range targets(s) {
		names = append(names, name)
	}
	return names, nil
}

// servingIndex knows the Servings by the Leases of their schedules.
type servingIndex struct {
	cache.Indexer
}

// servings returns all that have the schedule, whether they fire or not.
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

// target returns what the schedule calls now, nil for nothing: the newest version
// that events are routed to.
func (i servingIndex) target(lease string) *target {
	var chosen *v1beta2.Serving
	for _, s := range i.servings(lease) {
		if s.Labels[functions.RoutingStateLabelKey] != functions.RoutingStateActive || s.DeletionTimestamp != nil {
			continue
		}
		if chosen == nil || newer(s, chosen) {
			chosen = s
		}
	}
	if chosen == nil {
		return nil
	}
	return targets(chosen)[lease]
}

func newer(a, b *v1beta2.Serving) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return b.CreationTimestamp.Before(&a.CreationTimestamp)
	}
	return a.Name > b.Name
}
