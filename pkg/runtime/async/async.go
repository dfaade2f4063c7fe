/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package async runs functions that handle events. Dapr delivers the events, and KEDA
// scales the pods by the number of events that wait.
package async

import (
	"errors"
	"fmt"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/async/scalers"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/pod"
	"openfunction.dev/openfunction/pkg/runtime/scaledobject"
)

// Runtime translates Servings with event triggers into objects of Kubernetes, Dapr and
// KEDA.
type Runtime struct{}

var _ runtime.Runtime = Runtime{}

// New returns the runtime.
func New() Runtime {
	return Runtime{}
}

// AddToScheme adds the kinds that Plan returns.
func AddToScheme(scheme *k8sruntime.Scheme) error {
	if err := errors.Join(
		kedav1alpha1.AddToScheme(scheme),
		dapr.AddToScheme(scheme),
		appsv1.AddToScheme(scheme),
		corev1.AddToScheme(scheme),
		networkingv1.AddToScheme(scheme),
	); err != nil {
		return fmt.Errorf("adding the kinds of KEDA and Dapr: %w", err)
	}
	return nil
}

// Describe implements runtime.Runtime.
func (Runtime) Describe() runtime.Description {
	scaledObjects, scaledJobs := scaledobject.Kind("ScaledObject"), scaledobject.Kind("ScaledJob")
	scaledObjects.Readiness, scaledJobs.Readiness = scalers.ScaledObjectReadiness, scalers.ScaledJobReadiness
	return runtime.Description{
		Name:        runtime.Async,
		AddToScheme: AddToScheme,
		Kinds: append(dapr.Kinds(),
			scaledobject.Kind("TriggerAuthentication"), scaledObjects, scaledJobs,
			child.Kind{GroupVersionKind: appsv1.SchemeGroupVersion.WithKind("Deployment"), Readiness: pod.DeploymentReadiness},
			child.Kind{GroupVersionKind: appsv1.SchemeGroupVersion.WithKind("StatefulSet"), Readiness: pod.StatefulSetReadiness},
			child.Kind{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("Service"), Readiness: child.Exists},
			child.Kind{GroupVersionKind: networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"), Readiness: child.Exists},
		),
		ReferenceKinds:      []child.Kind{dapr.ComponentKind()},
		FollowsRoutingState: true,
		ScalesReady:         true,
		NewObserver:         observe.FromInjection,
		Results:             resultsOf,
	}
}

// References implements runtime.Runtime.
func (Runtime) References(namespace string, spec *v1beta2.WorkloadSpec) []runtime.Reference {
	return dapr.References(namespace, spec)
}

// Route implements runtime.Runtime: nothing, because events come through the broker.
func (Runtime) Route(*runtime.RouteInput) (*runtime.Route, error) {
	return &runtime.Route{}, nil
}

// logCommand returns the command that shows the log of s.
func logCommand(s *v1beta2.Serving) string {
	return fmt.Sprintf("kubectl logs -n %s -l %s=%s,%s=%s -c %s --tail=50",
		s.Namespace, functions.ServingLabelKey, s.Name, functions.ManagedLabelKey, functions.ManagedLabelValue, v1beta2.FunctionContainer)
}
