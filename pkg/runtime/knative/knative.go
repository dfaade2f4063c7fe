/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package knative runs functions with Knative Serving: a Configuration for each
// Serving and a Route for the Function.
package knative

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"knative.dev/serving/pkg/apis/serving"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"
	servingv1beta1 "knative.dev/serving/pkg/apis/serving/v1beta1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
)

const (
	product     = "Knative"
	installHint = "install Knative Serving, as hack/install-runtimes.sh does"
)

// podSelector selects the pods of functions. They are watched because Knative reports a
// container that does not start only after minutes.
const podSelector = functions.ServingLabelKey + "," + serving.ConfigurationLabelKey

// Runtime translates Servings and Functions into objects of Knative.
type Runtime struct{}

var _ runtime.Runtime = Runtime{}

// New returns the runtime.
func New() Runtime {
	return Runtime{}
}

// AddToScheme adds the kinds that Plan and Route return.
func AddToScheme(scheme *k8sruntime.Scheme) error {
	if err := errors.Join(
		corev1.AddToScheme(scheme), servingv1.AddToScheme(scheme), servingv1beta1.AddToScheme(scheme),
		gatewayv1.Install(scheme), dapr.AddToScheme(scheme),
	); err != nil {
		return fmt.Errorf("adding the kinds of Knative Serving: %w", err)
	}
	return nil
}

// Describe implements runtime.Runtime.
func (Runtime) Describe() runtime.Description {
	return runtime.Description{
		Name:        string(v1beta2.HTTPEngineKnative),
		AddToScheme: AddToScheme,
		Kinds: append(dapr.Kinds(), []child.Kind{
			{GroupVersionKind: servingv1.SchemeGroupVersion.WithKind("Configuration"), Product: product, InstallHint: installHint},
			{GroupVersionKind: servingv1.SchemeGroupVersion.WithKind("Route"), Product: product, InstallHint: installHint},
			{GroupVersionKind: servingv1beta1.SchemeGroupVersion.WithKind("DomainMapping"), Product: product, InstallHint: installHint},
			{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("Service"), Readiness: child.Exists},
			gateway.RouteKind(),
		}...),
		ReferenceKinds:  append(gateway.ReferenceKinds(), dapr.ComponentKind()),
		NewObserver:     watch.Observing(podSelector),
		Results:         resultsOf,
		RouteReferences: gatewayReferences,
	}
}

// References implements runtime.Runtime.
func (Runtime) References(namespace string, spec *v1beta2.WorkloadSpec) []runtime.Reference {
	return dapr.References(namespace, spec)
}

// logCommand returns the command that shows the log of s. Knative copies the labels of
// a revision to its pods, and the revision has the name of its Configuration as a label.
func logCommand(s *v1beta2.Serving) string {
	return fmt.Sprintf("kubectl logs -n %s -l %s=%s -c %s --tail=50",
		s.Namespace, serving.ConfigurationLabelKey, s.Name, v1beta2.FunctionContainer)
}
