/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/fielderror"
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

func (r *DaprComponentRef) validate(path *field.Path) field.ErrorList {
	if r == nil || r.Name == "" {
		return field.ErrorList{field.Required(path.Child("name"), "set the name of a component of the function or of its namespace")}
	}
	var errs field.ErrorList
	switch {
	case strings.HasPrefix(r.Type, pubsubPrefix) && r.Topic == "":
		errs = append(errs, field.Required(path.Child("topic"), "a publish/subscribe component needs a topic"))
	case strings.HasPrefix(r.Type, bindingsPrefix) && r.Topic != "":
		errs = append(errs, field.Forbidden(path.Child("topic"), whyNotForBindings))
	}
	return append(errs, validateComponentName(path.Child("name"), r.Name)...)
}

func validateComponentName(path *field.Path, name string) field.ErrorList {
	if !fielderror.IsObjectName(name) {
		return field.ErrorList{fielderror.Invalid(path, name, "must be a DNS-1123 subdomain")}
	}
	return nil
}

// validateComponents checks components of the spec, whose types must begin with prefix.
func validateComponents(path *field.Path, components map[string]*DaprComponent, prefix string) field.ErrorList {
	names, errs := fielderror.FirstKeys(path, components, maxItems)
	for _, name := range names {
		at := fielderror.Key(path, name)
		errs = append(errs, validateComponentName(at, name)...)
		if components[name] == nil {
			errs = append(errs, field.Required(at, whyNull))
			continue
		}
		errs = append(errs, components[name].validate(at, prefix)...)
	}
	return errs
}

func validateStates(path *field.Path, states map[string]*State) field.ErrorList {
	names, errs := fielderror.FirstKeys(path, states, maxItems)
	for _, name := range names {
		at := fielderror.Key(path, name)
		errs = append(errs, validateComponentName(at, name)...)
		if states[name] != nil && states[name].Spec != nil {
			errs = append(errs, states[name].Spec.validate(at.Child("spec"), statePrefix)...)
		}
	}
	return errs
}

// guardedTypes are prefixes of components that read secrets of the whole namespace,
// change other components, or access files of the machine, in lower case: Dapr reads types
// in any letter case.
var guardedTypes = []string{"secretstores.", "middleware.", "bindings.localstorage", "crypto.dapr.localstorage"}

// componentType has only characters that have one lower case.
var componentType = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func (c *DaprComponent) validate(path *field.Path, prefix string) field.ErrorList {
	metadata, errs := fielderror.First(path.Child("metadata"), c.Metadata, maxMetadata)
	isGuarded := func(guarded string) bool { return strings.HasPrefix(strings.ToLower(c.Type), guarded) }
	switch kind := path.Child("type"); {
	case c.Type == "":
		errs = append(errs, field.Required(kind, "set the type, for example "+prefix+"redis"))
	case slices.ContainsFunc(guardedTypes, isGuarded):
		errs = append(errs, field.Forbidden(kind,
			fielderror.Quote(c.Type)+" reads secrets, changes other components or accesses files of the node"))
	case !strings.HasPrefix(c.Type, prefix):
		errs = append(errs, fielderror.Invalid(kind, c.Type, "must begin with "+prefix))
	case !componentType.MatchString(c.Type):
		errs = append(errs, fielderror.Invalid(kind, c.Type, "must consist of letters, digits, '-', '_' and '.'"))
	}
	for i := range metadata {
		errs = append(errs, metadata[i].validate(path.Child("metadata").Index(i))...)
	}
	return errs
}

// secretWords are parts of the names of settings that contain secrets.
var secretWords = []string{"password", "passwd", "secret", "token", "accesskey", "accountkey", "sharedaccesskey", "privatekey", "connectionstring"}

func (m *DaprMetadata) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if m.Name == "" {
		errs = append(errs, field.Required(path.Child("name"), "set the name of a setting of the component"))
	}
	if m.SecretKeyRef == nil {
		return errs
	}
	if m.Value != nil {
		errs = append(errs, field.Forbidden(path.Child("value"), "set only one of value, secretKeyRef"))
	}
	errs = append(errs, fielderror.ObjectName(path.Child("secretKeyRef", "name"), m.SecretKeyRef.Name)...)
	if m.SecretKeyRef.Key == "" {
		errs = append(errs, field.Required(path.Child("secretKeyRef", "key"), "set a key of the secret"))
	}
	return errs
}

