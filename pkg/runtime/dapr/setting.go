/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"slices"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Setting is a setting of a component as Dapr reads it.
type Setting struct {
	// Name is the name of the setting in the documentation of Dapr.
	Name string
	// Text is the value; empty if it is a reference.
	Text string
	// Secret refers to a value in a secret store; nil if the setting does not.
	Secret *Secret
	// EnvRef is the environment variable of the sidecar that holds the value.
	EnvRef string
}

// Secret refers to a value in a secret store.
type Secret struct {
	// Store is the secret store; empty for Secrets of the namespace.
	Store string
	// Name is the name of the secret, Key a key in it.
	Name, Key string
}

// IsSet reports whether the setting has a value or a reference.
func (s Setting) IsSet() bool {
	return s.Text != "" || s.IsReference()
}

// IsReference reports whether the value is outside of the component.
func (s Setting) IsReference() bool {
	return s.Secret != nil || s.EnvRef != ""
}

// IsTruthy reports whether Dapr reads the value as true.
func (s Setting) IsTruthy() bool {
	return (&v1beta2.DaprMetadata{Value: text(s.Text)}).IsTruthy()
}

// PerPod returns the placeholder in the value whose replacement differs in each pod;
// empty if there is none.
func (s Setting) PerPod() string {
	return placeholderPerPod(s.Text)
}

// List returns the values of a setting that holds several, separated by commas.
func (s Setting) List() []string {
	var values []string
	for value := range strings.SplitSeq(s.Text, ",") {
		if value = strings.TrimSpace(value); value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

// IsBinding reports whether the component is a binding. Otherwise it is for
// publish/subscribe.
func (t *Trigger) IsBinding() bool {
	return family(t.Component.Type) == bindingFamily
}

// Setting returns the first of the settings with these names that is set. If none is
// set, it returns the first name without a value.
func (t *Trigger) Setting(names ...string) Setting {
	return settingOf(t.Component, t.secretStore, names...)
}

func settingOf(component v1beta2.DaprComponent, store string, names ...string) Setting {
	for _, name := range names {
		setting := metadata(component.Metadata).find(name)
		if setting == nil {
			continue
		}
		found := Setting{Name: name, Text: setting.Text(), EnvRef: setting.EnvRef}
		if ref := setting.SecretKeyRef; ref != nil {
			found.Secret = &Secret{Store: store, Name: ref.Name, Key: keyOf(ref)}
		}
		if found.IsSet() {
			return found
		}
	}
	return Setting{Name: names[0]}
}
