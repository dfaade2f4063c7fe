/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "k8s.io/apimachinery/pkg/runtime"

// RouteSpec sets the address of a function.
type RouteSpec struct {
	// GatewayRef names the Gateway of the route. Default: the gateway of the engine.
	// Example: {"name": "openfunction", "namespace": "openfunction"}.
	// +optional
	GatewayRef *GatewayRef `json:"gatewayRef,omitempty"`

	// Hostnames are the host names of the function, at most 16. Default: one host name
	// made of the name, the namespace and the domain of the gateway. Example:
	// ["hello.example.com"].
	// +optional
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	// +kubebuilder:validation:XValidation:rule="self.all(x, self.exists_one(y, x == y))",reason=FieldValueDuplicate,message="list each host name only once"
	// +kubebuilder:validation:XValidation:rule="!self.exists(x, x.matches('^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$'))",message="must not be an address"
	Hostnames []string `json:"hostnames,omitempty"`

	// Rules select the requests that reach the function, at most 16. Default: all
	// requests. Example: [{"matches": [{"path": {"value": "/api"}}]}].
	// +optional
	// +kubebuilder:validation:MaxItems=16
	Rules []HTTPRouteRule `json:"rules,omitempty"`
}

// GatewayRef names a Gateway.
type GatewayRef struct {
	// Name is the name of the Gateway. Required. Example: openfunction.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Namespace is the namespace of the Gateway. Required.
	// Example: openfunction.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace *string `json:"namespace"`
}

// HTTPRouteRule selects requests for the function, in the form of the Gateway API.
type HTTPRouteRule struct {
	// Matches are alternatives, at most 8. The rule applies to a request that matches
	// one of them. Default: every request matches. Example: [{"path": {"type":
	// "PathPrefix", "value": "/api"}}].
	// +optional
	// +kubebuilder:validation:MaxItems=8
	Matches []HTTPRouteMatch `json:"matches,omitempty"`

	// Filters change the requests before they reach the function, at most 16, in the
	// form of the Gateway API. Default: empty. Example: [{"type":
	// "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "x-team",
	// "value": "a"}]}}].
	// +optional
	// +kubebuilder:validation:MaxItems=16
	Filters []RawObject `json:"filters,omitempty"`

	// BackendRefs is managed and must be empty. Default: the revisions of the function.
	// Example: [].
	// +optional
	// +kubebuilder:validation:MaxItems=0
	BackendRefs []RawObject `json:"backendRefs,omitempty"`
}

// HTTPRouteMatch is a set of conditions on a request. A request matches if all of them
// are true.
type HTTPRouteMatch struct {
	// Path is a condition on the path. Default: every path.
	// Example: {"type": "PathPrefix", "value": "/api"}.
	// +optional
	Path *HTTPPathMatch `json:"path,omitempty"`
	// Headers are conditions on headers, at most 16. Default: empty.
	// Example: [{"name": "x-canary", "value": "true"}].
	// +optional
	// +kubebuilder:validation:MaxItems=16
	Headers []HTTPValueMatch `json:"headers,omitempty"`
	// QueryParams are conditions on query parameters, at most 16. Default: empty.
	// Example: [{"name": "version", "value": "2"}].
	// +optional
	// +kubebuilder:validation:MaxItems=16
	QueryParams []HTTPValueMatch `json:"queryParams,omitempty"`
	// Method is an HTTP method. Default: every method. Example: GET.
	// +optional
	// +kubebuilder:validation:Enum=GET;HEAD;POST;PUT;DELETE;CONNECT;OPTIONS;TRACE;PATCH
	Method *string `json:"method,omitempty"`
}

// HTTPPathMatch is a condition on the path of a request.
//
// +kubebuilder:validation:XValidation:rule="!has(self.value) || (has(self.type) && self.type == 'RegularExpression') || self.value.matches('^/[^ ?#]*$')",fieldPath=".value",message="must be a path that begins with '/', without query, fragment and spaces"
type HTTPPathMatch struct {
	// Type is Exact, PathPrefix or RegularExpression. A gateway may not support
	// RegularExpression. Default: PathPrefix. Example: Exact.
	// +optional
	// +kubebuilder:validation:Enum=Exact;PathPrefix;RegularExpression
	Type *string `json:"type,omitempty"`
	// Value is the path, which begins with a slash, or the regular expression. Default:
	// /. Example: /api.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Value *string `json:"value,omitempty"`
}

// HTTPValueMatch is a condition on a header or query parameter.
type HTTPValueMatch struct {
	// Type is Exact or RegularExpression. Default: Exact. Example: Exact.
	// +optional
	// +kubebuilder:validation:Enum=Exact;RegularExpression
	Type *string `json:"type,omitempty"`
	// Name is the name of the header or parameter. Required. Example: x-canary.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
	// Value is the value to match. Required. Example: true.
	Value string `json:"value"`
}

// RawObject is an object of another API that is passed on unchanged.
//
// +kubebuilder:validation:Type=object
// +kubebuilder:pruning:PreserveUnknownFields
type RawObject struct {
	runtime.RawExtension `json:",inline"`
}
