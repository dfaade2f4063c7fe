/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"regexp"
	"strings"
)

var (
	// initialisation is the prefix that Dapr puts before the error of a component, once
	// for each layer.
	initialisation = regexp.MustCompile(`^.*\[INIT_COMPONENT_FAILURE\]: initialization error occurred for [^ ]+ \([^)]*\): `)
	// absent is the error of Dapr's operator for a Secret that does not exist.
	absent = regexp.MustCompile(`Secret "([^"]+)" not found`)
)

// WhyUnloaded returns the last error in the log of a sidecar about a component that it
// could not load; empty if there is none. logErrors are the errors in the log.
func WhyUnloaded(component string, logErrors []string) string {
	last := ""
	for _, logError := range logErrors {
		if _, why, ok := strings.Cut(logError, "process component "+component+" error: "); ok {
			last = initialisation.ReplaceAllString(why, "")
		}
	}
	return last
}

// AbsentSecret returns the Secret that does not exist according to an error of Dapr; empty
// if the error has another cause.
func AbsentSecret(logError string) string {
	if match := absent.FindStringSubmatch(logError); match != nil {
		return match[1]
	}
	return ""
}
