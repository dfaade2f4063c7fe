/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	"knative.dev/pkg/kmeta"
)

// Gateway is how the old project describes the addresses of functions. It names or
// defines a Gateway of the Gateway API, and has the domain of the functions there.
//
// +genclient
// +genreconciler
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Gateway struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is the desired state. Required.
	Spec GatewaySpec `json:"spec"`

	// Status is the observed state.
	// +optional
	Status GatewayStatus `json:"status,omitempty"`
}

var (
	_ kmeta.OwnerRefable = (*Gateway)(nil)
	_ duckv1.KRShaped    = (*Gateway)(nil)
)

// GatewayList is a list of Gateways.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type GatewayList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []Gateway `json:"items"`
}

// GatewaySpec is the domain of functions and the Gateway that serves it.
//
// +kubebuilder:validation:XValidation:rule="has(self.gatewayRef) != has(self.gatewayDef)",message="set exactly one of gatewayRef and gatewayDef"
type GatewaySpec struct {
	// Domain is the domain of the host names of functions. Required.
	// Example: functions.example.org.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Domain string `json:"domain"`

	// ClusterDomain is the domain of the Services of the cluster. Default: cluster.local.
	// Example: cluster.local.
	// +optional
	// +kubebuilder:default="cluster.local"
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	ClusterDomain string `json:"clusterDomain,omitempty"`

	// HostTemplate is the pattern of the host name of a function. It contains the
	// variables Name and Namespace and ends with Domain. Default:
	// {{.Name}}.{{.Namespace}}.{{.Domain}}. Example: {{.Name}}-{{.Namespace}}.{{.Domain}}.
	// +optional
	// +kubebuilder:default="{{.Name}}.{{.Namespace}}.{{.Domain}}"
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:Pattern=`^([-a-z0-9.]|\{\{ *\.(Name|Namespace|Domain) *\}\})*\{\{ *\.Domain *\}\}$`
	// +kubebuilder:validation:XValidation:rule="self.matches('[{] *[.]Name *[}]') && self.matches('[{] *[.]Namespace *[}]')",message="must contain {{.Name}} and {{.Namespace}}, because functions of two namespaces can have the same name"
	HostTemplate string `json:"hostTemplate,omitempty"`

	// PathTemplate is the pattern of the path below which a function answers at host
	// names of its own, if it has no rules. Its variables are Name and Namespace.
	// Default: {{.Namespace}}/{{.Name}}. Example: functions/{{.Namespace}}/{{.Name}}.
	// +optional
	// +kubebuilder:default="{{.Namespace}}/{{.Name}}"
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:Pattern=`^([-A-Za-z0-9._~/]|\{\{ *\.(Name|Namespace) *\}\})*$`
	PathTemplate string `json:"pathTemplate,omitempty"`

	// HTTPRouteLabelKey is the label that the HTTPRoutes of functions get. Its value is
	// the namespace and the name of this object, with a dot between. Default:
	// app.kubernetes.io/managed-by. Example: example.com/gateway.
	// +optional
	// +kubebuilder:default="app.kubernetes.io/managed-by"
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`
	// +kubebuilder:validation:XValidation:rule="!self.matches('(^|[.])openfunction[.]io/')",message="must not be a label below openfunction.io, which the platform sets"
	HTTPRouteLabelKey string `json:"httpRouteLabelKey,omitempty"`

	// GatewayRef names the Gateway of the Gateway API that gets the listeners. It must
	// exist. Default: gatewayDef. Example: {"name": "shared", "namespace": "gateways"}.
	// +optional
	GatewayRef *GatewayRef `json:"gatewayRef,omitempty"`

	// GatewayDef is the Gateway of the Gateway API that is created with the listeners.
	// Default: gatewayRef. Example: {"namespace": "openfunction", "gatewayClassName":
	// "openfunction"}.
	// +optional
	GatewayDef *GatewayDef `json:"gatewayDef,omitempty"`

	// GatewaySpec contains the listeners. Required. Example: {"listeners": [{"name":
	// "ofn-http-external", "protocol": "HTTP", "port": 80}]}.
	GatewaySpec ListenersSpec `json:"gatewaySpec"`
}

// GatewayRef names a Gateway of the Gateway API.
type GatewayRef struct {
	// Name is the name of the Gateway. Required. Example: shared.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Namespace is the namespace of the Gateway. Required. Example: gateways.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`
}

// GatewayDef describes a Gateway of the Gateway API.
type GatewayDef struct {
	// Name is the name of the Gateway. Default: the name of this object.
	// Example: openfunction.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
	// Namespace is the namespace of the Gateway. Required. Example: openfunction.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`
	// GatewayClassName is the name of the GatewayClass of the Gateway. Required.
	// Example: openfunction.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	GatewayClassName string `json:"gatewayClassName"`
}

// ListenersSpec contains the listeners of a Gateway.
type ListenersSpec struct {
	// Listeners are the ports of the Gateway, at most 60. One with the name
	// ofn-http-internal, for callers inside the cluster, is added. Required. Example:
	// [{"name": "ofn-http-external", "protocol": "HTTP", "port": 80}].
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=60
	Listeners []Listener `json:"listeners"`
}

// Listener is a port of a Gateway, in the form of the Gateway API.
type Listener struct {
	// Name is the name of the listener. Required. Example: ofn-http-external.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Hostname is replaced by a wildcard for the domain: clusterDomain for the listener
	// ofn-http-internal, and domain for all others. No default. Example: "*.example.org".
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Hostname string `json:"hostname,omitempty"`
	// Port is the port that clients use. Required. Example: 80.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port"`
	// Protocol is HTTP, HTTPS or another protocol of the GatewayClass. Required.
	// Example: HTTP.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	Protocol string `json:"protocol"`
	// TLS names the certificates, in the form of the Gateway API. No default. Example:
	// {"certificateRefs": [{"name": "functions"}]}.
	// +optional
	TLS *RawObject `json:"tls,omitempty"`
	// AllowedRoutes selects the namespaces of the routes, in the form of the Gateway API.
	// Default: the namespace of the Gateway. Example: {"namespaces": {"from": "All"}}.
	// +optional
	AllowedRoutes *RawObject `json:"allowedRoutes,omitempty"`
}

// RawObject is an object of another API that is passed on unchanged.
//
// +kubebuilder:validation:Type=object
// +kubebuilder:pruning:PreserveUnknownFields
type RawObject struct {
	runtime.RawExtension `json:",inline"`
}

// GatewayStatus is the observed state of a Gateway.
type GatewayStatus struct {
	duckv1.Status `json:",inline"`

	// Addresses are the addresses of the Gateway of the Gateway API.
	// +optional
	// +listType=atomic
	Addresses []GatewayAddress `json:"addresses,omitempty"`
}

// GatewayAddress is an address of a Gateway.
type GatewayAddress struct {
	// Type is the type of the address. Example: IPAddress.
	// +optional
	Type string `json:"type,omitempty"`
	// Value is the address itself. Example: 192.0.2.10.
	Value string `json:"value"`
}

const (
	// GatewayConditionReady is True if functions can use the Gateway.
	GatewayConditionReady = apis.ConditionReady
	// GatewayConditionResolved is True if the Gateway of the Gateway API exists and has
	// the listeners, False if that needs a change, and Unknown while it is not known.
	GatewayConditionResolved apis.ConditionType = "Resolved"
	// GatewayConditionProgrammed is True if the Gateway of the Gateway API reports that it
	// serves, False if it reports that it does not, and Unknown until it reports.
	GatewayConditionProgrammed apis.ConditionType = "Programmed"
)
