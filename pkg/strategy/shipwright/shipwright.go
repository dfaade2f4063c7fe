/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package shipwright runs builds with Shipwright's BuildRuns.
package shipwright

import (
	"fmt"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	strategyName = "shipwright"

	product     = "Shipwright"
	installHint = "run hack/install-runtimes.sh, or see https://shipwright.io"

	// generatedAccount makes Shipwright use the ServiceAccount with the name of the run,
	// which makeServiceAccount returns, and delete it at the end.
	generatedAccount = ".generate"
)

// Strategy runs builds with Shipwright.
type Strategy struct{}

var _ strategy.Strategy = Strategy{}

// New returns the plug-in.
func New() Strategy {
	return Strategy{}
}

// AddToScheme adds the kinds that Plan returns.
func AddToScheme(scheme *runtime.Scheme) error {
	if err := corev1.AddToScheme(scheme); err != nil {
		return fmt.Errorf("adding Kubernetes: %w", err)
	}
	if err := buildv1beta1.AddToScheme(scheme); err != nil {
		return fmt.Errorf("adding Shipwright: %w", err)
	}
	return nil
}

// Describe implements strategy.Strategy.
func (Strategy) Describe() strategy.Description {
	return strategy.Description{
		Name:        strategyName,
		AddToScheme: AddToScheme,
		Kinds: []child.Kind{
			{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("ServiceAccount")},
			{
				GroupVersionKind: buildv1beta1.SchemeGroupVersion.WithKind("BuildRun"),
				Product:          product,
				InstallHint:      installHint,
				Requires: []child.Kind{{
					GroupVersionKind: taskRuns.GroupVersion().WithKind("TaskRun"),
					Product:          "Tekton",
					InstallHint:      "run hack/install-runtimes.sh, or see https://tekton.dev",
				}},
			},
		},
		ReferenceKinds: []child.Kind{
			strategyKind(buildv1beta1.ClusterBuildStrategyKind),
			strategyKind(buildv1beta1.NamespacedBuildStrategyKind),
		},
	}
}

// shippedStrategy is the name of the ClusterBuildStrategy that config/ installs. It
// does not use a Dockerfile.
const shippedStrategy = "openfunction"

// Check implements strategy.Strategy.
func (Strategy) Check(spec *v1beta2.BuildSpec) []v1beta2.UnsupportedField {
	var fields v1beta2.UnsupportedFields
	fields.Add("dockerfile", spec.Dockerfile != nil && *spec.Dockerfile != "" && usesShippedStrategy(spec))
	return fields
}

func usesShippedStrategy(spec *v1beta2.BuildSpec) bool {
	if spec.Shipwright == nil || spec.Shipwright.Strategy == nil {
		return true
	}
	s := spec.Shipwright.Strategy
	return s.Name == shippedStrategy && s.Kind != nil && *s.Kind == v1beta2.StrategyKindCluster
}

// Plan implements strategy.Strategy.
func (Strategy) Plan(in strategy.Input) (*strategy.Plan, error) {
	b := in.Builder
	spec, err := makeBuildSpec(b, in.Config.Build)
	if err != nil {
		return nil, err
	}
	buildRun := makeBuildRun(b, spec)
	run := child.Object{Resource: buildRun, ConditionType: v1beta2.BuilderConditionSucceeded}
	plan := &strategy.Plan{
		Objects:   []child.Object{{Resource: makeServiceAccount(b)}, run},
		Reference: referenceOf(buildRun),
		Resolve:   func(live *unstructured.Unstructured) *apis.Condition { return resolve(spec, live) },
		Waiting:   waiting,
		LogCommand: fmt.Sprintf("kubectl logs -n %s -l %s=%s --all-containers --tail=-1",
			b.Namespace, buildv1beta1.LabelBuildRun, runName(b)),
	}
	return plan, nil
}

// makeBuildRun embeds the build. Shipwright's cache might not contain a separate Build
// yet, and Shipwright would fail the run permanently. See
// docs/decisions/0004-buildrun-embeds-its-build.md.
func makeBuildRun(b *v1beta2.Builder, spec *buildv1beta1.BuildSpec) *buildv1beta1.BuildRun {
	run := &buildv1beta1.BuildRun{
		ObjectMeta: makeObjectMeta(b),
		Spec: buildv1beta1.BuildRunSpec{
			Build:          buildv1beta1.ReferencedBuild{Spec: spec},
			ServiceAccount: new(generatedAccount),
		},
	}
	if b.Spec.State == v1beta2.BuildStateCancelled {
		run.Spec.State = buildv1beta1.BuildRunRequestedStatePtr(buildv1beta1.BuildRunStateCancel)
	}
	return run
}

func makeObjectMeta(b *v1beta2.Builder) metav1.ObjectMeta {
	labels := map[string]string{functions.BuilderLabelKey: runName(b)}
	if fn := b.Labels[functions.FunctionLabelKey]; fn != "" {
		labels[functions.FunctionLabelKey] = fn
	}
	return metav1.ObjectMeta{Name: runName(b), Namespace: b.Namespace, Labels: labels}
}

// runName returns the name of the Builder. Shipwright writes it to a label, so a hash
// replaces the end of a name that is too long for a label value.
func runName(b *v1beta2.Builder) string {
	return kmeta.ChildName(b.Name, "")
}