// holdsPlainSecret reports whether the value of a setting is probably a secret.
func (m *DaprMetadata) holdsPlainSecret() bool {
	namesSecret := func(word string) bool { return strings.Contains(strings.ToLower(m.Name), word) }
	return m.SecretKeyRef == nil && m.Value != nil && slices.ContainsFunc(secretWords, namesSecret)
}

// warnings returns a warning for each setting of a component that is probably a secret.
func (ws *WorkloadSpec) warnings(path *field.Path) []fielderror.Warning {
	var warnings []fielderror.Warning
	warn := func(path *field.Path, c *DaprComponent) {
		if c == nil {
			return
		}
		for i := range c.Metadata[:min(len(c.Metadata), maxMetadata)] {
			if c.Metadata[i].holdsPlainSecret() {
				warnings = append(warnings, fielderror.Warning{
					Path: path.Child("metadata").Index(i).Child("value"),
					Text: "every user who can read the function can read this value; use secretKeyRef",
				})
			}
		}
	}
	for name, c := range ws.Bindings {
		warn(fielderror.Key(path.Child("bindings"), name), c)
	}
	for name, c := range ws.Pubsub {
		warn(fielderror.Key(path.Child("pubsub"), name), c)
	}
	for name, state := range ws.States {
		warn(fielderror.Key(path.Child("states"), name).Child("spec"), state.component())
	}
	return warnings
}

const whyNotForBindings = "applies only to publish/subscribe components, not to bindings"

func (t *DaprTrigger) validate(path *field.Path) field.ErrorList {
	if t == nil {
		return field.ErrorList{field.Required(path, whyNull)}
	}
	errs := slices.Concat(t.DaprComponentRef.validate(path), t.Retry.validate(path.Child("retry")), t.validatePayload(path.Child("payload")))
	switch at := path.Child("deadLetterTopic"); {
	case t.DeadLetterTopic == "" || t.DaprComponentRef == nil:
	case strings.HasPrefix(t.Type, bindingsPrefix):
		errs = append(errs, field.Forbidden(at, whyNotForBindings))
	case t.DeadLetterTopic == t.Topic:
		errs = append(errs, fielderror.Invalid(at, t.DeadLetterTopic, "must differ from the topic of the trigger"))
	}
	return errs
}

func (t *DaprTrigger) validatePayload(path *field.Path) field.ErrorList {
	switch {
	case t.Payload == "":
		return nil
	case t.DaprComponentRef != nil && strings.HasPrefix(t.Type, bindingsPrefix):
		return field.ErrorList{field.Forbidden(path, whyNotForBindings)}
	}
	return fielderror.OneOf(path, t.Payload, PayloadCloudEvent, PayloadRaw)
}

func (i *Input) validate(path *field.Path) field.ErrorList {
	switch {
	case i == nil:
		return field.ErrorList{field.Required(path, whyNull)}
	case i.Dapr == nil:
		return field.ErrorList{field.Required(path.Child("dapr"), "set the name of a component")}
	default:
		return i.Dapr.validate(path.Child("dapr"))
	}
}

func (o *Output) validate(path *field.Path) field.ErrorList {
	if o == nil {
		return field.ErrorList{field.Required(path, whyNull)}
	}
	path = path.Child("dapr")
	if o.Dapr == nil {
		return field.ErrorList{field.Required(path, "set the name of a component")}
	}
	errs := o.Dapr.DaprComponentRef.validate(path)
	if o.Dapr.Operation != "" && o.Dapr.DaprComponentRef.isPubsub() {
		errs = append(errs, field.Forbidden(path.Child("operation"), "applies only to bindings, not to publish/subscribe components"))
	}
	return errs
}

// podIdentity is what annotations of the old project are compared with.
type podIdentity struct {
	runtime WorkloadRuntime
	// appID is the app ID that the platform gives the sidecar; empty if not known.
	appID string
	port  int32
}

// allows reports whether a reserved annotation of the old project may stay: it is not
// part of the identity, or it has the value that the platform sets.
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
	// The documentation of the old project let users set these two.
	return functions.IsDaprSetting(key) || setting == "metrics-port" || setting == "enable-metrics"
}

// validateSidecarSetting checks the value of an annotation that configures the sidecar.
func validateSidecarSetting(path *field.Path, key, value string) field.ErrorList {
	if want := functions.CheckDaprSetting(key, value); want != "" {
		return field.ErrorList{fielderror.Invalid(path, value, want)}
	}
	return nil
}
