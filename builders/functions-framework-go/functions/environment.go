/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// environment is what the function is told of its surroundings, in FUNC_CONTEXT
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

// component is a Dapr component.
type component struct {
	// Name is the name by which Dapr knows it.
	Name string `json:"componentName"`
	// Type is its type, as bindings.kafka.
	Type string `json:"componentType"`
	// URI, or Topic in the newer document, is the topic of a publish/subscribe
	// component.
	URI   string `json:"uri"`
	Topic string `json:"topic"`
	// Operation is what an output binding does.
	Operation string `json:"operation"`
	// Metadata goes with every message.
	Metadata map[string]string `json:"metadata"`
}

func (c component) isBinding() bool { return strings.HasPrefix(c.Type, "bindings.") }

func (c component) isTopic() bool { return strings.HasPrefix(c.Type, "pubsub.") }

func (c component) topic() string {
	if c.Topic != "" {
		return c.Topic
	}
	return c.URI
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

func readOlder(document string) (environment, error) {
	var d struct {
		Name    string               `json:"name"`
		Runtime string               `json:"runtime"`
		Inputs  map[string]component `json:"inputs"`
		Outputs map[string]component `json:"outputs"`
		States  map[string]component `json:"states"`
	}
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return environment{}, err
	}
	return environment{
		name: d.Name, async: strings.EqualFold(d.Runtime, "Async"),
		inputs: d.Inputs, outputs: d.Outputs, states: d.States,
	}, nil
}

func readNewer(document string) (environment, error) {
	var d struct {
		Name     string `json:"name"`
		Triggers struct {
			HTTP *struct{} `json:"http"`
			Dapr []struct {
				Name      string `json:"name"`
				Type      string `json:"type"`
				Topic     string `json:"topic"`
				InputName string `json:"inputName"`
			} `json:"dapr"`
		} `json:"triggers"`
		Outputs map[string]component `json:"outputs"`
		States  map[string]component `json:"states"`
	}
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return environment{}, err
	}
	e := environment{name: d.Name, async: d.Triggers.HTTP == nil, outputs: d.Outputs, states: d.States}
	e.inputs = make(map[string]component, len(d.Triggers.Dapr))
	for _, trigger := range d.Triggers.Dapr {
		key := trigger.InputName
		if key == "" {
			key = trigger.Name
		}
		e.inputs[key] = component{Name: trigger.Name, Type: trigger.Type, Topic: trigger.Topic}
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

func sortedKeys(components map[string]component) []string {
	keys := make([]string, 0, len(components))
	for key := range components {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
