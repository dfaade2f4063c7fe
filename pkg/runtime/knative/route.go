/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	servingv1 "knative.dev/serving/pkg/apis/serving/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// Route implements runtime.Runtime. It returns one Route. Knative sets its status.url
// (outside the cluster), status.address.url (inside) and, for each tag, the url of an
// entry of status.traffic.
//
// Knative applies a split as a whole. If any target, even one with share 0, has no
// ready revision or no Configuration, AllTrafficAssigned is Unknown (not ready yet) or
// False (failed or missing), and the split before it stays in effect; a first Route
// then has a url, but neither address nor traffic. So only Ready Servings may be
// targets, and one that is to be deleted must be removed from the targets first: its
// pods are deleted with it, whatever the Route reports.
func (Runtime) Route(in *runtime.RouteInput) (*runtime.Route, error) {
	fn := in.Function
	traffic := make([]servingv1.TrafficTarget, 0, len(in.Targets))
	for _, target := range in.Targets {
		traffic = append(traffic, servingv1.TrafficTarget{
			ConfigurationName: target.Serving,
			LatestRevision:    new(true),
			Percent:           new(target.Percent),
			Tag:               target.Tag,
		})
	}
	route := &servingv1.Route{
		ObjectMeta: metav1.ObjectMeta{
			Name:      fn.Name,
			Namespace: fn.Namespace,
			Labels:    map[string]string{functions.FunctionLabelKey: fn.Name},
		},
		Spec: servingv1.RouteSpec{Traffic: traffic},
	}
	planned := &runtime.Route{
		Objects: []child.Object{{Resource: route, ConditionType: v1beta2.FunctionConditionRouteReady}},
		Advise:  advise,
		// Knative creates a Service of this name for the Route, and fails while another
		// engine's Service has it.
		Absent: []child.Object{{Resource: &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: fn.Name, Namespace: fn.Namespace}}}},
	}
	if needsGateway(in.Config, fn) {
		return planned, addHosts(in, planned)
	}
	for _, hostname := range mappedHosts(in.Config, fn) {
		planned.Hosts = append(planned.Hosts, child.Object{
			Resource: domainMapping(fn, hostname), ConditionType: v1beta2.FunctionConditionRouteReady,
		})
	}
	return planned, nil
}

// addHosts makes a function answer at its host names by the Gateway API.
func addHosts(in *runtime.RouteInput, planned *runtime.Route) error {
	hosts, problem := gateway.OwnHosts(in)
	if missing := gateway.Problem(in); missing != nil {
		problem = missing
	}
	planned.Problem, planned.SettleTime = problem, gateway.SettleTime
	rules, err := gateway.Rules(in.Function)
	if err != nil {
		return err
	}
	hostRules := gateway.HostRules(in, rules)
	var made []string
	if in.Config.Gateway.Translated != nil {
		made = []string{in.Config.Gateway.Hostname(types.NamespacedName{Namespace: in.Function.Namespace, Name: in.Function.Name})}
	}
	planned.Status = func(observations []child.Observation) runtime.RouteStatus {
		status := runtime.AddressableStatus(observations)
		status.Others = gateway.URLs(in, slices.Concat(made, hosts))
		return status
	}
	for _, host := range made {
		planned.Hosts = append(planned.Hosts, child.Object{
			Resource: hostRoute(in, host, rules), ConditionType: v1beta2.FunctionConditionRouteReady,
		})
	}
	for _, host := range hosts {
		planned.Hosts = append(planned.Hosts, child.Object{
			Resource: hostRoute(in, host, hostRules), ConditionType: v1beta2.FunctionConditionRouteReady,
		})
	}
	return nil
}
