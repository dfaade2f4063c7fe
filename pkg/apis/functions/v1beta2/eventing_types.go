/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

// EventingTrigger makes a function handle the events of a Knative Broker, which arrive as
// requests with a CloudEvent.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set a DNS label as the name, for example orders"
// +kubebuilder:validation:XValidation:rule="!has(self.filter) || !has(self.filters) || size(self.filters) == 0",reason=FieldValueForbidden,fieldPath=".filter",message="filters is set, and the Broker would ignore filter"
type EventingTrigger struct {
	// Name is the name of the trigger, a DNS label that is unique among the triggers.
	// Required. Example: orders.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$`
	Name string `json:"name,omitempty"`

	// Broker is the name of a Broker in the namespace of the function. Default: default.
	// Example: orders.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Broker string `json:"broker,omitempty"`

	// Filter selects the events whose attributes have given values. Default: all events.
	// Example: {"attributes": {"type": "order.created"}}.
	// +optional
	Filter *EventingAttributes `json:"filter,omitempty"`

	// Filters are at most 16 conditions that an event must all meet. Default: all events.
	// Example: [{"prefix": {"type": "order."}}].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Filters []EventingFilter `json:"filters,omitempty"`

	// Delivery sets what happens to events that the function does not handle. It replaces
	// the delivery of the Broker as a whole. Default: that of the Broker.
	// Example: {"retry": 3, "backoffDelay": "PT1S"}.
	// +optional
	Delivery *EventingDelivery `json:"delivery,omitempty"`
}

// EventingAttributes are values of attributes of an event.
//
// +kubebuilder:validation:XValidation:rule="has(self.attributes) && size(self.attributes) > 0",reason=FieldValueRequired,fieldPath=".attributes",message="set the value of an attribute, for example type: order.created"
type EventingAttributes struct {
	// Attributes are at most 16 attributes with the values that they must have, name to
	// value. Required. Example: {"type": "order.created"}.
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	Attributes map[string]string `json:"attributes,omitempty"`
}

// EventingMatch is a condition on one event. One of its fields is set.
type EventingMatch struct {
	// Exact is met by an event whose attributes have exactly these values, name to value.
	// No default. Example: {"type": "order.created"}.
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	Exact map[string]string `json:"exact,omitempty"`

	// Prefix is met by an event whose attributes begin with these values, name to value.
	// No default. Example: {"type": "order."}.
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	Prefix map[string]string `json:"prefix,omitempty"`

	// Suffix is met by an event whose attributes end with these values, name to value. No
	// default. Example: {"type": ".created"}.
	// +optional
	// +kubebuilder:validation:MaxProperties=16
	Suffix map[string]string `json:"suffix,omitempty"`

	// CESQL is an expression in the query language of CloudEvents that is true or false.
	// No default. Example: amount > 100 AND NOT (type LIKE 'test.%').
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	CESQL string `json:"cesql,omitempty"`
}

// EventingCondition is a condition inside of another one. Conditions that are nested more
// deeply need cesql.
//
// +kubebuilder:validation:XValidation:rule="[has(self.exact), has(self.prefix), has(self.suffix), has(self.cesql)].filter(x, x).size() == 1",message="set one of exact, prefix, suffix, cesql"
type EventingCondition struct {
	EventingMatch `json:",inline"`
}

// EventingFilter is a condition on one event, which can consist of others.
//
// +kubebuilder:validation:XValidation:rule="[has(self.exact), has(self.prefix), has(self.suffix), has(self.cesql), has(self.all), has(self.any), has(self.not)].filter(x, x).size() == 1",message="set one of exact, prefix, suffix, cesql, all, any, not"
type EventingFilter struct {
	EventingMatch `json:",inline"`

	// All is met if each of at most 16 conditions is. No default.
	// Example: [{"prefix": {"type": "order."}}, {"exact": {"source": "/shop"}}].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	All []EventingCondition `json:"all,omitempty"`

	// Any is met if one of at most 16 conditions is. No default.
	// Example: [{"exact": {"type": "a"}}, {"exact": {"type": "b"}}].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Any []EventingCondition `json:"any,omitempty"`

	// Not is met if the condition is not. No default.
	// Example: {"exact": {"source": "/test"}}.
	// +optional
	Not *EventingCondition `json:"not,omitempty"`
}

