/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package resources decides by pure functions which children of a Function can be
// deleted.
package resources

import (
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionresources "openfunction.dev/openfunction/pkg/reconciler/function/resources"
)

const (
	defaultSuccessfulLimit int32 = 0
	defaultFailedLimit     int32 = 1
)

// Servings returns the Servings that can be deleted. It keeps Servings that have an
// address, that are the current one or are about to become it, or that
// spec.serving.traffic names. While the address changes, none can be deleted.
func Servings(fn *v1beta2.Function, servings []*v1beta2.Serving) []*v1beta2.Serving {
	if !settled(fn) {
		return nil
	}
	inUse := sets.New[string]()
	if fn.Spec.Serving != nil {
		used := fn.Status.InUse
		if used == nil {
			// An older release wrote the status.
			return nil
		}
		inUse.Insert(used.Serving)
		inUse.Insert(slices.Collect(maps.Keys(used.Revisions))...)
		for i := range fn.Spec.Serving.Traffic {
			inUse.Insert(fn.Spec.Serving.Traffic[i].Revision)
		}
	}
	var gone []*v1beta2.Serving
	for _, s := range servings {
		if !inUse.Has(s.Name) && s.DeletionTimestamp == nil {
			gone = append(gone, s)
		}
	}
	return gone
}

// settled reports whether the status is about the current spec, no version is starting
// and the address is ready. A Serving is created before the status names it. So while a
// build or a start is Unknown, a Serving that the status does not name may be the next
// to serve.
func settled(fn *v1beta2.Function) bool {
	status := &fn.Status
	return status.ObservedGeneration == fn.Generation &&
		!status.GetCondition(v1beta2.FunctionConditionBuilderReady).IsUnknown() &&
		!status.GetCondition(v1beta2.FunctionConditionServingReady).IsUnknown() &&
		status.GetCondition(v1beta2.FunctionConditionRouteReady).IsTrue()
}

// Builders returns the completed Builders that can be deleted, and the time until the
// next one exceeds its age; zero if none will. builders are sorted, the newest first.
//
// It keeps the Builder of the current inputs, because its name prevents a second build,
// and the Builder of an image that serves. A Builder is created before the status names
// it. So none can be deleted while the status does not contain the result of the current
// build, or while the name of the current Builder is unknown.
func Builders(fn *v1beta2.Function, builders []*v1beta2.Builder, servings []*v1beta2.Serving, now time.Time) ([]*v1beta2.Builder, time.Duration) {
	if len(builders) == 0 || !hasBuildResult(fn) {
		return nil, 0
	}
	inUse, err := buildersInUse(fn, servings)
	if err != nil {
		return nil, 0
	}
	successful, failed, maxAge := limits(fn)
	var gone []*v1beta2.Builder
	var next time.Duration
	for _, b := range builders {
		// A generation that the cache does not have yet may have requested it.
		isNewer := functionresources.GenerationOf(b) > fn.Generation
		if inUse.Has(b.Name) || !b.IsDone() || b.DeletionTimestamp != nil || isNewer {
			continue
		}
		left := &failed
		if b.IsSuccessful() {
			left = &successful
		}
		*left--
		ttl := maxAge - now.Sub(b.CreationTimestamp.Time)
		switch {
		case *left < 0, maxAge > 0 && ttl <= 0:
			gone = append(gone, b)
		case maxAge > 0 && (next == 0 || ttl < next):
			next = ttl
		}
	}
	return gone, next
}

// hasBuildResult reports whether the status contains the result of the current build.
func hasBuildResult(fn *v1beta2.Function) bool {
	return fn.Status.ObservedGeneration == fn.Generation &&
		!fn.Status.GetCondition(v1beta2.FunctionConditionBuilderReady).IsUnknown()
}

func buildersInUse(fn *v1beta2.Function, servings []*v1beta2.Serving) (sets.Set[string], error) {
	inUse := sets.New[string]()
	if fn.Spec.Build != nil {
		current, err := functionresources.MakeBuilder(fn)
		if err != nil {
			return nil, err
		}
		inUse.Insert(current.Name)
	}
	for _, s := range servings {
		if builder := s.Labels[functions.BuildKeyLabelKey]; builder != "" {
			inUse.Insert(builder)
		}
	}
	return inUse, nil
}

func limits(fn *v1beta2.Function) (successful, failed int32, maxAge time.Duration) {
	build := fn.Spec.Build
	if build == nil {
		build = &v1beta2.BuildSpec{}
	}
	if build.BuilderMaxAge != nil {
		maxAge = build.BuilderMaxAge.Duration
	}
	return ptr.Deref(build.SuccessfulBuildsHistoryLimit, defaultSuccessfulLimit),
		ptr.Deref(build.FailedBuildsHistoryLimit, defaultFailedLimit), maxAge
}
