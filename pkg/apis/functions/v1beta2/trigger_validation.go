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

	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"
)

// Validate returns everything that is wrong with the triggers.
func (t *Triggers) Validate(ctx context.Context) *apis.FieldError {
	var errs *apis.FieldError
	if t.HTTP != nil {
		errs = errs.Also(t.HTTP.Validate(ctx).ViaField("http"))
	}
	events, many := first(t.Dapr, "dapr", maxItems)
	errs = errs.Also(many)
	for i, trigger := range events {
		errs = errs.Also(trigger.validate().ViaFieldIndex("dapr", i))
	}
	errs = errs.Also(t.validateCron())
	inputs, many := first(t.Inputs, "inputs", maxItems)
	errs = errs.Also(many)
	for i, input := range inputs {
		errs = errs.Also(input.validate().ViaFieldIndex("inputs", i))
	}
	return errs
}

// reservedPorts are those of the containers that run beside the function: the
// proxy of Knative and the sidecar of Dapr.
var reservedPorts = []int32{3500, 8012, 8013, 8022, 8112, 9090, 9091, 50001}

// Validate returns everything that is wrong with the trigger.
func (h *HTTPTrigger) Validate(ctx context.Context) *apis.FieldError {
	var errs *apis.FieldError
	if h.Port != nil {
		errs = errs.Also(validatePort(*h.Port, "port"))
	}
	if h.Engine != nil {
		errs = errs.Also(validateEngineName(string(*h.Engine), "engine"))
	}
	if h.Route != nil {
		errs = errs.Also(h.Route.Validate(ctx).ViaField("route"))
	}
	return errs
}

// validateEngineName checks that an engine can be the name of a runtime. Which runtimes
// there are, the program knows that they are plugged into: see ValidateEngine.
func validateEngineName(name, path string) *apis.FieldError {
	if errs := validation.IsDNS1035Label(name); len(errs) > 0 {
		return invalid(name, path, "must be the name of an engine, as "+string(HTTPEngineKnative))
	}
	return nil
}

func validatePort(port int32, path string) *apis.FieldError {
	switch {
	case port < 1 || port > 65535:
		return invalid(port, path, "must be between 1 and 65535")
	case slices.Contains(reservedPorts, port):
		return invalid(port, path, "is reserved for the containers beside the function: "+ports())
	}
	return nil
}

func ports() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(reservedPorts), " ", ", "), "[]")
}

func (t *DaprTrigger) validate() *apis.FieldError {
	if t == nil {
		return required(apis.CurrentField, "must not be null")
	}
	errs := t.DaprComponentRef.validate().Also(t.Retry.validate().ViaField("retry"))
	switch {
	case t.DeadLetterTopic == "" || t.DaprComponentRef == nil:
	case strings.HasPrefix(t.Type, bindingsPrefix):
		errs = errs.Also(forbidden("deadLetterTopic", "is for publish/subscribe alone, not for bindings"))
	case t.DeadLetterTopic == t.Topic:
		errs = errs.Also(invalid(t.DeadLetterTopic, "deadLetterTopic", "must be another topic than that of the trigger"))
	}
	return errs
}

func (i *Input) validate() *apis.FieldError {
	if i == nil {
		return required(apis.CurrentField, "must not be null")
	}
	if i.Dapr == nil {
		return required("dapr", "name a component")
	}
	return i.Dapr.validate().ViaField("dapr")
}

func (o *Output) validate() *apis.FieldError {
	if o == nil {
		return required(apis.CurrentField, "must not be null")
	}
	if o.Dapr == nil {
		return required("dapr", "name a component")
	}
	errs := o.Dapr.DaprComponentRef.validate()
	if o.Dapr.Operation != "" && o.Dapr.DaprComponentRef.isPubsub() {
		errs = errs.Also(forbidden("operation", "is for bindings alone, not for publish/subscribe"))
	}
	return errs.ViaField("dapr")
}