// EventingDelivery sets what happens to events that the function does not handle.
type EventingDelivery struct {
	// Retry is the number of times that an event is delivered again before it goes to
	// deadLetterSink, or is dropped if there is none. Default: 0. Example: 5.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Retry *int32 `json:"retry,omitempty"`

	// BackoffPolicy sets how the delay grows with the number n of retries: linear
	// (backoffDelay times n) or exponential (backoffDelay times 2^n). Default: exponential.
	// Example: linear.
	// +optional
	// +kubebuilder:validation:Enum="";linear;exponential
	BackoffPolicy string `json:"backoffPolicy,omitempty"`

	// BackoffDelay is the delay before a retry, a duration in the form of ISO 8601.
	// Default: PT0.2S. Example: PT1S.
	// +optional
	// +kubebuilder:validation:MinLength=4
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^PT([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}([.][0-9]{1,3})?S)?$`
	BackoffDelay *string `json:"backoffDelay,omitempty"`

	// Timeout is how long a delivery may take, a duration above zero in the form of
	// ISO 8601. No default. Example: PT30S.
	// +optional
	// +kubebuilder:validation:MinLength=4
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^PT([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}([.][0-9]{1,3})?S)?$`
	// +kubebuilder:validation:XValidation:rule="self.matches('[1-9]')",message="must be above zero"
	Timeout *string `json:"timeout,omitempty"`

	// DeadLetterSink receives the events whose retries are used up. Default: none.
	// Example: {"ref": {"apiVersion": "v1", "kind": "Service", "name": "failed-orders"}}.
	// +optional
	DeadLetterSink *EventingSink `json:"deadLetterSink,omitempty"`
}

// EventingSink is where events are sent to.
//
// +kubebuilder:validation:XValidation:rule="has(self.ref) || (has(self.uri) && size(self.uri) > 0)",reason=FieldValueRequired,message="set ref, or uri to a URL"
// +kubebuilder:validation:XValidation:rule="has(self.ref) || !has(self.uri) || size(self.uri) == 0 || self.uri.matches('^https?://[^/?#@]+([/?#]|$)')",fieldPath=".uri",message="must be a URL with http or https, a host and no credentials, for example http://failed.example.com"
// +kubebuilder:validation:XValidation:rule="!has(self.ref) || !has(self.uri) || size(self.uri) == 0 || self.uri.matches('^/([^/]|$)')",fieldPath=".uri",message="must be a path with a leading '/', because ref gives the host"
type EventingSink struct {
	// Ref names an object in the namespace of the function that has an address, such as a
	// Function, a Service or a Channel. No default.
	// Example: {"apiVersion": "v1", "kind": "Service", "name": "failed-orders"}.
	// +optional
	Ref *EventingSinkRef `json:"ref,omitempty"`

	// URI is a URL; with ref, it is a path below the address of the object. No default.
	// Example: http://failed-orders.example.com.
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	URI string `json:"uri,omitempty"`
}

// EventingSinkRef names an object in the namespace of the function.
//
// +kubebuilder:validation:XValidation:rule="has(self.apiVersion) && size(self.apiVersion) > 0",reason=FieldValueRequired,fieldPath=".apiVersion",message="set the group and version of the object, for example v1"
// +kubebuilder:validation:XValidation:rule="has(self.kind) && size(self.kind) > 0",reason=FieldValueRequired,fieldPath=".kind",message="set the kind of the object, for example Service"
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",reason=FieldValueRequired,fieldPath=".name",message="set the name of the object"
// +kubebuilder:validation:XValidation:rule="!has(self.namespace) || size(self.namespace) == 0",reason=FieldValueForbidden,fieldPath=".namespace",message="the object must be in the namespace of the function: remove namespace"
type EventingSinkRef struct {
	// APIVersion is the group and version of the kind. Required. Example: v1.
	// +optional
	// +kubebuilder:validation:MaxLength=317
	APIVersion string `json:"apiVersion,omitempty"`

	// Kind is the kind of the object. Required. Example: Service.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Kind string `json:"kind,omitempty"`

	// Name is the name of the object. Required. Example: failed-orders.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// Namespace must be empty, because the object is in the namespace of the function.
	// Default: empty. Example: "".
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`
}

// DefaultBroker is the Broker of a trigger that names none.
const DefaultBroker = "default"

// BrokerName returns the name of the Broker.
func (t *EventingTrigger) BrokerName() string {
	if t.Broker == "" {
		return DefaultBroker
	}
	return t.Broker
}

// EventingTriggers returns the triggers of Brokers.
func (ws *WorkloadSpec) EventingTriggers() []EventingTrigger {
	if ws == nil || ws.Triggers == nil {
		return nil
	}
	return ws.Triggers.Eventing
}

// EventingKeys returns the key of each trigger of a Broker, in the order of the spec. It
// identifies the trigger in its function, as that of an EventTrigger does.
func (ws *WorkloadSpec) EventingKeys() []string {
	if ws == nil || ws.Triggers == nil {
		return nil
	}
	return ws.Triggers.eventingKeys()
}

func (t *Triggers) eventingKeys() []string {
	taken := newTriggerKeys(t.eventTriggers())
	keys := make([]string, 0, len(t.Eventing))
	for i := range t.Eventing {
		keys = append(keys, taken.take(i, t.Eventing[i].Name))
	}
	return keys
}
