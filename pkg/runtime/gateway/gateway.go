/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package gateway translates the address of a function into HTTPRoutes of the Gateway API,
// for the runtimes that are reached by them. Each runtime adds its own backends.
package gateway

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

const (
	product     = "GatewayAPI"
	installHint = "an administrator installs the Gateway API and a gateway, see https://gateway-api.sigs.k8s.io"
)

var groupVersion = schema.GroupVersion(gatewayv1.GroupVersion)

// RouteKind returns the kind of the HTTPRoutes.
func RouteKind() child.Kind {
	return child.Kind{
		GroupVersionKind: groupVersion.WithKind("HTTPRoute"), Product: product, InstallHint: installHint, Readiness: routeReadiness,
	}
}

// ReferenceKinds returns the kinds that References names.
func ReferenceKinds() []child.Kind {
	return []child.Kind{Kind(), classKind()}
}

// Kind returns the kind of the Gateways of the Gateway API.
func Kind() child.Kind {
	return child.Kind{
		GroupVersionKind: groupVersion.WithKind("Gateway"), Product: product, InstallHint: installHint,
		Fields: [][]string{{"spec", "listeners"}, {"spec", "gatewayClassName"}},
	}
}

// gatewayOf returns the Gateway of a function: the one that it names, if it may, or the
// default one. That of a Gateway of networking.openfunction.io has precedence.
func gatewayOf(fn *v1beta2.Function, c *config.Config) types.NamespacedName {
	if c.Gateway.Translated != nil {
		return c.Gateway.Translated.Gateway
	}
	ref := SpecOf(fn).GatewayRef
	if ref == nil {
		return c.Gateway.DefaultGateway
	}
	named := types.NamespacedName{Namespace: ptr.Deref(ref.Namespace, fn.Namespace), Name: ref.Name}
	if !c.Gateway.Permits(fn.Namespace, named) {
		return c.Gateway.DefaultGateway
	}
	return named
}

// References returns the Gateway of the function and, once the Gateway is known, its
// GatewayClass. It has the form of runtime.Description.RouteReferences.
func References(in *runtime.RouteInput) []runtime.Reference {
	const path = "triggers.http.route.gatewayRef"
	references := []runtime.Reference{{
		Reference: child.Reference{Kind: Kind(), NamespacedName: gatewayOf(in.Function, in.Config)}, Path: path,
	}}
	if class := classNameOf(in); class != "" {
		references = append(references, runtime.Reference{
			Reference: child.Reference{Kind: classKind(), NamespacedName: types.NamespacedName{Name: class}}, Path: path,
		})
	}
	return references
}

// referenced returns the reference to an object of that kind; nil if there is none.
func referenced(in *runtime.RouteInput, wanted child.Kind) *runtime.ResolvedReference {
	for i := range in.References {
		if in.References[i].GroupVersionKind == wanted.GroupVersionKind {
			return &in.References[i]
		}
	}
	return nil
}

// Problem returns why the Gateway of the function cannot be used; nil if it can, or if
// that is not known.
func Problem(in *runtime.RouteInput) *apis.Condition {
	switch ref := referenced(in, Kind()); {
	case ref == nil:
	case ref.Unknown != nil && ref.Unknown.IsFalse():
		return ref.Unknown
	case ref.Unknown == nil && ref.Live == nil:
		return child.Failed(v1beta2.ReasonGatewayNotFound, fmt.Sprintf(
			"the Gateway %s does not exist; create it, or name another in spec.serving.triggers.http.route.gatewayRef or, "+
				"as an administrator, in default-gateway of config-gateway", ref.NamespacedName))
	}
	return nil
}

// URL returns the address of a host that the Gateway serves. Its scheme is https if one of
// the listeners for the host ends TLS connections.
func URL(in *runtime.RouteInput, hostname string) *apis.URL {
	return &apis.URL{Scheme: schemeFor(in, hostname), Host: hostname}
}

func schemeFor(in *runtime.RouteInput, hostname string) string {
	gateway := referenced(in, Kind())
	if gateway == nil || gateway.Live == nil {
		return "http"
	}
	listeners, _, _ := unstructured.NestedSlice(gateway.Live.Object, "spec", "listeners")
	for _, item := range listeners {
		listener, _ := item.(map[string]any)
		pattern, _ := listener["hostname"].(string)
		if listener["protocol"] == string(gatewayv1.HTTPSProtocolType) && covers(pattern, hostname) {
			return "https"
		}
	}
	return "http"
}

// covers reports whether the host name of a listener, which may be empty or have a
// wildcard, includes a host.
func covers(pattern, hostname string) bool {
	suffix, wild := strings.CutPrefix(pattern, "*")
	return pattern == "" || pattern == hostname || wild && strings.HasSuffix(hostname, suffix)
}

// routeReadiness returns the readiness of a live HTTPRoute: what its Gateway reports for
// the current generation; nil if the Gateway has not reported yet. A Gateway that the
// route has left may still report that it accepts it, so only the named one counts.
func routeReadiness(live *unstructured.Unstructured) *apis.Condition {
	route := &gatewayv1.HTTPRoute{}
	if err := k8sruntime.DefaultUnstructuredConverter.FromUnstructured(live.Object, route); err != nil || len(route.Spec.ParentRefs) == 0 {
		return nil
	}
	gateway := route.Spec.ParentRefs[0]
	for _, parent := range route.Status.Parents {
		if parent.ParentRef.Name == gateway.Name && ptr.Deref(parent.ParentRef.Namespace, "") == ptr.Deref(gateway.Namespace, "") {
			return parentReadiness(&parent, route.Generation)
		}
	}
	return nil
}

func parentReadiness(parent *gatewayv1.RouteParentStatus, generation int64) *apis.Condition {
	accepted := map[string]bool{}
	var since metav1.Time
	for _, cond := range parent.Conditions {
		if cond.ObservedGeneration < generation {
			continue
		}
		switch cond.Type {
		case string(gatewayv1.RouteConditionAccepted), string(gatewayv1.RouteConditionResolvedRefs):
			if cond.Status == "False" {
				return child.Failed(cond.Reason, child.Quote(fmt.Sprintf("Gateway %s: %s", parent.ParentRef.Name, cond.Message)))
			}
			accepted[cond.Type] = cond.Status == "True"
			if since.Before(&cond.LastTransitionTime) {
				since = cond.LastTransitionTime
			}
		}
	}
	if accepted[string(gatewayv1.RouteConditionAccepted)] && accepted[string(gatewayv1.RouteConditionResolvedRefs)] {
		return &apis.Condition{Status: corev1.ConditionTrue, LastTransitionTime: apis.VolatileTime{Inner: since}}
	}
	return nil
}
