/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package keda answers requests without Knative: KEDA's http add-on holds requests until
// a pod is ready and scales by the requests in flight, and the Gateway API routes to it.
package keda

import (
	"errors"
	"fmt"

	httpv1beta1 "github.com/kedacore/http-add-on/operator/apis/http/v1beta1"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
	"openfunction.dev/openfunction/pkg/runtime/pod"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
	"openfunction.dev/openfunction/pkg/runtime/scaledobject"
)

// podSelector selects the pods that answer requests. They are watched because a
// ScaledObject and an InterceptorRoute stay ready when no pod can start.
const podSelector = functions.AnswersLabelKey + "=" + functions.AnswersRequests

// Runtime translates Servings into Deployments that KEDA's http add-on scales, and
// Functions into HTTPRoutes.
type Runtime struct{}

var _ runtime.Runtime = Runtime{}

// New returns the runtime.
func New() Runtime {
	return Runtime{}
}

// AddToScheme adds the kinds that Plan and Route return.
func AddToScheme(scheme *k8sruntime.Scheme) error {
	if err := errors.Join(
		kedav1alpha1.AddToScheme(scheme),
		httpv1beta1.AddToScheme(scheme),
		gatewayv1.Install(scheme),
		dapr.AddToScheme(scheme),
		appsv1.AddToScheme(scheme),
		corev1.AddToScheme(scheme),
	); err != nil {
		return fmt.Errorf("adding the kinds of KEDA and the Gateway API: %w", err)
	}
	return nil
}

// Describe implements runtime.Runtime.
func (Runtime) Describe() runtime.Description {
	return runtime.Description{
		Name:        string(v1beta2.HTTPEngineKeda),
		AddToScheme: AddToScheme,
		Kinds: append(dapr.Kinds(),
			scaledobject.Kind("ScaledObject"),
			child.Kind{
				GroupVersionKind: httpv1beta1.SchemeGroupVersion.WithKind("InterceptorRoute"), Product: "KedaHttpAddOn",
				InstallHint: "an administrator installs KEDA's http add-on, see https://github.com/kedacore/http-add-on",
			},
			gateway.RouteKind(),
			child.Kind{GroupVersionKind: appsv1.SchemeGroupVersion.WithKind("Deployment"), Readiness: pod.DeploymentReadiness},
			child.Kind{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("Service"), Readiness: child.Exists},
		),
		ReferenceKinds:  append(gateway.ReferenceKinds(), dapr.ComponentKind()),
		ScalesReady:     true,
		NewObserver:     watch.Observing(podSelector),
		Results:         resultsOf,
		RouteReferences: gateway.References,
		CannotSplit:     cannotSplit,
	}
}

// References implements runtime.Runtime.
func (Runtime) References(namespace string, spec *v1beta2.WorkloadSpec) []runtime.Reference {
	return dapr.References(namespace, spec)
}

// logCommand returns the command that shows the log of s.
func logCommand(s *v1beta2.Serving) string {
	return fmt.Sprintf("kubectl logs -n %s -l %s=%s,%s=%s -c %s --tail=50",
		s.Namespace, functions.ServingLabelKey, s.Name, functions.AnswersLabelKey, functions.AnswersRequests, v1beta2.FunctionContainer)
}
