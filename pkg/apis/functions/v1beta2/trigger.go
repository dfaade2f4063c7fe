/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// Triggers are what calls a function.
type Triggers struct {
	// HTTP makes the function serve requests. Default: {"port": 8080, "engine":
	// "knative"} if dapr and cron are empty or eventing is not, else none.
	// Example: {"port": 3000}.
	// +optional
	HTTP *HTTPTrigger `json:"http,omitempty"`

	// Dapr makes the function handle events of Dapr components, at most 64. Default:
	// empty. Example: [{"name": "orders", "type": "pubsub.kafka", "topic": "new"}].
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Dapr []*DaprTrigger `json:"dapr,omitempty"`

	// Cron calls the function on schedules, at most 64. Default: empty. Example:
	// [{"name": "nightly", "schedule": "0 3 * * *"}].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="self.all(x, !has(x.name) || self.exists_one(y, has(y.name) && x.name == y.name))",reason=FieldValueDuplicate,message="each name must be unique"
	Cron []*CronTrigger `json:"cron,omitempty"`

	// Eventing makes the function handle events of Knative Brokers, at most 64. They arrive
	// as requests, so the engine of http runs the function. A change makes no new revision.
	// Default: empty. Example: [{"name": "orders", "broker": "default"}].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="self.all(x, !has(x.name) || self.exists_one(y, has(y.name) && x.name == y.name))",reason=FieldValueDuplicate,message="each name must be unique"
	Eventing []EventingTrigger `json:"eventing,omitempty"`

	// Inputs are components that the function reads when it is called, at most
	// 64. Default: empty. Example: [{"dapr": {"name": "customers"}}].
	// +optional
	// +kubebuilder:validation:MaxItems=64
	Inputs []*Input `json:"inputs,omitempty"`
}

// HTTPEngine is the name of a runtime that serves requests.
//
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.lowerAscii().matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",message="must be the name of an engine, for example knative"
type HTTPEngine string

const (
	// HTTPEngineKnative is the default engine.
	HTTPEngineKnative HTTPEngine = "knative"
	// HTTPEngineKeda is the engine for clusters without Knative Serving.
	HTTPEngineKeda HTTPEngine = "keda"
)

// HTTPTrigger makes a function serve requests.
type HTTPTrigger struct {
	// Port is the TCP port where the function listens, a number from 1 to 65535. The
	// ports 3500, 8012, 8013, 8022, 8112, 9090, 9091 and 50001 belong to other
	// containers of the pod. Default: 8080. Example: 3000.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +kubebuilder:validation:XValidation:rule="!(self in [3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001])",message="is reserved for other containers of the pod: 3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001"
	Port *int32 `json:"port,omitempty"`

	// Engine is the runtime: knative or keda, in any letter case. Default: knative.
	// Example: knative.
	// +optional
	Engine *HTTPEngine `json:"engine,omitempty"`

	// Timeout is how long the reply to a request may take: a duration from 1s to 24h, without
	// the wait for a pod. Then the request is cancelled, with status 504 if the reply has not
	// begun. Knative rounds it up to seconds, and has a limit of its own. Default: that of the
	// engine, 5m. Example: 10m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="must be between 1s and 24h"
	Timeout *metav1.Duration `json:"timeout,omitempty"`

	// Route sets the address of the function. Default: the address that the engine
	// assigns. Example: {"hostnames": ["hello.example.com"]}.
	// +optional
	Route *RouteSpec `json:"route,omitempty"`
}

// Route returns the route of the HTTP trigger, nil if there is none.
func (ws *WorkloadSpec) Route() *RouteSpec {
	if ws == nil || ws.Triggers == nil || ws.Triggers.HTTP == nil {
		return nil
	}
	return ws.Triggers.HTTP.Route
}

// RequestTimeout returns how long the reply to a request may take; 0 for the default of
// the engine.
func (ws *WorkloadSpec) RequestTimeout() time.Duration {
	if ws == nil || ws.Triggers == nil || ws.Triggers.HTTP == nil || ws.Triggers.HTTP.Timeout == nil {
		return 0
	}
	return ws.Triggers.HTTP.Timeout.Duration
}

