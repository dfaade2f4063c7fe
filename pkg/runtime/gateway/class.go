/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateway

import (
	"fmt"
	"math"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/gateway-api/pkg/features"

	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
)

func classKind() child.Kind {
	return child.Kind{
		GroupVersionKind: groupVersion.WithKind("GatewayClass"), Product: product, InstallHint: installHint,
		Fields: [][]string{{"status", "supportedFeatures"}},
	}
}

// ClassOf returns the class of the Gateway; nil if the class is not known yet.
func ClassOf(in *runtime.RouteInput) *runtime.ResolvedReference {
	return referenced(in, classKind())
}

// classNameOf returns the name of the class of the Gateway; empty if it is not known.
func classNameOf(in *runtime.RouteInput) string {
	gateway := referenced(in, Kind())
	if gateway == nil || gateway.Live == nil {
		return ""
	}
	name, _, _ := unstructured.NestedString(gateway.Live.Object, "spec", "gatewayClassName")
	return name
}

// Supports reports whether a class lists a feature of the Gateway API. A class that does
// not exist lists none.
func Supports(class *unstructured.Unstructured, feature features.FeatureName) bool {
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

// Timeouts returns the timeout of the requests of a function at the Gateway: the timeout
// of the function plus the time to start a pod. Otherwise a shorter default of the
// Gateway could end a request. It returns nil if the function has no timeout or the class
// does not support timeouts.
func Timeouts(in *runtime.RouteInput, start time.Duration) *gatewayv1.HTTPRouteTimeouts {
	reply, class := in.Function.Spec.Serving.RequestTimeout(), ClassOf(in)
	if reply == 0 || class == nil || !Supports(class.Live, features.SupportHTTPRouteRequestTimeout) {
		return nil
	}
	limit := gatewayv1.Duration(fmt.Sprintf("%.0fs", math.Ceil((start + reply).Seconds())))
	return &gatewayv1.HTTPRouteTimeouts{Request: &limit}
}
