/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// openPorts returns the ports that a policy opens, and the labels of the namespaces that
// may connect to each; none for all addresses.
func openPorts(policy *networkingv1.NetworkPolicy) map[int32][]map[string]string {
	open := map[int32][]map[string]string{}
	for _, rule := range policy.Spec.Ingress {
		var from []map[string]string
		for _, peer := range rule.From {
			from = append(from, peer.NamespaceSelector.MatchLabels)
		}
		for _, port := range rule.Ports {
			open[port.Port.IntVal] = from
		}
	}
	return open
}

func TestNetworkPolicies(t *testing.T) {
	keda := []map[string]string{{"kubernetes.io/metadata.name": "keda"}, {"openfunction.io/keda": "true"}}
	want := map[string]map[int32][]map[string]string{
		"controller":  {9090: nil},
		"webhook":     {8443: nil, 9090: nil},
		"scheduler":   {6000: keda, 9090: nil},
		"mqtt-scaler": {6000: keda},
	}
	policies := map[string]*networkingv1.NetworkPolicy{}
	for _, policy := range find[*networkingv1.NetworkPolicy](manifests(t, "400-network-policies.yaml")) {
		policies[policy.Name] = policy
	}
	var programs []*appsv1.Deployment
	for _, file := range []string{"controller.yaml", "webhook.yaml", "scheduler.yaml", "mqtt-scaler.yaml"} {
		programs = append(programs, find[*appsv1.Deployment](manifests(t, file))...)
	}
	for _, deployment := range programs {
		policy := policies[deployment.Name]
		if policy == nil {
			t.Errorf("%s has no policy", deployment.Name)
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range programs {
			selected := selector.Matches(labels.Set(other.Spec.Template.Labels)) && policy.Namespace == other.Namespace
			if selected != (other == deployment) {
				t.Errorf("policy %s selects the pods of %s: %t", policy.Name, other.Name, selected)
			}
		}
		open := openPorts(policy)
		if diff := cmp.Diff(want[deployment.Name], open); diff != "" {
			t.Errorf("open ports of %s (-want +got):\n%s", deployment.Name, diff)
		}
		for _, port := range deployment.Spec.Template.Spec.Containers[0].Ports {
			if _, ok := open[port.ContainerPort]; ok == (port.Name == "probes") {
				t.Errorf("port %s of %s: open %t", port.Name, deployment.Name, ok)
			}
		}
	}
	if len(policies) != len(programs) {
		t.Errorf("%d policies for %d programs", len(policies), len(programs))
	}
}
