/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/plaintext"
)

// Given is what a component was given to reach its broker, in words for people. No
// secret is in it.
type Given struct {
	// Addresses are the settings that say where the broker is, each with its value.
	Addresses []string
	// Secrets are the settings that are in Secrets, each with the Secret and its key.
	Secrets []string
}

const (
	longestSetting = 60
	longestAddress = 120
)

var (
	// addressed are the names of settings that say where something is. Nothing but a
	// host and a port is shown of one, so that whatever else it holds stays unseen.
	addressed = regexp.MustCompile(`(?i)(hosts?|hostname|addr(ess)?(es)?|ur[li]s?|servers?|brokers?|endpoints?|connectionString)$`)
	// hostPort is a host, be it in brackets, with or without a port.
	hostPort = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)
	scheme   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)
)

// GivenTo returns what a component was given.
func GivenTo(component v1beta2.DaprComponent) Given {
	var given Given
	settings := metadata(component.Metadata)
	for _, setting := range settings {
		name := plaintext.Head(setting.Name, longestSetting)
		switch ref := setting.SecretKeyRef; {
		case ref != nil:
			given.Secrets = append(given.Secrets, fmt.Sprintf("%s from key %s of Secret %s", name, cmp.Or(ref.Key, ref.Name), ref.Name))
		case addressed.MatchString(setting.Name):
			if shown := address(settings.literal(setting.Name)); shown != "" {
				given.Addresses = append(given.Addresses, name+" "+shown)
			}
		}
	}
	return given
}

// address returns the hosts of an address, or of several with commas between, and
// the ports and the scheme that it says; empty where it cannot be told which part of
// it is what. What stands before the last @ may be a password, with any character
// in it.
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
