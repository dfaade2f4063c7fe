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
