/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// FunctionOption changes a Function. It is an Option or a WithFunction.
type FunctionOption interface{ applyToFunction(f *v1beta2.Function) }

// BuilderOption changes a Builder. It is an Option or a WithBuilder.
type BuilderOption interface{ applyToBuilder(b *v1beta2.Builder) }

// ServingOption changes a Serving. It is an Option or a WithServing.
type ServingOption interface{ applyToServing(s *v1beta2.Serving) }

// Option changes an object of any of our kinds.
type Option func(Object)

func (o Option) applyToFunction(f *v1beta2.Function) { o(f) }
func (o Option) applyToBuilder(b *v1beta2.Builder)   { o(b) }
func (o Option) applyToServing(s *v1beta2.Serving)   { o(s) }

// WithFunction is an option for a Function.
type WithFunction func(*v1beta2.Function)

func (o WithFunction) applyToFunction(f *v1beta2.Function) { o(f) }

// WithBuilder is an option for a Builder.
type WithBuilder func(*v1beta2.Builder)

func (o WithBuilder) applyToBuilder(b *v1beta2.Builder) { o(b) }

// WithServing is an option for a Serving.
type WithServing func(*v1beta2.Serving)

func (o WithServing) applyToServing(s *v1beta2.Serving) { o(s) }

// Function returns a Function of generation 1 with the UID <name>-uid.
func Function(namespace, name string, options ...FunctionOption) *v1beta2.Function {
	f := &v1beta2.Function{ObjectMeta: meta(namespace, name)}
	for _, option := range options {
		option.applyToFunction(f)
	}
	return f
}

// Builder returns a Builder of generation 1 with the UID <name>-uid.
func Builder(namespace, name string, options ...BuilderOption) *v1beta2.Builder {
	b := &v1beta2.Builder{ObjectMeta: meta(namespace, name)}
	for _, option := range options {
		option.applyToBuilder(b)
	}
	return b
}

// Serving returns a Serving of generation 1 with the UID <name>-uid.
func Serving(namespace, name string, options ...ServingOption) *v1beta2.Serving {
	s := &v1beta2.Serving{ObjectMeta: meta(namespace, name)}
	s.Finalizers = []string{v1beta2.ServingFinalizer}
	for _, option := range options {
		option.applyToServing(s)
	}
	return s
}

func meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID(name + "-uid"), Generation: 1}
}

// WithGeneration sets the generation.
func WithGeneration(generation int64) Option {
	return func(o Object) { o.SetGeneration(generation) }
}

// WithObservedGeneration sets the observed generation.
func WithObservedGeneration(generation int64) Option {
	return func(o Object) { o.GetStatus().ObservedGeneration = generation }
}

// WithUID sets the UID.
func WithUID(uid types.UID) Option {
	return func(o Object) { o.SetUID(uid) }
}

// WithOwner makes owner the controller.
func WithOwner(owner kmeta.OwnerRefable) Option {
	return func(o Object) { o.SetOwnerReferences([]metav1.OwnerReference{*kmeta.NewControllerRef(owner)}) }
}

// WithLabel sets a label.
func WithLabel(key, value string) Option {
	return func(o Object) { o.SetLabels(kmeta.UnionMaps(o.GetLabels(), map[string]string{key: value})) }
}

// WithAnnotation sets an annotation.
func WithAnnotation(key, value string) Option {
	return func(o Object) { o.SetAnnotations(kmeta.UnionMaps(o.GetAnnotations(), map[string]string{key: value})) }
}

// WithCreationTime sets the time of creation.
func WithCreationTime(t time.Time) Option {
	return func(o Object) { o.SetCreationTimestamp(metav1.NewTime(t)) }
}

// WithDeletionTime marks the object as being deleted since t.
func WithDeletionTime(t time.Time) Option {
	return func(o Object) {
		at := metav1.NewTime(t)
		o.SetDeletionTimestamp(&at)
	}
}

// WithInitialConditions sets the conditions at the begin of a reconciliation: all
// Unknown, of the current generation.
func WithInitialConditions() Option {
	return func(o Object) {
		o.GetConditionSet().Manage(o.GetStatus()).InitializeConditions()
		o.GetStatus().ObservedGeneration = o.GetGeneration()
	}
}

// WithConditions replaces the conditions.
func WithConditions(conditions ...apis.Condition) Option {
	return func(o Object) { o.GetStatus().SetConditions(conditions) }
}
