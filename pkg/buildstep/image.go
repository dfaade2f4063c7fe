/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildstep

import (
	"net/netip"
	"strings"
)

// cacheTag is the tag of cache images in the repository of the image.
const cacheTag = "openfunction-cache"

// spokenPlainly reports whether the lifecycle uses plain HTTP for a registry because of
// its address. It passes the list of insecure registries to everything but the cache
// image, so other insecure registries cannot have one.
func spokenPlainly(host string) bool {
	name := host
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 && !strings.HasSuffix(host, "]") {
		name = host[:colon]
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || host == "[::1]" || name == "[::1]" {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.Is4() && (address.IsPrivate() || name == "127.0.0.1")
}
