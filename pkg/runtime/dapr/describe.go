/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"fmt"
	"regexp"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// Description contains the address and the Secrets of a component, for messages. It
// contains no secret value.
type Description struct {
	// Addresses are the settings with the address of the broker, each with its value.
	Addresses []string
	// Secrets are the settings whose values are in Secrets, each with the Secret and its key.
	Secrets []string
}

const (
	longestSetting = 60
	longestAddress = 120
)

var (
	// addressed are the names of settings that hold addresses. Only the host and the port
	// of an address are shown, because the rest may hold a password.
	addressed = regexp.MustCompile(`(?i)(hosts?|hostname|addr(ess)?(es)?|ur[li]s?|servers?|brokers?|endpoints?|connectionString)$`)
	// hostPort is a host, with or without brackets, with or without a port.
	hostPort = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)
	scheme   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)
)

// Describe returns the address and the Secrets of a component.
func Describe(component v1beta2.DaprComponent) Description {
	var description Description
	settings := metadata(component.Metadata)
	for _, setting := range settings {
		name := plaintext.Head(setting.Name, longestSetting)
		switch ref := setting.SecretKeyRef; {
		case ref != nil:
			description.Secrets = append(description.Secrets, fmt.Sprintf("%s from key %s of Secret %s", name, keyOf(ref), ref.Name))
		case addressed.MatchString(setting.Name):
			if shown := address(settings.literal(setting.Name)); shown != "" {
				description.Addresses = append(description.Addresses, name+" "+shown)
			}
		}
	}
	return description
}

// address returns the hosts of an address, or of several separated by commas, with their
// ports and the scheme. It returns nothing if the parts cannot be distinguished with
// certainty. The text before the last @ may be a password, with any character in it.
func address(value string) string {
	begin, rest, found := strings.Cut(value, "://")
	switch {
	case !found:
		begin, rest = "", value
	case scheme.MatchString(begin):
		begin += "://"
	default:
		return ""
	}
	if end := strings.LastIndexByte(rest, '@'); end >= 0 {
		if strings.ContainsAny(rest[:end], "/?#") {
			return ""
		}
		rest = rest[end+1:]
	}
	var hosts []string
	for part := range strings.SplitSeq(rest, ",") {
		if _, after, found := strings.Cut(part, "://"); found {
			part = after
		}
		if end := strings.IndexAny(part, "/?#"); end >= 0 {
			part = part[:end]
		}
		part = strings.TrimSpace(part)
		if !hostPort.MatchString(part) {
			return ""
		}
		hosts = append(hosts, part)
	}
	return plaintext.Head(begin+strings.Join(hosts, ","), longestAddress)
}

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
