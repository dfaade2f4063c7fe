/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"fmt"
	"strings"
)

// environment is the description of the function in FUNC_CONTEXT
// or, where that is not set, in FUNC_CONTEXT_V1BETA2.
type environment struct {
	// name is the name of the function.
	name string
	// async says that all that comes in comes from Dapr.
	async bool
	// inputs call the function, outputs and states are called by it; each by the
	// name that the function knows it by.
	inputs, outputs, states map[string]component
}

// readEnvironment reads the documents. None of them is an environment, too: then
// requests call the function.
func readEnvironment(getenv func(string) string) (environment, error) {
	const older, newer = "FUNC_CONTEXT", "FUNC_CONTEXT_V1BETA2"
	var e environment
	var err error
	name, document := older, getenv(older)
	switch {
	case document != "":
		e, err = readOlder(document)
	case getenv(newer) != "":
		name = newer
		e, err = readNewer(getenv(newer))
	}
	if err != nil {
		return environment{}, fmt.Errorf("%s is not as the runtime contract says: %w", name, err)
	}
	return e, nil
}

// inputAt returns the input that is called at path: by its own name, or by the
// name of its binding.
func (e environment) inputAt(path string) (key string, found bool) {
	path = strings.Trim(path, "/")
	if _, found := e.inputs[path]; found {
		return path, true
	}
	return e.find(func(c component) bool { return c.isBinding() && c.Name == path })
}

// inputOf returns the input of a topic.
func (e environment) inputOf(name, topic string) (key string, found bool) {
	return e.find(func(c component) bool { return c.Name == name && c.topic() == topic })
}

func (e environment) find(matches func(component) bool) (key string, found bool) {
	for _, key := range sortedKeys(e.inputs) {
		if matches(e.inputs[key]) {
			return key, true
		}
	}
	return "", false
}
