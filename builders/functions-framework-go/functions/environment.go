/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"fmt"
	"strings"
)

// environment is the description of the function in FUNC_CONTEXT or, if that is not
// set, in FUNC_CONTEXT_V1BETA2.
type environment struct {
	// name is the name of the function.
	name string
	// async is set if all calls come from Dapr.
	async bool
	// inputs are the components that call the function; outputs and states are those
	// that it calls. The keys are their names in the function.
	inputs, outputs, states map[string]component
}

// readEnvironment decodes the documents. Without any document, requests call the
// function.
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
		return environment{}, fmt.Errorf("%s violates the runtime contract: %w", name, err)
	}
	return e, nil
}

// inputAt returns the input whose events arrive at path, which is its own name or the
// name of its binding.
func (e environment) inputAt(path string) (key string, found bool) {
	path = inputPath(path)
	if _, found := e.inputs[path]; found {
		return path, true
	}
	return e.find(func(c component) bool { return c.isBinding() && c.Name == path })
}

// inputPath returns the part of a path that names an input.
func inputPath(path string) string {
	return strings.Trim(strings.TrimPrefix(path, rawPath), "/")
}

// isRaw reports whether messages arrive at path as they are, because the framework has
// subscribed to them.
func isRaw(path string) bool { return strings.HasPrefix(path, rawPath) }

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
