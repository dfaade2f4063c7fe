/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"fmt"
	"slices"
	"strings"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// strategyKind returns a kind of build strategies. The plug-in reads their parameters.
func strategyKind(kind buildv1beta1.BuildStrategyKind) child.Kind {
	return child.Kind{
		GroupVersionKind: buildv1beta1.SchemeGroupVersion.WithKind(string(kind)), Product: product, InstallHint: installHint,
		Fields: [][]string{{"spec", "parameters"}},
	}
}

// referenceOf returns the reference of a run to its build strategy.
func referenceOf(run *buildv1beta1.BuildRun) *child.Reference {
	chosen := run.Spec.Build.Spec.Strategy
	ref := &child.Reference{Kind: strategyKind(*chosen.Kind), NamespacedName: types.NamespacedName{Name: chosen.Name}}
	if *chosen.Kind == buildv1beta1.NamespacedBuildStrategyKind {
		ref.Namespace = run.Namespace
	}
	return ref
}

// resolve returns why a build cannot run with its build strategy. Shipwright would fail
// the run permanently, although a user can solve each of these problems.
func resolve(build *buildv1beta1.BuildSpec, live *unstructured.Unstructured) *apis.Condition {
	named := fmt.Sprintf("%s %q", *build.Strategy.Kind, build.Strategy.Name)
	if live == nil {
		return unknown(v1beta2.ReasonStrategyNotFound, named+" does not exist; create it, or set another one in "+
			"spec.build.shipwright.strategy; kubectl get clusterbuildstrategies,buildstrategies shows those that do")
	}
	var strategy buildv1beta1.BuildStrategy
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(live.Object, &strategy); err != nil {
		// Shipwright reports the problem of a strategy that cannot be parsed.
		return nil
	}
	if undefined := undefinedIn(strategy.Spec.Parameters, build); len(undefined) > 0 {
		return unknown(v1beta2.ReasonUndefinedParameter, named+" has no parameter "+strings.Join(undefined, ", ")+
			"; remove it, or set another strategy in spec.build.shipwright.strategy")
	}
	if missing := missingOf(strategy.Spec.Parameters, build.ParamValues); len(missing) > 0 {
		return unknown(v1beta2.ReasonMissingParameterValues, named+" has no default for "+strings.Join(missing, ", ")+
			"; give each a value in spec.build.shipwright.params")
	}
	return nil
}

// undefinedIn returns the parameters that are set but not declared, each with the field
// that sets it.
func undefinedIn(declared []buildv1beta1.Parameter, build *buildv1beta1.BuildSpec) []string {
	fields := map[string]string{paramBuilderImage: "spec.build.builder"}
	if !isOurs(build.Strategy) {
		fields[paramDockerfile] = "spec.build.dockerfile"
	}
	var undefined []string
	for _, value := range build.ParamValues {
		known := slices.ContainsFunc(declared, func(p buildv1beta1.Parameter) bool { return p.Name == value.Name })
		field, ok := fields[value.Name]
		switch {
		case known:
		case ok:
			undefined = append(undefined, value.Name+" ("+field+")")
		default:
			undefined = append(undefined, value.Name+" (spec.build.shipwright.params)")
		}
	}
	return undefined
}

func missingOf(declared []buildv1beta1.Parameter, values []buildv1beta1.ParamValue) []string {
	var missing []string
	for _, p := range declared {
		isSet := slices.ContainsFunc(values, func(v buildv1beta1.ParamValue) bool { return v.Name == p.Name })
		if p.Default == nil && p.Defaults == nil && !isSet {
			missing = append(missing, p.Name)
		}
	}
	return missing
}

// maxWords is the maximum length of a list of names in a message, in bytes.
const maxWords = 640

func unknown(reason, message string) *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionUnknown, Reason: reason, Message: plaintext.Head(message, maxWords)}
}
