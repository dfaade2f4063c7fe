/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package pod

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// checkFields returns the fields that a function's pod must not have although the Pod
// Security Standard "restricted" allows them. The paths are the same in a Serving and
// in a Function.
func checkFields(ctx context.Context, spec *corev1.PodSpec, runtime v1beta2.WorkloadRuntime) error {
	errs := v1beta2.PodPolicy(ctx, runtime).ValidateFields(field.NewPath("template"), spec)
	errs = append(errs, v1beta2.ValidateWasm(ctx, field.NewPath("workloadRuntime"), runtime)...)
	if len(errs) == 0 {
		return nil
	}
	return errors.New(fielderror.Text(fielderror.ForKnative(errs)))
}

var restricted = newEvaluator()

func newEvaluator() policy.Evaluator {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(fmt.Sprintf("the checks of k8s.io/pod-security-admission are not valid: %v", err))
	}
	return evaluator
}

// checkPolicy applies the Pod Security Standard "restricted" to the rendered template,
// because checkFields may not know every field that gives a pod more rights.
func checkPolicy(template *corev1.PodTemplateSpec) error {
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	results := policy.AggregateCheckResults(restricted.EvaluatePod(level, &template.ObjectMeta, &template.Spec))
	if !results.Allowed {
		return fmt.Errorf("template does not pass the Pod Security Standard %q: %s", api.LevelRestricted, results.ForbiddenDetail())
	}
	return nil
}
