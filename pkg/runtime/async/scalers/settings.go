/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"encoding/json"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// settings are those of a component by name. Dapr does not care for the case.
type settings map[string]v1beta2.DaprMetadata

func newSettings(metadata []v1beta2.DaprMetadata) settings {
	all := settings{}
	for _, setting := range metadata {
		all[strings.ToLower(setting.Name)] = setting
	}
	return all
}

// first returns the first of names that is set to something, under the name that
// it was asked for.
func (s settings) first(names ...string) (name string, setting v1beta2.DaprMetadata, found bool) {
	for _, name := range names {
		setting, found := s[strings.ToLower(name)]
		if found && (isReference(setting) || plain(setting) != "") {
			return name, setting, true
		}
	}
	return names[0], v1beta2.DaprMetadata{}, false
}

// truthy tells whether a setting means yes, as Dapr reads it.
func (s settings) truthy(name string) bool {
	switch strings.ToLower(strings.TrimSpace(plain(s[strings.ToLower(name)]))) {
	case "y", "yes", "true", "t", "on", "1":
		return true
	default:
		return false
	}
}

func isReference(setting v1beta2.DaprMetadata) bool {
	return setting.SecretKeyRef != nil || setting.EnvRef != ""
}

// plain returns the value of a setting as Dapr does: text without quotes, and
// everything else as its JSON.
func plain(setting v1beta2.DaprMetadata) string {
	if setting.Value == nil {
		return ""
	}
	var text string
	if err := json.Unmarshal(setting.Value.Raw, &text); err == nil {
		return text
	}
	return string(setting.Value.Raw)
}
