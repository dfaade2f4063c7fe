/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Placeholders that Dapr replaces in any value.
const (
	appIDPlaceholder     = "{appID}"
	namespacePlaceholder = "{namespace}"
	podNamePlaceholder   = "{podName}"
	uuidPlaceholder      = "{uuid}"
)

// metadata are the settings of a component. Components match the names of theirs
// in any letter case.
type metadata []v1beta2.DaprMetadata

// find returns the setting of a name, or nil.
func (m metadata) find(name string) *v1beta2.DaprMetadata {
	if i := slices.IndexFunc(m, func(s v1beta2.DaprMetadata) bool { return strings.EqualFold(s.Name, name) }); i >= 0 {
		return &m[i]
	}
	return nil
}

// literal returns the value of a setting; empty where it is not written here.
func (m metadata) literal(name string) string {
	return m.find(name).Text()
}

// withDefault sets what the author left out, whatever its letter case.
func (m metadata) withDefault(name, value string) metadata {
	if m.find(name) != nil {
		return m
	}
	return append(m, v1beta2.DaprMetadata{Name: name, Value: text(value)})
}

// with sets what is to be, whatever was there.
func (m metadata) with(name, value string) metadata {
	m = m.withDefault(name, value)
	*m.find(name) = v1beta2.DaprMetadata{Name: m.find(name).Name, Value: text(value)}
	return m
}

// spelled gives a setting the letter case in which Dapr itself looks for it, as
// it does for some before the component reads them.
func (m metadata) spelled(name string) metadata {
	if setting := m.find(name); setting != nil {
		setting.Name = name
	}
	return m
}

// replace puts value where the placeholder stands, and tells whether it did.
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
