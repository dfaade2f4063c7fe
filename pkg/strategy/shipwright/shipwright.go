/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package shipwright runs builds by Shipwright's BuildRun.
package shipwright

import (
	"context"
	"fmt"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/strategy"
)

const (
	strategyName = "shipwright"

	product     = "Shipwright"
	installHint = "run hack/install-runtimes.sh, or see https://shipwright.io"

	// generatedAccount makes Shipwright give the run a ServiceAccount of the
	// run's name, without a token, and delete it at the end. It uses one that
	// exists already.
	generatedAccount = ".generate"
)

// Strategy runs builds by Shipwright.
type Strategy struct{}

var (
	_ strategy.Strategy = Strategy{}
	_ strategy.Watcher  = Strategy{}
)

// New returns the plug-in.
func New() Strategy {
	return Strategy{}
}

// AddToScheme adds the kinds that Objects returns.
func AddToScheme(scheme *runtime.Scheme) error {
	if err := corev1.AddToScheme(scheme); err != nil {
		return fmt.Errorf("adding Kubernetes: %w", err)
	}
	if err := buildv1beta1.AddToScheme(scheme); err != nil {
		return fmt.Errorf("adding Shipwright: %w", err)
	}
	return nil
}

// Name implements strategy.Strategy.
func (Strategy) Name() string {
	return strategyName
}

// Kinds implements strategy.Watcher.
func (Strategy) Kinds() []child.Kind {
	return []child.Kind{
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
	}
}

// Objects implements strategy.Strategy. An *apis.FieldError says what is wrong
// with the Builder itself.
func (Strategy) Objects(ctx context.Context, b *v1beta2.Builder) ([]child.Object, error) {
	cfg := config.FromContext(ctx).Build
	spec, err := makeBuildSpec(b, cfg)
	if err != nil {
		return nil, err
	}
	run := child.Object{Resource: makeBuildRun(b, spec), ConditionType: v1beta2.BuilderConditionSucceeded}
	if b.Spec.BuilderCredentials == nil {
		return []child.Object{run}, nil
	}
	return []child.Object{{Resource: makeServiceAccount(b)}, run}, nil
}

// LogCommand returns the command that shows the log of the build.
func (Strategy) LogCommand(b *v1beta2.Builder) string {
	return fmt.Sprintf("kubectl logs -n %s -l %s=%s --all-containers --tail=-1",
		b.Namespace, buildv1beta1.LabelBuildRun, runName(b))
}

// makeBuildRun embeds the build: a Build of its own, made just before, may not
// be in Shipwright's cache yet, and Shipwright then fails the run for good. See
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

// runName is the Builder's name; where that is longer than a label's value may
// be, as Shipwright asks for, a hash takes the place of its end.
func runName(b *v1beta2.Builder) string {
	return kmeta.ChildName(b.Name, "")
}
