/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
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
		if found && (isReference(setting) || setting.Text() != "") {
			return name, setting, true
		}
	}
	return names[0], v1beta2.DaprMetadata{}, false
}

// truthy tells whether a setting means yes.
func (s settings) truthy(name string) bool {
	setting := s[strings.ToLower(name)]
	return setting.IsTruthy()
}

func isReference(setting v1beta2.DaprMetadata) bool {
	return setting.SecretKeyRef != nil || setting.EnvRef != ""
}
