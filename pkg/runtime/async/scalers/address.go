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
func (d *draft) qualify(parameter string) {
	value, written := d.metadata[parameter]
	if !written {
		return
	}
	addresses := strings.Split(value, ",")
	for i := range addresses {
		addresses[i] = d.qualified(strings.TrimSpace(addresses[i]))
	}
	d.metadata[parameter] = strings.Join(addresses, ",")
}

// qualified returns an address, with or without a port, that means the same from
// everywhere in the cluster. The sidecar looks for a name without a dot in the
// namespace of the function, and KEDA would in its own.
func (d *draft) qualified(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = address, ""
	}
	if host == "" || strings.ContainsAny(host, ".:") {
		return address
	}
	host += "." + d.src.Serving.Namespace + ".svc"
	if port == "" {
		return host
	}
	return net.JoinHostPort(host, port)
}

// cleanURL returns a URL that means the same from everywhere in the cluster, or
// nothing where it holds a password or cannot be read.
func (d *draft) cleanURL(name, value string) string {
	parsed, err := url.Parse(value)
	if err != nil || parsed.Host == "" {
		d.failf("%s is not a URL", name)
		return ""
	}
	if _, has := parsed.User.Password(); has {
		d.failf("%s has a password in it, which is not copied into KEDA's objects: put it into a Secret and use secretKeyRef", name)
		return ""
	}
	parsed.Host = d.qualified(parsed.Host)
	return parsed.String()
}
