/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/json"
	"sort"
	"strings"
)

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

func sortedKeys(components map[string]component) []string {
	keys := make([]string, 0, len(components))
	for key := range components {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
