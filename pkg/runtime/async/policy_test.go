/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

// admits returns the ports of pods with these labels that a client in a namespace reaches.
func admits(t *testing.T, policies []*networkingv1.NetworkPolicy, pod map[string]string, from string) map[int32]bool {
	t.Helper()
	open, selected := map[int32]bool{}, false
	for _, policy := range policies {
		selector, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
		if err != nil {
			t.Fatal(err)
		}
		if !selector.Matches(labels.Set(pod)) {
			continue
		}
		selected = true
		for _, rule := range policy.Spec.Ingress {
			admitted := len(rule.From) == 0
			for _, peer := range rule.From {
				admitted = admitted || peer.NamespaceSelector.MatchLabels[corev1.LabelMetadataName] == from
			}
			if len(rule.Ports) == 0 {
				t.Errorf("policy %s opens all ports", policy.Name)
			}
			for _, port := range rule.Ports {
				if admitted {
					open[port.Port.IntVal] = true
				}
			}
		}
	}
	if !selected {
		return nil
	}
	return open
}

// access returns the policies and the number of Services of a Serving.
func access(t *testing.T, in *runtime.Input) (policies []*networkingv1.NetworkPolicy, services int) {
	t.Helper()
	plan, err := New().Plan(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range plan.Objects {
		switch o := object.Resource.(type) {
		case *networkingv1.NetworkPolicy:
			policies = append(policies, o)
		case *corev1.Service:
			services++
		}
	}
	return policies, services
}

// Only the scheduler and the controller reach pods that handle events, because everything
// else could forge events.
func TestEventsComeFromTheirSourcesAlone(t *testing.T) {
	scheduleToo := func(spec *v1beta2.WorkloadSpec) {
		spec.Triggers.Cron = []*v1beta2.CronTrigger{{Name: "nightly", Schedule: "0 3 * * *"}}
	}
	port := func(number int32) func(*v1beta2.WorkloadSpec) {
		return func(spec *v1beta2.WorkloadSpec) { spec.Triggers.HTTP = &v1beta2.HTTPTrigger{Port: new(number)} }
	}
	for name, tt := range map[string]struct {
		serving          *v1beta2.Serving
		system, everyone map[int32]bool
		services         int
	}{
		"a broker":                        {serving(onOrders), map[int32]bool{3501: true, 19090: true}, map[int32]bool{19090: true}, 0},
		"a session":                       {serving(onMQTT), map[int32]bool{3501: true, 19090: true}, map[int32]bool{19090: true}, 1},
		"a schedule":                      {serving(onSchedule), map[int32]bool{8080: true}, map[int32]bool{}, 1},
		"a schedule and an output":        {serving(onOrders, scheduleToo), map[int32]bool{8080: true, 3501: true, 19090: true}, map[int32]bool{19090: true}, 1},
		"requests, too":                   {serving(onOrders, answersToo), map[int32]bool{3501: true, 19090: true}, map[int32]bool{19090: true}, 0},
		"in reserve":                      {inReserve(serving(onSchedule)), map[int32]bool{8080: true}, map[int32]bool{}, 1},
		"a StatefulSet":                   {serving(onOrders, workloadType(v1beta2.WorkloadTypeStatefulSet)), map[int32]bool{3501: true, 19090: true}, map[int32]bool{19090: true}, 0},
		"a Job":                           {serving(onOrders, workloadType(v1beta2.WorkloadTypeJob)), map[int32]bool{3501: true, 19090: true}, map[int32]bool{19090: true}, 0},
		"a Job that also has runs":        {serving(onOrders, scheduleToo, workloadType(v1beta2.WorkloadTypeJob)), map[int32]bool{3501: true, 19090: true}, map[int32]bool{19090: true}, 0},
		"the port of the metrics":         {serving(onOrders, port(19090)), map[int32]bool{3501: true}, map[int32]bool{}, 0},
		"the port of the sidecar's state": {serving(onOrders, port(3501)), map[int32]bool{19090: true}, map[int32]bool{19090: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			policies, services := access(t, runtimetest.Input(t.Context(), tt.serving))
			pod := map[string]string{functions.ServingLabelKey: tt.serving.Name, functions.ManagedLabelKey: functions.ManagedLabelValue}
			if diff := cmp.Diff(tt.system, admits(t, policies, pod, "openfunction")); diff != "" {
				t.Errorf("ports for the namespace openfunction (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.everyone, admits(t, policies, pod, "team")); diff != "" {
				t.Errorf("ports for other namespaces (-want +got):\n%s", diff)
			}
			if services != tt.services {
				t.Errorf("%d Services, want %d", services, tt.services)
			}
			delete(pod, functions.ManagedLabelKey)
			if admits(t, policies, pod, "team") != nil {
				t.Error("a policy selects the pods that answer requests")
			}
		})
	}
}

func TestAdministratorDisablesNetworkPolicies(t *testing.T) {
	in := runtimetest.Input(t.Context(), serving(onSchedule))
	defaults := *in.Config.Defaults
	defaults.EventNetworkPolicies = false
	in.Config.Defaults = &defaults
	if policies, services := access(t, in); len(policies) != 0 || services != 1 {
		t.Errorf("%d policies and %d Services, want the Service only", len(policies), services)
	}
}
