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

	"openfunction.dev/openfunction/pkg/strategy"
)

// result reads a finished run with its record, which costs one request per build. The
// record must be controlled by the run, because any client can create one of its name.
func (r *Reconciler) result(ctx context.Context, run *unstructured.Unstructured) (strategy.Result, error) {
	named := r.strategy.Record(run)
	if named == nil {
		return r.strategy.Result(run, nil)
	}
	record, err := r.dynamic.Resource(named.GroupVersionResource).Namespace(named.Namespace).Get(ctx, named.Name, metav1.GetOptions{})
	switch {
	case apierrs.IsNotFound(err), apierrs.IsForbidden(err):
		record = nil
	case err != nil:
		return strategy.Result{}, fmt.Errorf("reading how %q ended: %w", run.GetName(), err)
	case !metav1.IsControlledBy(record, run):
		record = nil
	}
	return r.strategy.Result(run, record)
}
