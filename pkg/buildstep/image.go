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

// dockerHub is the registry of references without one.
const dockerHub = "index.docker.io"

// registryHost returns the host and port of an image reference.
func registryHost(image string) string {
	host, _, found := strings.Cut(image, "/")
	if found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host
	}
	return dockerHub
}

// repository returns an image reference without tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return image
}

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