// Port returns the port that the function listens on.
func (ws *WorkloadSpec) Port() int32 {
	if t := ws.Triggers; t != nil && t.HTTP != nil && t.HTTP.Port != nil && *t.HTTP.Port != 0 {
		return *t.HTTP.Port
	}
	return DefaultPort
}

// engine returns the engine that serves requests, or nothing if the function has no
// requests.
func (ws *WorkloadSpec) engine() HTTPEngine {
	switch {
	case !ws.HasRequests():
		return ""
	case ws.Triggers == nil || ws.Triggers.HTTP == nil || ws.Triggers.HTTP.Engine == nil:
		return HTTPEngineKnative
	}
	return *ws.Triggers.HTTP.Engine
}

// probedPort returns the only port that probes may use, or 0 for any port. With Knative
// it is the port of the function, because Knative probes its queue proxy, and the queue
// proxy probes the function.
func (ws *WorkloadSpec) probedPort() int32 {
	if ws.engine() == HTTPEngineKnative {
		return ws.Port()
	}
	return 0
}

func (t *Triggers) validate(ctx context.Context, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if t.HTTP != nil {
		errs = t.HTTP.validate(path.Child("http"))
	}
	events, many := fielderror.First(path.Child("dapr"), t.Dapr, maxItems)
	errs = append(errs, many...)
	for i, trigger := range events {
		errs = append(errs, trigger.validate(path.Child("dapr").Index(i))...)
	}
	errs = append(errs, t.validateCron(ctx, path.Child("cron"))...)
	errs = append(errs, t.validateEventing(path.Child("eventing"))...)
	inputs, many := fielderror.First(path.Child("inputs"), t.Inputs, maxItems)
	errs = append(errs, many...)
	for i, input := range inputs {
		errs = append(errs, input.validate(path.Child("inputs").Index(i))...)
	}
	return errs
}

// Limits of HTTPTrigger.Timeout.
const (
	minRequestTimeout = time.Second
	maxRequestTimeout = 24 * time.Hour
)

// reservedPorts are the ports of the other containers of the pod: the queue proxy and
// the sidecar.
var reservedPorts = []int32{3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001}

func (h *HTTPTrigger) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if h.Port != nil {
		errs = validatePort(path.Child("port"), *h.Port)
	}
	if h.Engine != nil {
		errs = append(errs, validateEngineName(path.Child("engine"), string(*h.Engine))...)
	}
	if d := h.Timeout; d != nil && (d.Duration < minRequestTimeout || d.Duration > maxRequestTimeout) {
		errs = append(errs, fielderror.Invalid(path.Child("timeout"), d.Duration, "must be between 1s and 24h"))
	}
	if h.Route != nil {
		errs = append(errs, h.Route.validate(path.Child("route"))...)
	}
	return errs
}

// validateEngineName checks the syntax of an engine's name. ValidateEngine checks that
// the engine is installed.
func validateEngineName(path *field.Path, name string) field.ErrorList {
	if len(validation.IsDNS1035Label(name)) > 0 {
		return field.ErrorList{fielderror.Invalid(path, name, "must be the name of an engine, for example "+string(HTTPEngineKnative))}
	}
	return nil
}

func validatePort(path *field.Path, port int32) field.ErrorList {
	switch {
	case port < 1 || port > 65535:
		return field.ErrorList{fielderror.Invalid(path, port, "must be between 1 and 65535")}
	case slices.Contains(reservedPorts, port):
		return field.ErrorList{fielderror.Invalid(path, port, "is reserved for other containers of the pod: "+ports())}
	default:
		return nil
	}
}

// validateTriggerName checks the name of a trigger that must have one. key is the key of
// the trigger, which differs from the name if another trigger has that name.
func validateTriggerName(path *field.Path, name, key, example string) field.ErrorList {
	switch {
	case name == "":
		return field.ErrorList{field.Required(path, "set a DNS label as the name, for example "+example)}
	case len(validation.IsDNS1123Label(name)) > 0:
		return field.ErrorList{fielderror.Invalid(path, name,
			"must be a DNS label: at most 63 small letters, digits and '-', with a letter or digit at both ends")}
	case name != key:
		return field.ErrorList{fielderror.Duplicate(path, name)}
	default:
		return nil
	}
}

