/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

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

func ports() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(reservedPorts), " ", ", "), "[]")
}
