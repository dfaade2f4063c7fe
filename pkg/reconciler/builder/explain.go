/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package builder

import (
	"context"
	"fmt"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"openfunction.dev/openfunction/pkg/strategy"
)

// explainer is a Strategy whose run may say too little of why it failed, while
// an object that the run made says more.
type explainer interface {
	// Cause names that object, where the run itself says too little.
	Cause(run *unstructured.Unstructured) (resource schema.GroupVersionResource, name string, ok bool)
	// Explain returns the result of run with what the object says.
	Explain(run *unstructured.Unstructured, result strategy.Result, cause *unstructured.Unstructured) strategy.Result
}

// explain costs one read for each build that fails. Only an object that the run
// controls is believed; anybody may make one of its name.
func (r *Reconciler) explain(ctx context.Context, run *unstructured.Unstructured, result strategy.Result) (strategy.Result, error) {
	e, ok := r.strategy.(explainer)
	if !ok {
		return result, nil
	}
	resource, name, ok := e.Cause(run)
	if !ok {
		return result, nil
	}
	cause, err := r.dynamic.Resource(resource).Namespace(run.GetNamespace()).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrs.IsNotFound(err), apierrs.IsForbidden(err):
		// What the run says has to do.
		return result, nil
	case err != nil:
		return result, fmt.Errorf("reading why %q failed: %w", run.GetName(), err)
	case !metav1.IsControlledBy(cause, run):
		return result, nil
	}
	return e.Explain(run, result, cause), nil
}
