/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"net"
	"net/url"
	"strings"
)

// qualify adds the namespace to the addresses in a setting of KEDA, separated by commas.
func (b *scalerBuilder) qualify(parameter string) {
	value, found := b.metadata[parameter]
	if !found {
		return
	}
	addresses := strings.Split(value, ",")
	for i := range addresses {
		addresses[i] = b.qualified(strings.TrimSpace(addresses[i]))
	}
	b.metadata[parameter] = strings.Join(addresses, ",")
}

// qualified returns an address, with or without a port, that is valid in all namespaces. The
// sidecar resolves a name without a dot in the namespace of the function, and KEDA in its
// own.
func (b *scalerBuilder) qualified(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = address, ""
	}
	if host == "" || strings.ContainsAny(host, ".:") {
		return address
	}
	host += "." + b.src.Serving.Namespace + ".svc"
	if port == "" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// cleanURL returns a URL that is valid in all namespaces; empty if it holds a password or
// cannot be parsed.
func (b *scalerBuilder) cleanURL(name, value string) string {
	parsed, err := url.Parse(value)
	if err != nil || parsed.Host == "" {
		b.failf("%s is not a URL", name)
		return ""
	}
	if _, has := parsed.User.Password(); has {
		b.failf("%s has a password in it, which is not copied into KEDA's objects: put it into a Secret and use secretKeyRef", name)
		return ""
	}
	parsed.Host = b.qualified(parsed.Host)
	return parsed.String()
}
