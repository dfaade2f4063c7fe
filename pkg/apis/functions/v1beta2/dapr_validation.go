/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

const (
	pubsubPrefix   = "pubsub."
	bindingsPrefix = "bindings."
	statePrefix    = "state."
)

func (r *DaprComponentRef) isPubsub() bool {
	return r != nil && (strings.HasPrefix(r.Type, pubsubPrefix) || r.Topic != "")
}

func (r *DaprComponentRef) validate() *apis.FieldError {
	if r == nil || r.Name == "" {
		return required("name", "name a component of the function or its namespace")
	}
	var errs *apis.FieldError
	switch {
	case strings.HasPrefix(r.Type, pubsubPrefix) && r.Topic == "":
		errs = errs.Also(required("topic", "a publish/subscribe component needs a topic"))
	case strings.HasPrefix(r.Type, bindingsPrefix) && r.Topic != "":
		errs = errs.Also(forbidden("topic", "is for publish/subscribe alone, not for bindings"))
	}
	return errs.Also(validateComponentName(r.Name, "name"))
}

func validateComponentName(name, path string) *apis.FieldError {
	if why := validation.IsDNS1123Subdomain(name); len(why) > 0 {
		return invalid(name, path, "must be a DNS-1123 subdomain")
	}
	return nil
}

// validateComponents checks components to create; those of a kind have types
// that begin with prefix.
func validateComponents(components map[string]*DaprComponent, path, prefix string) *apis.FieldError {
	names, errs := firstKeys(components, path, maxItems)
	for _, name := range names {
		at := KeyPath(path, name)
		errs = errs.Also(validateComponentName(name, at))
		if components[name] == nil {
			errs = errs.Also(required(at, "must not be null"))
			continue
		}
		errs = errs.Also(components[name].validate(prefix).ViaField(at))
	}
	return errs
}

func validateStates(states map[string]*State, path string) *apis.FieldError {
	names, errs := firstKeys(states, path, maxItems)
	for _, name := range names {
		at := KeyPath(path, name)
		errs = errs.Also(validateComponentName(name, at))
		if states[name] != nil && states[name].Spec != nil {
			errs = errs.Also(states[name].Spec.validate(statePrefix).ViaField(at, "spec"))
		}
	}
	return errs
}

// guardedTypes read secrets of the whole namespace, change what other components
// do, or reach the files of the machine.
var guardedTypes = []string{"secretstores.", "middleware.", "bindings.localstorage", "crypto.dapr.localstorage"}

func (c *DaprComponent) validate(prefix string) *apis.FieldError {
	metadata, errs := first(c.Metadata, "metadata", maxMetadata)
	isGuarded := func(guarded string) bool { return strings.HasPrefix(c.Type, guarded) }
	switch {
	case c.Type == "":
		errs = errs.Also(required("type", "as "+prefix+"redis"))
	case slices.ContainsFunc(guardedTypes, isGuarded):
		errs = errs.Also(forbidden("type", quote(c.Type)+" reads secrets, changes other components or reaches files of the machine"))
	case !strings.HasPrefix(c.Type, prefix):
		errs = errs.Also(invalid(c.Type, "type", "must begin with "+prefix))
	}
	for i := range metadata {
		errs = errs.Also(metadata[i].validate().ViaFieldIndex("metadata", i))
	}
	return errs
}

// secretWords appear in the names of settings that hold secrets.
var secretWords = []string{"password", "passwd", "secret", "token", "accesskey", "accountkey", "sharedaccesskey", "privatekey", "connectionstring"}

func (m *DaprMetadata) validate() *apis.FieldError {
	var errs *apis.FieldError
	if m.Name == "" {
		errs = errs.Also(required("name", "name a setting of the component"))
	}
	if m.SecretKeyRef != nil {
		if m.Value != nil {
			errs = errs.Also(forbidden("value", "set only one of value, secretKeyRef"))
		}
		errs = errs.Also(validateObjectName(m.SecretKeyRef.Name, "secretKeyRef.name"))
		if m.SecretKeyRef.Key == "" {
			errs = errs.Also(required("secretKeyRef.key", "name a key of the secret"))
		}
		return errs
	}
	holdsSecret := func(word string) bool { return strings.Contains(strings.ToLower(m.Name), word) }
	if m.Value != nil && slices.ContainsFunc(secretWords, holdsSecret) {
		errs = errs.Also(warning("value", "everybody who may read the function can read this; use secretKeyRef"))
	}
	return errs
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

// podIdentity is what the old switches among the annotations are compared with.
type podIdentity struct {
	runtime WorkloadRuntime
	// appID is the identity in Dapr that the platform gives; empty if not known.
	appID string
	port  int32
}

// allows tells whether a reserved annotation is an old switch that may stay: one
// that is no identity, or one with the value that the platform would set.
func (p podIdentity) allows(key, value string) bool {
	if key == functions.EnableDaprAnnotationKey || key == functions.DaprServiceModeAnnotationKey {
		return true
	}
	setting, isDapr := strings.CutPrefix(key, functions.DaprDomain+"/")
	switch {
	case !isDapr:
		return false
	case setting == "app-id":
		return p.appID != "" && value == p.appID
	case setting == "app-port":
		return value == strconv.Itoa(int(p.port))
	}
	// The old project's documentation let users set these two.
	return functions.IsDaprSetting(key) || setting == "metrics-port" || setting == "enable-metrics"
}
