/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

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

// metadata are the settings of a component. Components match the names of their
// settings in any letter case.
type metadata []v1beta2.DaprMetadata

// find returns the setting of a name, or nil. Of several with one name the last
// counts, as in Dapr.
func (m metadata) find(name string) *v1beta2.DaprMetadata {
	for i := range slices.Backward(m) {
		if strings.EqualFold(m[i].Name, name) {
			return &m[i]
		}
	}
	return nil
}

// literal returns the value of a setting; empty if it is a reference.
func (m metadata) literal(name string) string {
	return m.find(name).Text()
}

// withDefault sets a value if the author left the setting out, in any letter case.
func (m metadata) withDefault(name, value string) metadata {
	if m.find(name) != nil {
		return m
	}
	return append(m, v1beta2.DaprMetadata{Name: name, Value: text(value)})
}

// with sets a value, and replaces that of the author.
func (m metadata) with(name, value string) metadata {
	m = m.withDefault(name, value)
	*m.find(name) = v1beta2.DaprMetadata{Name: m.find(name).Name, Value: text(value)}
	return m
}

// spelled gives a setting the letter case in which Dapr looks for it: it reads some
// settings before the component does, and those in one letter case only.
func (m metadata) spelled(name string) metadata {
	if setting := m.find(name); setting != nil {
		setting.Name = name
	}
	return m
}

// replace replaces a placeholder in all values, and reports whether there was one.
func (m metadata) replace(placeholder, value string) bool {
	replaced := false
	for i := range m {
		if m[i].Value == nil || !bytes.Contains(m[i].Value.Raw, []byte(placeholder)) {
			continue
		}
		replaced = true
		m[i].Value = &apiextensionsv1.JSON{Raw: bytes.ReplaceAll(m[i].Value.Raw, []byte(placeholder), []byte(value))}
	}
	return replaced
}

// text returns a string as the value of a setting.
func text(value string) *apiextensionsv1.JSON {
	raw, err := json.Marshal(value)
	if err != nil {
		// Strings always have a form in JSON.
		panic(err)
	}
	return &apiextensionsv1.JSON{Raw: raw}
}

// keyOf returns the key of a Secret that a setting refers to. Dapr takes the name of
// the Secret if no key is given.
func keyOf(ref *v1beta2.DaprSecretKeyRef) string {
	return cmp.Or(ref.Key, ref.Name)
}

// Placeholders that Dapr replaces in any value of a component.
const (
	appIDPlaceholder     = "{appID}"
	namespacePlaceholder = "{namespace}"
	podNamePlaceholder   = "{podName}"
	uuidPlaceholder      = "{uuid}"
)

// namespacedMark is a setting that holds the placeholder of the namespace, and
// nothing else. Dapr puts the namespace in front of the topics of a component that
// has the placeholder in any value, so the mark stays when the others are replaced.
const namespacedMark = "namespaceScoped"

// resolvePlaceholders replaces the placeholders whose values are known here, and
// reports whether Dapr puts the namespace in front of the topics. The values of
// {podName} and {uuid} differ in each pod, so these placeholders stay. It is the only
// place that interprets placeholders.
func (m metadata) resolvePlaceholders(appID, namespace string) (resolved metadata, namespaced bool) {
	namespaced = m.replace(namespacePlaceholder, namespace+"."+appID)
	m.replace(appIDPlaceholder, appID)
	return m, namespaced
}

// placeholderPerPod returns the placeholder in a value that differs in each pod;
// empty if there is none.
func placeholderPerPod(value string) string {
	for _, placeholder := range []string{podNamePlaceholder, uuidPlaceholder} {
		if strings.Contains(value, placeholder) {
			return placeholder
		}
	}
	return ""
}
