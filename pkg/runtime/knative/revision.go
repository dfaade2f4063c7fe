/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/kmap"
	"knative.dev/pkg/network"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// Plan implements runtime.Runtime: one Configuration, which never changes
// and thus has one revision, and before it the Dapr components that it sends to.
//
// A Configuration is Ready when its revision was; scaling to zero and back leaves
// it so, as Knative counts only failures against it. initial-scale stays 1 by
// default, so that Ready says that a pod has really been up.
//
// Knative's webhook adds to what we set (timeoutSeconds, a readiness probe,
// empty resources) and rewrites none of it: creator and lastModifier are only
// for Configurations without an owner.
func (Runtime) Plan(in *runtime.Input) (*runtime.Plan, error) {
	s, model := in.Serving, dapr.RevisionOf(in)
	// Knative refuses a fieldRef unless an administrator allows it.
	template, err := pod.Template(in.Context(), s, role(model.Model), pod.NamedEnv(s.Name))
	if err != nil {
		return nil, err
	}
	if ptr.Deref(template.Spec.AutomountServiceAccountToken, false) {
		// Knative takes no more than false: what the account itself says counts,
		// which is true unless somebody changed it.
		template.Spec.AutomountServiceAccountToken = nil
	}
	annotations := kmap.Union(template.Annotations, scaling(&s.Spec.WorkloadSpec, template.Annotations), patience(s.Spec.Timeout))
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
				},
			},
		},
	}
	objects := model.Objects
	if s.Spec.HasEvents() {
		// The runtime for events creates these too, and later: pods of ours would start
		// without them. Those that only its pods use must not delay ours.
		objects = model.ObjectsOf(dapr.Requests)
	}
	objects = append(slices.Clone(objects), child.Object{Resource: configuration, ConditionType: v1beta2.ServingConditionRevisionReady})
	return &runtime.Plan{
		Objects: objects, Unresolved: model.Unresolved, LogCommand: logCommand(s), Advise: advise,
		Status: func(observed runtime.Observed) runtime.RevisionStatus {
			return runtime.RevisionStatus{Address: address(observed.Children)}
		},
	}, nil
}

// role returns what the pods are for: to answer requests, with a sidecar where the
// function sends to components or keeps state.
func role(components *dapr.Model) pod.Role {
	annotations := components.Annotations(dapr.Requests)
	if annotations == nil {
		return pod.Role{}
	}
	return pod.Role{Sidecar: &pod.Sidecar{
		Annotations: annotations,
		Inputs:      components.Inputs,
		Outputs:     components.Outputs,
		States:      components.States,
	}}
}

// address returns where the revision answers inside the cluster. Knative gives each
// revision a Service of its name, by which its activator knows it also while it has no
// pods.
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
