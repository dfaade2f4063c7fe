/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package resources builds the children of a Function by pure functions.
package resources

import (
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources/names"
)

// MakeBuilder returns the Builder of the current inputs of fn.
func MakeBuilder(fn *v1beta2.Function) (*v1beta2.Builder, error) {
	key, err := BuildKey(fn)
	if err != nil {
		return nil, err
	}
	return &v1beta2.Builder{
		ObjectMeta: metav1.ObjectMeta{
			Name:            names.Builder(fn, key),
			Namespace:       fn.Namespace,
			OwnerReferences: []metav1.OwnerReference{*kmeta.NewControllerRef(fn)},
			Labels:          map[string]string{functions.FunctionLabelKey: fn.Name},
			Annotations: map[string]string{
				functions.GenerationAnnotationKey: strconv.FormatInt(fn.Generation, 10),
			},
		},
		Spec: v1beta2.BuilderSpec{
			Image:            fn.Spec.Image,
			ImageCredentials: fn.Spec.ImageCredentials,
			BuildSpec:        *fn.Spec.Build.DeepCopy(),
		},
	}, nil
}

// GenerationOf returns the generation of the Function that requested b; 0 if it is not
// recorded.
func GenerationOf(b *v1beta2.Builder) int64 {
	generation, err := strconv.ParseInt(b.Annotations[functions.GenerationAnnotationKey], 10, 64)
	if err != nil {
		return 0
	}
	return generation
}

// MakeServing returns the Serving of the current spec of fn with that image. builtBy is
// the name of the Builder of the image, or empty.
func MakeServing(fn *v1beta2.Function, image, builtBy string) (*v1beta2.Serving, error) {
	spec := v1beta2.ServingSpec{
		WorkloadRuntime:  fn.Spec.WorkloadRuntime,
		Version:          fn.Spec.Version,
		Image:            image,
		ImageCredentials: fn.Spec.ImageCredentials,
		WorkloadSpec:     *fn.Spec.Serving.DeepCopy(),
	}
	spec.Traffic, spec.Rollout = nil, nil
	if spec.Triggers != nil {
		spec.Triggers.Eventing = nil
	}
	var annotations map[string]string
	identity := ""
	if fn.Annotations[functions.IdentityAnnotationKey] == functions.IdentityUnique {
		identity = functions.IdentityUnique
		annotations = map[string]string{functions.IdentityAnnotationKey: identity}
	}
	key, err := ServingKey(&spec, identity)
	if err != nil {
		return nil, err
	}
	labels := map[string]string{functions.FunctionLabelKey: fn.Name}
	if builtBy != "" {
		labels[functions.BuildKeyLabelKey] = builtBy
	}
	return &v1beta2.Serving{
		ObjectMeta: metav1.ObjectMeta{
			Name:            names.Serving(fn, key),
			Namespace:       fn.Namespace,
			OwnerReferences: []metav1.OwnerReference{*kmeta.NewControllerRef(fn)},
			Labels:          labels,
			Annotations:     annotations,
			// From the start, because adding it later would cost a write.
			Finalizers: []string{v1beta2.ServingFinalizer},
		},
		Spec: spec,
	}, nil
}
