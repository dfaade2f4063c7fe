/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "k8s.io/apimachinery/pkg/runtime"

// RouteSpec says where a function answers.
type RouteSpec struct {
	// GatewayRef names the Gateway that the function is reached through.
	// +optional
	GatewayRef *GatewayRef `json:"gatewayRef,omitempty"`

	// Hostnames are the host names that the function answers to, at most 16.
	// Default: one made of its name, its namespace and the gateway's domain.
	// +optional
	// +kubebuilder:validation:MaxItems=16
	Hostnames []string `json:"hostnames,omitempty"`

	// Rules say which requests reach the function, at most 16. Default: all.
	// +optional
	// +kubebuilder:validation:MaxItems=16
	Rules []HTTPRouteRule `json:"rules,omitempty"`
}

// GatewayRef names a Gateway.
type GatewayRef struct {
	// Name is the name of the Gateway.
	Name string `json:"name"`
	// Namespace is the namespace of the Gateway.
	Namespace *string `json:"namespace"`
}

// HTTPRouteRule says which requests reach the function, in the form of the
// Gateway API.
type HTTPRouteRule struct {
	// Matches are alternatives: a request that fits one of them is taken.
	// +optional
	// +kubebuilder:validation:MaxItems=8
	Matches []HTTPRouteMatch `json:"matches,omitempty"`

	// Filters change requests on their way, in the form of the Gateway API.
	// +optional
	// +kubebuilder:validation:MaxItems=16
	Filters []RawObject `json:"filters,omitempty"`

	// BackendRefs is managed and must be empty.
	// +optional
	BackendRefs []RawObject `json:"backendRefs,omitempty"`
}

// HTTPRouteMatch is a condition on a request; all of its parts must hold.
type HTTPRouteMatch struct {
	// Path is a condition on the path.
	// +optional
	Path *HTTPPathMatch `json:"path,omitempty"`
	// Headers are conditions on headers, at most 16.
	// +optional
	// +kubebuilder:validation:MaxItems=16
	Headers []HTTPValueMatch `json:"headers,omitempty"`
	// QueryParams are conditions on query parameters, at most 16.
	// +optional
	// +kubebuilder:validation:MaxItems=16
	QueryParams []HTTPValueMatch `json:"queryParams,omitempty"`
	// Method is an HTTP method, as GET.
	// +optional
	Method *string `json:"method,omitempty"`
}

// HTTPPathMatch is a condition on the path of a request.
type HTTPPathMatch struct {
	// Type is Exact, PathPrefix or RegularExpression. Default: PathPrefix.
	// +optional
	Type *string `json:"type,omitempty"`
	// Value is the path. Default: /.
	// +optional
	Value *string `json:"value,omitempty"`
}

// HTTPValueMatch is a condition on a header or query parameter.
type HTTPValueMatch struct {
	// Type is Exact or RegularExpression. Default: Exact.
	// +optional
	Type *string `json:"type,omitempty"`
	// Name is the name of the header or parameter.
	Name string `json:"name"`
	// Value is what it must be.
	Value string `json:"value"`
}

// RawObject is an object of another API that is handed on as it is.
//
// +kubebuilder:validation:Type=object
// +kubebuilder:pruning:PreserveUnknownFields
type RawObject struct {
	runtime.RawExtension `json:",inline"`
}