func ports() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(reservedPorts), " ", ", "), "[]")
}

// EventTrigger is a trigger for events, from a component or a schedule.
//
// +k8s:deepcopy-gen=false
type EventTrigger struct {
	// Key identifies the trigger in its function, a DNS label. It is part of the names
	// of the objects and conditions of the trigger. An HTTP function receives the
	// events at the path /<key>.
	Key string
	// Path is the path of the trigger below the spec of the workload, for example
	// triggers.cron[0].
	Path string
	// Component is the name of the component, empty for a schedule.
	Component string
	// Type is the type that the trigger declares. It is often empty; then the type of
	// the component applies.
	Type string
	// Topic is the topic, for publish/subscribe components.
	Topic string
	// DeadLetterTopic is the topic for events whose retries are used up, or empty.
	DeadLetterTopic string
	// Raw means that the messages of the topic are any bytes, not CloudEvents.
	Raw bool
	// Retry is the policy for redelivery; nil means its defaults.
	Retry *RetryPolicy
	// Cron is the schedule, nil for a component.
	Cron *CronTrigger
}

// HasEvents reports whether events call the function.
func (ws *WorkloadSpec) HasEvents() bool {
	return ws.Triggers.hasEvents()
}

// HasRequests reports whether requests call the function: it has an HTTP trigger or a
// trigger of a Broker, or no other trigger.
func (ws *WorkloadSpec) HasRequests() bool {
	return ws.Triggers.hasRequests()
}

func (t *Triggers) hasRequests() bool {
	return t == nil || t.HTTP != nil || len(t.Eventing) > 0 || !t.hasEvents()
}

func (t *Triggers) hasEvents() bool {
	return t != nil && len(t.Dapr)+len(t.Cron) > 0
}

// EventTriggers returns the event triggers in the order of the spec, components before
// schedules. The keys depend only on the triggers. A trigger without a component and a
// schedule is omitted.
func (ws *WorkloadSpec) EventTriggers() []EventTrigger {
	return ws.Triggers.eventTriggers()
}

func (t *Triggers) eventTriggers() []EventTrigger {
	if !t.hasEvents() {
		return nil
	}
	var all []EventTrigger
	keys := newTriggerKeys(nil)
	for i, d := range t.Dapr {
		if d == nil || d.DaprComponentRef == nil {
			continue
		}
		all = append(all, EventTrigger{
			Key:             keys.take(i, d.keys()...),
			Path:            fmt.Sprintf("triggers.dapr[%d]", i),
			Component:       d.Name,
			Type:            d.Type,
			Topic:           d.Topic,
			DeadLetterTopic: d.DeadLetterTopic,
			Raw:             d.Payload == PayloadRaw,
			Retry:           d.Retry,
		})
	}
	for i, c := range t.Cron {
		if c != nil {
			all = append(all, EventTrigger{Key: keys.take(i, c.Name), Path: fmt.Sprintf("triggers.cron[%d]", i), Cron: c})
		}
	}
	return all
}

// triggerKeys is the set of keys in use.
type triggerKeys struct{ sets.Set[string] }

// newTriggerKeys returns the set of the keys of triggers.
func newTriggerKeys(triggers []EventTrigger) triggerKeys {
	keys := triggerKeys{sets.New[string]()}
	for i := range triggers {
		keys.Insert(triggers[i].Key)
	}
	return keys
}

// take returns the first of names that is not in use, as a DNS label, and marks it as
// used. If all are in use, it appends the index of the trigger to the last one.
func (k triggerKeys) take(index int, names ...string) string {
	key := ""
	for _, name := range names {
		if key = label(name); !k.Has(key) {
			break
		}
	}
	for k.Has(key) {
		key = kmeta.ChildName(key, "-"+strconv.Itoa(index))
	}
	k.Insert(key)
	return key
}

// label converts a name to a DNS label.
func label(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	name = strings.Trim(name, "-")
	if name == "" {
		return unnamedTrigger
	}
	return kmeta.ChildName(name, "")
}

// unnamedTrigger is the key of a trigger whose name has no letter or digit.
const unnamedTrigger = "trigger"
