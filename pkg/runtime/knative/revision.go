/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmap"
	"knative.dev/pkg/network"
	"knative.dev/serving/pkg/apis/serving"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// Plan implements runtime.Runtime. It returns one Configuration, which never changes
// and so has one revision, and before it the Dapr components that the function sends
// to.
//
// A Configuration is Ready once its revision was. Scaling to zero and back does not
// change that, because Knative counts only failures. initial-scale stays 1, the
// default, so Ready means that a pod has run.
//
// Knative's webhook adds fields (timeoutSeconds, a readiness probe, empty resources)
// and changes none of those that are set: creator and lastModifier are only added to
// Configurations without an owner.
func (Runtime) Plan(in *runtime.Input) (*runtime.Plan, error) {
	s, model := in.Serving, dapr.RevisionOf(in)
	// Knative rejects a fieldRef unless an administrator enables it.
	template, err := pod.Template(in.Context(), s, model.RequestsRole(), pod.NamedEnv(s.Name))
	if err != nil {
		return nil, err
	}
	if ptr.Deref(template.Spec.AutomountServiceAccountToken, false) {
		// Knative accepts only the value false here. Without it, the setting of the
		// service account applies, which is true by default.
		template.Spec.AutomountServiceAccountToken = nil
	}
	annotations := kmap.Union(scaling(&s.Spec.WorkloadSpec, template.Annotations, in.Config.Defaults.MaxReplicasLimit),
		progressDeadlineOf(s.Spec.Timeout))
	concurrency, err := takeConcurrency(annotations)
	if err != nil {
		return nil, err
	}
	configuration := &servingv1.Configuration{
		ObjectMeta: metav1.ObjectMeta{
			Name:      s.Name,
			Namespace: s.Namespace,
			Labels:    pod.Identity(s),
		},
		Spec: servingv1.ConfigurationSpec{
			Template: servingv1.RevisionTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: template.Labels, Annotations: annotations},
				Spec: servingv1.RevisionSpec{
					PodSpec:              template.Spec,
					ContainerConcurrency: concurrency,
					TimeoutSeconds:       timeoutOf(&s.Spec.WorkloadSpec),
				},
			},
		},
	}
	objects := model.Objects
	if s.Spec.HasEvents() {
		// The async runtime creates these components, too, but later, and pods of this
		// runtime would start without them. Components that only the async runtime uses
		// must not delay these pods.
		objects = model.ObjectsOf(dapr.Requests)
	}
	objects = append(slices.Clone(objects), child.Object{Resource: configuration, ConditionType: v1beta2.ServingConditionRevisionReady})
	return &runtime.Plan{
		Objects: objects, Unresolved: model.Unresolved, LogCommand: logCommand(s), Advise: advise,
		Status: func(observed runtime.Observed) runtime.RevisionStatus {
			return runtime.RevisionStatus{Address: address(observed.Children), Failure: failureOf(in)}
		},
	}, nil
}

// failureOf returns why no pod starts; nil if one is ready or the reason is not known.
// Without pods the Configuration reports everything.
func failureOf(in *runtime.Input) *apis.Condition {
	pods := slices.DeleteFunc(pod.Remaining(in.Pods), func(candidate *corev1.Pod) bool {
		return candidate.Labels[serving.ConfigurationLabelKey] != in.Serving.Name
	})
	if len(pods) == 0 || slices.ContainsFunc(pods, pod.IsReady) {
		return nil
	}
	if found := pod.StartFailure(pods[0]); found != nil {
		return child.Failed(found.Reason, found.Message)
	}
	return nil
}

// address returns the address of the revision inside the cluster. Knative creates a
// Service for each revision, and its activator uses it even if there are no pods.
func address(children []child.Observation) *apis.URL {
	for _, o := range children {
		if o.Live == nil || o.Kind != "Configuration" {
			continue
		}
		if name, _, _ := unstructured.NestedString(o.Live.Object, "status", "latestReadyRevisionName"); name != "" {
			return apis.HTTP(network.GetServiceHostname(name, o.Live.GetNamespace()))
		}
	}
	return nil
}
