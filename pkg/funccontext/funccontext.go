/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package funccontext is the contract with function frameworks: two JSON documents with
// the function that a framework runs, the port that it must listen on and the hooks around
// each call. Images that were built long ago read one of them, so keys are added, and
// never changed or removed.
//
// Neither contains a secret, because frameworks print them when they start.
package funccontext

import (
	"encoding/json"
	"fmt"
)

const (
	// EnvName is the environment variable that holds the older document, which
	// the frameworks for Go and Node.js read. See V1beta1.
	EnvName = "FUNC_CONTEXT"
	// EnvNameV1beta2 is the environment variable that holds the newer document,
	// which the framework for Java prefers. See V1beta2.
	EnvNameV1beta2 = "FUNC_CONTEXT_V1BETA2"
)

// Function is the content of FUNC_CONTEXT. Both documents are made from it, so that they
// agree.
type Function struct {
	// Name is the name of the function.
	Name string
	// Version is the user's own name for the version; it may be empty.
	Version string
	// HTTP is set for a function that answers requests, and nil for one that only
	// handles events.
	HTTP *HTTPTrigger
	// Port is the port that the function must listen on, for requests or for the Dapr
	// sidecar.
	Port int32
	// Events are the components whose events call the function.
	Events []Component
	// Inputs are the components that the function reads during a call.
	Inputs []Component
	// Outputs are the components that the function sends to.
	Outputs []Component
	// States are the state stores of the function.
	States []Component
	// PreHooks are the names of the hooks that run before the function, in order.
	PreHooks []string
	// PostHooks are the names of the hooks that run after the function, in order.
	PostHooks []string
	// Tracing is the destination of traces; nil if tracing is off.
	Tracing *Tracing
}

// Component is a Dapr component that the function uses.
type Component struct {
	// Key is the name that the function uses for the component.
	Key string
	// Name is the name that Dapr uses.
	Name string
	// Type is the type of the component, for example bindings.kafka; never empty,
	// because frameworks distinguish bindings from publish/subscribe by it.
	Type string
	// Topic is the topic of a publish/subscribe component.
	Topic string
	// Operation is the operation of an output binding, for example create.
	Operation string
	// Metadata is sent with every message.
	Metadata map[string]string
}

func marshal(name string, document any) (string, error) {
	encoded, err := json.Marshal(document)
	if err != nil {
		return "", fmt.Errorf("encoding %s: %w", name, err)
	}
	return string(encoded), nil
}
