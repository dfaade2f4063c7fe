/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime/async/scalers"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

const (
	// systemNamespace is the namespace of the scheduler and the controller.
	systemNamespace = "openfunction"

	// sidecarStatePort is the port where the controller queries a sidecar.
	sidecarStatePort int32 = 3501
)

// hasSchedules reports whether the scheduler sends runs to the pods. Those of a Job accept
// none.
func (p *plan) hasSchedules() bool {
	return p.serving.Spec.WorkloadType != v1beta2.WorkloadTypeJob &&
		slices.ContainsFunc(p.scaled, func(t scaled) bool { return t.Cron != nil })
}

// needsService reports whether the scheduler, or a scaler, finds the ready pods by their
// Service.
func (p *plan) needsService() bool {
	name := ServiceName(p.serving.Name)
	return p.hasSchedules() || slices.ContainsFunc(p.scaled, func(t scaled) bool {
		return t.scaler != nil && slices.ContainsFunc(t.scaler.Triggers, func(trigger kedav1alpha1.ScaleTriggers) bool {
			return trigger.Metadata[scalers.ServiceKey] == name
		})
	})
}

// access returns the objects that control who reaches the pods: a NetworkPolicy, unless an
// administrator disabled it, and a Service if one is needed.
func (p *plan) access() []child.Object {
	var objects []child.Object
	if p.in.Config.Defaults.EventNetworkPolicies {
		objects = append(objects, child.Object{Resource: p.policy()})
	}
	if p.needsService() {
		objects = append(objects, child.Object{Resource: p.service()})
	}
	return objects
}

// policy returns the NetworkPolicy of the pods. A function cannot distinguish an event from
// a request of another pod. But a sidecar delivers events inside the pod, which no policy
// affects, so only the runs of schedules come over the network. The policy also closes the
// port at which sidecars call each other.
func (p *plan) policy() *networkingv1.NetworkPolicy {
	ours, theirs := p.openPorts()
	var ingress []networkingv1.NetworkPolicyIngressRule
	if len(ours) > 0 {
		ingress = append(ingress, networkingv1.NetworkPolicyIngressRule{
			From: []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{
				MatchLabels: map[string]string{corev1.LabelMetadataName: systemNamespace},
			}}},
			Ports: ours,
		})
	}
	if len(theirs) > 0 {
		ingress = append(ingress, networkingv1.NetworkPolicyIngressRule{Ports: theirs})
	}
	return &networkingv1.NetworkPolicy{
		ObjectMeta: meta(p.serving, ServiceName(p.serving.Name)),
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: selector(p.serving)},
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress},
			Ingress:     ingress,
		},
	}
}

// openPorts returns the ports that the scheduler and the controller may connect to, and
// those that everybody may: the metrics, which do not change anything.
func (p *plan) openPorts() (ours, theirs []networkingv1.NetworkPolicyPort) {
	port := p.serving.Spec.Port()
	if p.hasSchedules() {
		ours = append(ours, openPort(port))
	}
	if p.dapr.NeedsSidecar() {
		if port != sidecarStatePort {
			ours = append(ours, openPort(sidecarStatePort))
		}
		if port != dapr.DefaultMetricsPort {
			theirs = append(theirs, openPort(dapr.DefaultMetricsPort))
		}
	}
	return ours, theirs
}

func openPort(number int32) networkingv1.NetworkPolicyPort {
	return networkingv1.NetworkPolicyPort{Protocol: new(corev1.ProtocolTCP), Port: new(intstr.FromInt32(number))}
}
