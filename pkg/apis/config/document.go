/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	cm "knative.dev/pkg/configmap"
)

// document is a ConfigMap with a type.
type document interface {
	// settings returns the keys, each with the function that parses it into the
	// document.
	settings() []setting
	// check returns an error if values of several keys contradict each other.
	check() error
}

// setting is one key of a ConfigMap.
type setting struct {
	key string
	// parse parses the key if it is set, and overwrites the earlier value.
	parse cm.ParseFunc
	// perNamespace is set if a namespace may override the key.
	perNamespace bool
}

// read parses data. It ignores unknown keys, so that an older version of the program
// still starts after a downgrade.
func read(d document, data map[string]string) error {
	for _, s := range d.settings() {
		if err := s.parse(data); err != nil {
			return err
		}
	}
	return d.check()
}

func keysOf(settings []setting) []string {
	keys := make([]string, 0, len(settings))
	for _, s := range settings {
		keys = append(keys, s.key)
	}
	return keys
}

// perNamespace returns the keys that a namespace may override.
func perNamespace(d document) []setting {
	return slices.DeleteFunc(d.settings(), func(s setting) bool { return !s.perNamespace })
}

// CheckKeys returns an error for unknown keys in a ConfigMap, because a mistyped key
// would have no effect.
func CheckKeys(data map[string]string, known ...string) error {
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if key != cm.ExampleKey && !slices.Contains(known, key) {
			return fmt.Errorf("%s: unknown key, supported keys: %s", key, strings.Join(slices.Sorted(slices.Values(known)), ", "))
		}
	}
	return nil
}

// fields splits a list at commas and white space.
func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool {
		return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r'
	})
}
