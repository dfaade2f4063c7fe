/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

// golden returns a document as the controller writes it.
func golden(t *testing.T, name string) string {
	t.Helper()
	data, err := fs.ReadFile(os.DirFS("../../../pkg/funccontext/testdata"), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestBothDocumentsSayTheSame(t *testing.T) { //nolint:cyclop // one look at each part of a document
	for variable, file := range map[string]string{
		"FUNC_CONTEXT": "events.func-context.json", "FUNC_CONTEXT_V1BETA2": "events.func-context-v1beta2.json",
	} {
		e, err := readEnvironment(env(map[string]string{variable: golden(t, file)}))
		if err != nil {
			t.Errorf("%s: %v", variable, err)
			continue
		}
		if e.name != "sink" || !e.async || len(e.inputs) != 2 || len(e.outputs) != 2 || len(e.states) != 1 {
			t.Errorf("%s: environment is %+v", variable, e)
		}
		for key, want := range map[string]component{
			"orders": {Name: "sink-1-orders", Type: "pubsub.kafka", Topic: "orders"},
			"tick":   {Name: "tick", Type: "bindings.cron"},
		} {
			if got := e.inputs[key]; got.Name != want.Name || got.Type != want.Type || want.isTopic() && got.topic() != want.Topic {
				t.Errorf("%s: input %s is %+v, want %+v", variable, key, got, want)
			}
		}
		if done := e.outputs["done"]; done.Name != "sink-1-done" || done.topic() != "done" || done.Metadata["partitionKey"] != "a" {
			t.Errorf("%s: output done is %+v", variable, done)
		}
		if mail := e.outputs["mail"]; mail.Operation != "create" || !mail.isBinding() {
			t.Errorf("%s: output mail is %+v", variable, mail)
		}
		if users := e.states["users"]; users.Name != "sink-1-users" {
			t.Errorf("%s: state users is %+v", variable, users)
		}
	}
}

func TestEnvironmentOfRequests(t *testing.T) {
	for name, values := range map[string]map[string]string{
		"nothing":      {},
		"FUNC_CONTEXT": {"FUNC_CONTEXT": golden(t, "http.func-context.json")},
		"V1BETA2":      {"FUNC_CONTEXT_V1BETA2": golden(t, "http.func-context-v1beta2.json")},
	} {
		if e, err := readEnvironment(env(values)); err != nil || e.async || len(e.inputs) > 0 {
			t.Errorf("%s: environment is %+v, %v", name, e, err)
		}
	}
}

func TestBrokenDocumentsAreNamed(t *testing.T) {
	for _, variable := range []string{"FUNC_CONTEXT", "FUNC_CONTEXT_V1BETA2"} {
		if _, err := readEnvironment(env(map[string]string{variable: "[]"})); err == nil || !strings.Contains(err.Error(), variable+" ") {
			t.Errorf("%s: error is %v", variable, err)
		}
	}
}

func TestInputAt(t *testing.T) {
	e, err := readEnvironment(env(map[string]string{"FUNC_CONTEXT": `{"runtime":"Async","inputs":{
		"in":{"componentName":"v1-in","componentType":"bindings.kafka"},
		"orders":{"componentName":"v1-bus","componentType":"pubsub.kafka","uri":"orders"},
		"bus-paid":{"componentName":"v1-bus","componentType":"pubsub.kafka","uri":"paid"}}}`}))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/in": "in", "/v1-in": "in", "bus-paid": "bus-paid", "/orders/": "orders", "/v1-bus": "", "/": "", "/in/x": ""} {
		if got, found := e.inputAt(path); got != want || found != (want != "") {
			t.Errorf("inputAt(%s) = %q, %t, want %q", path, got, found, want)
		}
	}
	if got, _ := e.inputOf("v1-bus", "paid"); got != "bus-paid" {
		t.Errorf("inputOf = %q, want bus-paid", got)
	}
}
