/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// defaultPort is the default port of the runtime contract.
const defaultPort = "8080"

// port returns the port to listen on: $PORT, else the one in $FUNC_CONTEXT.
func port(getenv func(string) string) (string, error) {
	if value := getenv("PORT"); value != "" {
		return checkPort("PORT", value)
	}
	document := getenv("FUNC_CONTEXT")
	if document == "" {
		return defaultPort, nil
	}
	var functionContext struct {
		// The contract requires a string; some writers set a number.
		Port json.RawMessage `json:"port"`
	}
	if err := json.Unmarshal([]byte(document), &functionContext); err != nil {
		return "", fmt.Errorf("FUNC_CONTEXT is not a JSON object: %w", err)
	}
	value := string(functionContext.Port)
	if unquoted := ""; json.Unmarshal(functionContext.Port, &unquoted) == nil {
		value = unquoted
	}
	if value == "" || value == "null" {
		return defaultPort, nil
	}
	return checkPort("port in FUNC_CONTEXT", value)
}

func checkPort(source, value string) (string, error) {
	if number, err := strconv.ParseUint(value, 10, 16); err != nil || number == 0 {
		return "", fmt.Errorf("%s is %q: use a number from 1 to 65535", source, value)
	}
	return value, nil
}
