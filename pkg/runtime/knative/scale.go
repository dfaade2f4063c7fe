/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"fmt"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/kmap"
	"knative.dev/serving/pkg/apis/autoscaling"
	"knative.dev/serving/pkg/apis/serving"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// concurrencyKey is an annotation of the API of functions, although it looks like
// one of Knative's: there it is a field.
const concurrencyKey = autoscaling.GroupName + "/container-concurrency"

const (
	// defaultMaxReplicas is what the API promises; Knative has no bound.
	defaultMaxReplicas = "10"
	// progressDeadline is how long Knative waits for a revision by default.
	progressDeadline = 10 * time.Minute
)

// scaling returns the annotations of the autoscaler: typed fields win over
// scaleOptions.knative, and that over the annotations given.
func scaling(spec *v1beta2.WorkloadSpec, annotations map[string]string) map[string]string {
	options := spec.ScaleOptions
	if options == nil {
		options = &v1beta2.ScaleOptions{}
	}
	scale := make(map[string]string)
	if options.Knative != nil {
		scale = kmap.Filter(*options.Knative, functions.IsReservedKey)
	}
	if options.MinReplicas != nil {
		scale[autoscaling.MinScaleAnnotationKey] = strconv.Itoa(int(*options.MinReplicas))
	}
	_, _, bounded := autoscaling.MaxScaleAnnotation.Get(kmap.Union(annotations, scale))
	switch {
	case options.MaxReplicas != nil:
		scale[autoscaling.MaxScaleAnnotationKey] = strconv.Itoa(int(*options.MaxReplicas))
	case !bounded:
		scale[autoscaling.MaxScaleAnnotationKey] = defaultMaxReplicas
	}
	return scale
}

// takeConcurrency takes the number of requests that one pod gets at a time out of
// the annotations; nil leaves it to Knative.
func takeConcurrency(annotations map[string]string) (*int64, error) {
	value, ok := annotations[concurrencyKey]
	if !ok {
		return nil, nil
	}
	delete(annotations, concurrencyKey)
	concurrency, err := strconv.ParseInt(value, 10, 64)
	if err != nil || concurrency < 0 {
		return nil, fmt.Errorf("annotation %s: %q is not a number of requests; use 0 for no bound", concurrencyKey, value)
	}
	return &concurrency, nil
}

// patience keeps Knative from giving up on a version earlier than the time that
// it may take to get ready. A shorter time is not passed on: Knative would take
// the pods away, and a version that is late could not get ready after all.
func patience(timeout *metav1.Duration) map[string]string {
	if timeout == nil || timeout.Duration <= progressDeadline {
		return nil
	}
	return map[string]string{
		serving.ProgressDeadlineAnnotationKey: timeout.Duration.Truncate(time.Second).String(),
	}
}
