/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package strategy is the contract of the plug-ins that run builds.
package strategy

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Strategy is one way to run a build. It translates: its results depend only on the
// arguments, so it has no client, clock or logger.
type Strategy interface { //nolint:interfacebloat // the contract of a plug-in
	// Describe returns the constant properties of the strategy.
	Describe() Description

	// Check returns the fields of spec, by their paths below spec.build, that the
	// strategy does not support.
	Check(spec *v1beta2.BuildSpec) []v1beta2.UnsupportedField

	// Plan translates a build. An *apis.FieldError reports a mistake in the Builder
	// itself.
	Plan(in Input) (*Plan, error)

	// Record returns the object that run controls and that reports more details of a
	// finished run, or nil if there is none.
	Record(run *unstructured.Unstructured) *Record

	// Result reads a finished run: the image by digest, and what it was built from. For
	// a failed run it returns the reason and the message. record is the object that
	// Record names, nil if it does not exist or cannot be read.
	Result(run, record *unstructured.Unstructured) (Result, error)
}

// Description contains the constant properties of a strategy.
type Description struct {
	// Name is the name of the strategy.
	Name string
	// AddToScheme adds the types of the objects that Plan may return.
	AddToScheme func(*runtime.Scheme) error
	// Kinds are all kinds of the objects that Plan may return.
	Kinds []child.Kind
	// ReferenceKinds are all kinds that Plan.Reference may name.
	ReferenceKinds []child.Kind
}

// Input is everything that the plan of a build depends on.
type Input struct {
	// Builder is the build.
	Builder *v1beta2.Builder
	// Config contains the settings of the administrator for the namespace.
	Config *config.Config
}

// Plan is the translation of one build.
type Plan struct {
	// Objects must exist for the build to run, in order of creation. The last one is
	// the run, which reports v1beta2.BuilderConditionSucceeded.
	Objects []child.Object

	// Reference names the object that the run depends on; nil if there is none.
	Reference *child.Reference

	// Resolve returns why the run cannot be created with the object that Reference
	// names, nil if it can. The object is nil if it does not exist.
	Resolve func(live *unstructured.Unstructured) *apis.Condition

	// Waiting returns why a run that has not ended does not proceed, nil if it does.
	Waiting func(live *unstructured.Unstructured) *apis.Condition

	// LogCommand is the command that shows the log of the build.
	LogCommand string
}

// Record identifies an object by its resource.
type Record struct {
	schema.GroupVersionResource
	types.NamespacedName
}

// Result is what a finished run reports.
type Result struct {
	// Output is the image that was pushed.
	Output v1beta2.BuildOutput
	// Sources are the sources that the image was built from.
	Sources []v1beta2.SourceResult
	// Provenance records how the image was built.
	Provenance v1beta2.BuildProvenance
	// Reason is the reason of the failure in one CamelCase word; empty on success.
	Reason string
	// Message is the message of the failure; empty on success.
	Message string
	// Refused is set if the run failed because the cluster refused its pod, or because a
	// Secret does not exist, so nothing was built. Another run can succeed.
	Refused bool
	// CompletionTime is when the run ended; nil if the run does not report it.
	CompletionTime *metav1.Time
}
