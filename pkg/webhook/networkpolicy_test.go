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
	deployments := map[string]bool{}
	for _, file := range []string{"controller.yaml", "webhook.yaml", "scheduler.yaml", "mqtt-scaler.yaml"} {
		deployment := find[*appsv1.Deployment](manifests(t, file))[0]
		deployments[deployment.Name] = true
		policy := policies[deployment.Name]
		if policy == nil {
			t.Errorf("%s has no policy", deployment.Name)
			continue
		}
		if diff := cmp.Diff(deployment.Spec.Selector.MatchLabels, policy.Spec.PodSelector.MatchLabels); diff != "" || policy.Namespace != deployment.Namespace {
			t.Errorf("selectors of %s (-) and of its policy (+):\n%s", deployment.Name, diff)
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
	if len(policies) != len(deployments) {
		t.Errorf("%d policies for %d programs", len(policies), len(deployments))
	}
}
