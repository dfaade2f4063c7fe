/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package funccontext is the JSON document by which a function framework learns
// what it runs and where it has to listen. It is a contract with images that
// were built long ago: keys are added, never changed or removed.
package funccontext

import (
	"encoding/json"
	"fmt"
)

// EnvName is the name of the environment variable that holds the document.
const EnvName = "FUNC_CONTEXT"

// Runtime is what kind of server the framework has to start.
type Runtime string

const (
	// RuntimeHTTP makes the framework answer requests. Its value is a historical
	// name: frameworks expect it whatever engine runs the function.
	RuntimeHTTP Runtime = "Knative"
)

// Context is the document.
type Context struct {
	// Name is the name of the function.
	Name string `json:"name"`
	// Version is the user's own name for the version; it may be empty.
	Version string `json:"version"`
	// Runtime is what kind of server to start.
	Runtime Runtime `json:"runtime"`
	// Port is where to listen; frameworks expect a string.
	Port string `json:"port,omitempty"`
}

// Marshal returns the document.
func (c *Context) Marshal() (string, error) {
	document, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encoding %s: %w", EnvName, err)
	}
	return string(document), nil
}
