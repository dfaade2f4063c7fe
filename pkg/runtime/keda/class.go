/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"fmt"
	"math"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/gateway-api/pkg/features"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

func classKind() child.Kind {
	return child.Kind{
		GroupVersionKind: groupVersion.WithKind("GatewayClass"), Product: gatewayAPI, InstallHint: gatewayHint,
		Fields: [][]string{{"status", "supportedFeatures"}},
	}
}

// classNameOf returns the name of the class of the Gateway; empty if it is not known.
func classNameOf(in *runtime.RouteInput) string {
	gateway := referenced(in, gatewayKind())
	if gateway == nil || gateway.Live == nil {
		return ""
	}
	name, _, _ := unstructured.NestedString(gateway.Live.Object, "spec", "gatewayClassName")
	return name
}

// supports reports whether the class lists a feature of the Gateway API.
func supports(class *unstructured.Unstructured, feature features.FeatureName) bool {
	if class == nil {
		return false
	}
	listed, _, _ := unstructured.NestedSlice(class.Object, "status", "supportedFeatures")
	for _, item := range listed {
		if entry, _ := item.(map[string]any); entry["name"] == string(feature) {
			return true
		}
	}
	return false
}

// timeoutFor returns how long the Gateway waits for the reply of the interceptor, so that
// a default of its own does not end a request earlier; nil if the function has no timeout
// or the class does not support it.
func timeoutFor(in *runtime.RouteInput) *gatewayv1.HTTPRouteTimeouts {
	reply, class := in.Function.Spec.Serving.RequestTimeout(), referenced(in, classKind())
	if reply == 0 || class == nil || !supports(class.Live, features.SupportHTTPRouteRequestTimeout) {
		return nil
	}
	limit := gatewayv1.Duration(fmt.Sprintf("%.0fs", math.Ceil((readinessTimeout + reply).Seconds())))
	return &gatewayv1.HTTPRouteTimeouts{Request: &limit}
}

// cannotSplit returns why the Gateway of the function cannot split the traffic. A share
// needs a header of its own. Some gateways that do not support that ignore it, so only
// what the class lists counts.
func cannotSplit(in *runtime.RouteInput) *apis.Condition {
	const feature = features.SupportHTTPRouteBackendRequestHeaderModification
	class := referenced(in, classKind())
	switch {
	case class == nil, supports(class.Live, feature):
		return nil
	case class.Unknown != nil:
		return class.Unknown
	}
	return child.Failed(v1beta2.ReasonTrafficSplitUnsupported, fmt.Sprintf(
		"the GatewayClass %q does not list the feature %s, without which several revisions cannot share the traffic, so it stays as it is; "+
			"set gatewayRef to a Gateway whose class lists the feature in status.supportedFeatures, "+
			"or remove spec.serving.traffic and spec.serving.rollout, so that a new revision replaces the one before at once", class.Name, feature))
}
