/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package toy

import (
	"crypto/sha256"
	"encoding/hex"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
)

// Strategy has a ConfigMap as its run, which succeeds at once.
type Strategy struct{}

var _ strategy.Strategy = Strategy{}

// Describe implements strategy.Strategy.
func (Strategy) Describe() strategy.Description {
	runs := configMaps
	runs.Readiness = func(*unstructured.Unstructured) *apis.Condition {
		return &apis.Condition{Status: corev1.ConditionTrue}
	}
	return strategy.Description{Name: "toy", AddToScheme: corev1.AddToScheme, Kinds: []child.Kind{runs}}
}

// Check implements strategy.Strategy.
func (Strategy) Check(*v1beta2.BuildSpec) []v1beta2.UnsupportedField { return nil }

// Plan implements strategy.Strategy.
func (Strategy) Plan(in strategy.Input) (*strategy.Plan, error) {
	b := in.Builder
	return &strategy.Plan{Objects: []child.Object{{
		Resource:      configMap(b.Namespace, b.Name, map[string]string{"source": b.Spec.SrcRepo.URL}),
		ConditionType: v1beta2.BuilderConditionSucceeded,
	}}}, nil
}

// Record implements strategy.Strategy.
func (Strategy) Record(*unstructured.Unstructured) *strategy.Record { return nil }

// Result implements strategy.Strategy: the digest is that of the URL of the source.
func (Strategy) Result(run, _ *unstructured.Unstructured) (strategy.Result, error) {
	source, _, err := unstructured.NestedString(run.Object, "data", "source")
	return strategy.Result{Output: v1beta2.BuildOutput{Digest: DigestOf(source)}}, err
}

// DigestOf returns the digest of what is built from the source at a URL.
func DigestOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "sha256:" + hex.EncodeToString(sum[:])
}
