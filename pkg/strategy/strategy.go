/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package strategy holds the contract of everything that can run a build.
package strategy

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// Strategy is one way to run a build. It translates and nothing else: no
// client, no clock, no logger.
type Strategy interface {
	// Name is what it is known by, as shipwright.
	Name() string

	// Objects returns what must exist for the build to run, in order of creation;
	// the last is the run, and reports v1beta2.BuilderConditionSucceeded. An
	// *apis.FieldError says what is wrong with the Builder itself.
	Objects(ctx context.Context, b *v1beta2.Builder) ([]child.Object, error)

	// Result reads the finished run: the image by digest, and what it was built
	// from. A run that failed yields the reason and message to show.
	Result(run *unstructured.Unstructured) (Result, error)
}

// Result is what a finished run says of itself.
type Result struct {
	// Output is the image that was pushed.
	Output v1beta2.BuildOutput
	// Sources says what it was built from.
	Sources []v1beta2.SourceResult
	// Provenance says by what it was built.
	Provenance v1beta2.BuildProvenance
	// Reason is one CamelCase word for why the run failed; empty on success.
	Reason string
	// Message says why the run failed; empty on success.
	Message string
	// CompletionTime is when the run ended; nil where it does not say.
	CompletionTime *metav1.Time
}

// Watcher is a Strategy that says which kinds it makes.
type Watcher interface {
	// Kinds returns every kind that Objects may return.
	Kinds() []child.Kind
}
