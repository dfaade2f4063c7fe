/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"fmt"
	"math"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/kmap"
	"knative.dev/serving/pkg/apis/autoscaling"
	"knative.dev/serving/pkg/apis/serving"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// concurrencyKey has the form of a Knative annotation, but belongs to this API. Knative
// has a field for it.
const concurrencyKey = autoscaling.GroupName + "/container-concurrency"

// progressDeadline is how long Knative waits for a revision by default.
const progressDeadline = 10 * time.Minute

// scaling returns the annotations of a revision, with those for the autoscaler: typed
// fields override scaleOptions.knative, which overrides the given annotations. No number
// of pods is above limit.
func scaling(spec *v1beta2.WorkloadSpec, annotations map[string]string, limit int32) map[string]string {
	options := spec.ScaleOptions
	if options == nil {
		options = &v1beta2.ScaleOptions{}
	}
	scale := kmap.Union(annotations, kmap.Filter(ptr.Deref(options.Knative, nil), functions.IsReservedKey))
	if options.MinReplicas != nil {
		scale[autoscaling.MinScaleAnnotationKey] = strconv.Itoa(int(*options.MinReplicas))
	}
	if ptr.Deref(options.MaxReplicas, 0) > 0 {
		scale[autoscaling.MaxScaleAnnotationKey] = strconv.Itoa(int(*options.MaxReplicas))
	}
	scale = v1beta2.BoundAutoscaling(scale, limit)
	if _, _, isBounded := autoscaling.MaxScaleAnnotation.Get(scale); !isBounded {
		_, maximum := (&v1beta2.ScaleOptions{}).Bounds(limit)
		scale[autoscaling.MaxScaleAnnotationKey] = strconv.Itoa(int(maximum))
	}
	return scale
}

// takeConcurrency removes the concurrency limit of a pod from the annotations and
// returns it, or nil for Knative's default.
func takeConcurrency(annotations map[string]string) (*int64, error) {
	value, ok := annotations[concurrencyKey]
	if !ok {
		return nil, nil
	}
	delete(annotations, concurrencyKey)
	concurrency, err := strconv.ParseInt(value, 10, 64)
	if err != nil || concurrency < 0 {
		return nil, fmt.Errorf("annotation %s: %q is not a number of requests; use 0 for no limit", concurrencyKey, value)
	}
	return &concurrency, nil
}

// timeoutOf returns how many seconds a request may take; nil for Knative's default.
func timeoutOf(spec *v1beta2.WorkloadSpec) *int64 {
	timeout := spec.RequestTimeout()
	if timeout == 0 {
		return nil
	}
	return new(int64(math.Ceil(timeout.Seconds())))
}

// progressDeadlineOf makes Knative wait for a revision at least as long as its timeout.
// A shorter timeout is not passed on, because Knative would delete the pods and the
// revision could not become ready later.
func progressDeadlineOf(timeout *metav1.Duration) map[string]string {
	if timeout == nil || timeout.Duration <= progressDeadline {
		return nil
	}
	return map[string]string{
		serving.ProgressDeadlineAnnotationKey: timeout.Duration.Truncate(time.Second).String(),
	}
}
