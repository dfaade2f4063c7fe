/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"fmt"

	"knative.dev/pkg/apis"
	"sigs.k8s.io/gateway-api/pkg/features"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/gateway"
)

// cannotSplit returns why the Gateway of the function cannot split the traffic. A share
// needs a header of its own. Some gateways that do not support that ignore it, so only
// what the class lists counts.
func cannotSplit(in *runtime.RouteInput) *apis.Condition {
	const feature = features.SupportHTTPRouteBackendRequestHeaderModification
	class := gateway.ClassOf(in)
	switch {
	case class == nil, gateway.Supports(class.Live, feature):
		return nil
	case class.Unknown != nil:
		return class.Unknown
	}
	return child.Failed(v1beta2.ReasonTrafficSplitUnsupported, fmt.Sprintf(
		"the GatewayClass %q does not list the feature %s, without which several revisions cannot share the traffic, so it stays as it is; "+
			"set gatewayRef to a Gateway whose class lists the feature in status.supportedFeatures, "+
			"or remove spec.serving.traffic and spec.serving.rollout, so that a new revision replaces the one before at once", class.Name, feature))
}
