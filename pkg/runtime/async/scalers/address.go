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

// qualify makes the addresses in a parameter of the trigger, separated by commas,
// mean for KEDA what they mean for Dapr.
func (b *scalerBuilder) qualify(parameter string) {
	value, written := b.metadata[parameter]
	if !written {
		return
	}
	addresses := strings.Split(value, ",")
	for i := range addresses {
		addresses[i] = b.qualified(strings.TrimSpace(addresses[i]))
	}
	b.metadata[parameter] = strings.Join(addresses, ",")
}

// qualified returns an address, with or without a port, that means the same from
// everywhere in the cluster. The sidecar looks for a name without a dot in the
// namespace of the function, and KEDA would in its own.
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

// cleanURL returns a URL that means the same from everywhere in the cluster, or
// nothing where it holds a password or cannot be read.
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
