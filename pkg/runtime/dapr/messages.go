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
	// initialisation is what Dapr puts in front of what a component says, once for
	// each layer that it comes through.
	initialisation = regexp.MustCompile(`^.*\[INIT_COMPONENT_FAILURE\]: initialization error occurred for [^ ]+ \([^)]*\): `)
	// absent is what Dapr's operator says of a Secret that there is not.
	absent = regexp.MustCompile(`Secret "([^"]+)" not found`)
)

// WhyUnloaded returns what Dapr last said of a component that it could not load;
// nothing where it did not. Complaints are the errors in its log.
func WhyUnloaded(component string, complaints []string) string {
	said := ""
	for _, complaint := range complaints {
		if _, why, ok := strings.Cut(complaint, "process component "+component+" error: "); ok {
			said = initialisation.ReplaceAllString(why, "")
		}
	}
	return said
}

// AbsentSecret returns the Secret that a complaint says is not there; nothing where
// it is about something else.
func AbsentSecret(complaint string) string {
	if match := absent.FindStringSubmatch(complaint); match != nil {
		return match[1]
	}
	return ""
}
