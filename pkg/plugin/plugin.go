/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package plugin contains the set of plug-ins that a program is built with.
package plugin

import (
	"errors"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/strategy"
)

// Set is the plug-ins of a program.
type Set struct {
	Strategy    strategy.Strategy
	Runtimes    runtime.Set
	Subscribers []runtime.Subscriber
}

// New returns the Set of a build strategy and runtimes.
func New(s strategy.Strategy, runtimes ...runtime.Runtime) Set {
	return Set{Strategy: s, Runtimes: runtime.NewSet(runtimes...)}
}

// WithSubscribers returns the Set with Subscribers.
func (s Set) WithSubscribers(subscribers ...runtime.Subscriber) Set {
	s.Subscribers = subscribers
	return s
}

// RouteKinds returns the kinds that make the address of a function and send events to it.
func (s Set) RouteKinds() []child.Kind {
	kinds := s.Runtimes.Kinds()
	for _, subscriber := range s.Subscribers {
		kinds = append(kinds, subscriber.Describe().Kinds...)
	}
	return kinds
}

// ReferenceKinds returns the kinds that the spec of a function may refer to.
func (s Set) ReferenceKinds() []child.Kind {
	kinds := s.Runtimes.ReferenceKinds()
	for _, subscriber := range s.Subscribers {
		kinds = append(kinds, subscriber.Describe().ReferenceKinds...)
	}
	return kinds
}

// AddToScheme adds the types of the objects that the plug-ins create.
func (s Set) AddToScheme(scheme *k8sruntime.Scheme) error {
	errs := make([]error, 0, 1+len(s.Runtimes)+len(s.Subscribers))
	errs = append(errs, s.Strategy.Describe().AddToScheme(scheme))
	for _, r := range s.Runtimes {
		errs = append(errs, r.Describe().AddToScheme(scheme))
	}
	for _, subscriber := range s.Subscribers {
		errs = append(errs, subscriber.Describe().AddToScheme(scheme))
	}
	return errors.Join(errs...)
}

// Unsupported returns the fields of the spec of a function that no plug-in supports,
// by their paths below spec.
func (s Set) Unsupported(spec *v1beta2.FunctionSpec, c *config.Config) []v1beta2.UnsupportedField {
	var fields v1beta2.UnsupportedFields
	if spec.Build != nil {
		fields.AddAll("build.", s.Strategy.Check(spec.Build))
	}
	fields.AddAll("serving.", s.Runtimes.Unsupported(spec.Serving, c))
	return fields
}

// Validate returns the errors and warnings of the plug-ins for a new or changed object:
// an error if its engine is unknown, and a warning for each field that no plug-in
// supports. A child that a Function controls gets no warnings, because its owner has the
// same fields and gets them.
//
// old is nil for a new object. A Builder or Serving never changes.
func (s Set) Validate(obj, old metav1.Object, c *config.Config) *apis.FieldError {
	if fn, ok := obj.(*v1beta2.Function); ok {
		before, _ := old.(*v1beta2.Function)
		return s.validateFunction(fn, before, c)
	}
	if old != nil || metav1.GetControllerOf(obj) != nil {
		return nil
	}
	switch o := obj.(type) {
	case *v1beta2.Serving:
		return fielderror.ForKnative(s.Runtimes.ValidateEngine(field.NewPath("spec"), &o.Spec.WorkloadSpec),
			v1beta2.WarnOfUnsupported(s.Runtimes.Unsupported(&o.Spec.WorkloadSpec, c))...)
	case *v1beta2.Builder:
		return fielderror.ForKnative(nil, v1beta2.WarnOfUnsupported(s.Strategy.Check(&o.Spec.BuildSpec))...)
	}
	return nil
}

func (s Set) validateFunction(fn, old *v1beta2.Function, c *config.Config) *apis.FieldError {
	if old != nil && (fn.DeletionTimestamp != nil || equality.Semantic.DeepEqual(fn.Spec, old.Spec)) {
		return nil
	}
	return fielderror.ForKnative(s.validateEngine(fn.Spec.Serving, old), v1beta2.WarnOfUnsupported(s.Unsupported(&fn.Spec, c))...)
}

// validateEngine checks the engine of a Function. An unknown engine that is stored may
// stay until its author changes it.
func (s Set) validateEngine(serving *v1beta2.WorkloadSpec, old *v1beta2.Function) field.ErrorList {
	if serving == nil {
		return nil
	}
	path := field.NewPath("spec", "serving")
	if old != nil && old.Spec.Serving != nil && len(s.Runtimes.ValidateEngine(path, old.Spec.Serving)) > 0 &&
		slices.Equal(runtime.NamesFor(old.Spec.Serving), runtime.NamesFor(serving)) {
		return nil
	}
	return s.Runtimes.ValidateEngine(path, serving)
}
