/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"strings"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// Protocols by which a function takes events, as Dapr names them. It may name
// others, which no framework of ours speaks.
const (
	AppProtocolGRPC = "grpc"
	AppProtocolHTTP = "http"
)

// Port returns the port that the function listens on.
func (ws *WorkloadSpec) Port() int32 {
	if t := ws.Triggers; t != nil && t.HTTP != nil && t.HTTP.Port != nil && *t.HTTP.Port != 0 {
		return *t.HTTP.Port
	}
	return DefaultPort
}

// AppProtocol returns the protocol by which the function takes events, in lower
// case: what the annotation dapr.io/app-protocol says, or AppProtocolGRPC.
func (ws *WorkloadSpec) AppProtocol() string {
	if protocol := ws.Annotations[functions.AppProtocolAnnotationKey]; protocol != "" {
		return strings.ToLower(protocol)
	}
	return AppProtocolGRPC
}
