/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"net/netip"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
)

// metadataHosts serve the credentials of cloud machines at addresses that are not
// link-local.
var metadataHosts = sets.New("metadata", "metadata.google.internal", "metadata.goog", "instance-data", "fd00:ec2::254", "100.100.100.200", "192.0.0.192")

// isOfTheNode reports whether a host, a name or an address in any form, is the machine
// itself or serves the credentials of the machine.
func isOfTheNode(host string) bool {
	name := canonicalHost(host)
	if addr, ok := parseAddr(name); ok {
		return addr.IsLoopback() || addr.IsUnspecified() || addr.IsMulticast() ||
			addr.IsLinkLocalUnicast() || addr.IsLinkLocalMulticast() || addr.IsInterfaceLocalMulticast() ||
			metadataHosts.Has(addr.String())
	}
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || metadataHosts.Has(name)
}

func canonicalHost(host string) string {
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

func exempts(exempt sets.Set[string], host, port string) bool {
	return exempt.Has(host) || exempt.Has("["+host+"]") || port != "" && (exempt.Has(host+":"+port) || exempt.Has("["+host+"]:"+port))
}

// nat64 is the prefix under which a gateway maps all of IPv4.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// parseAddr parses an address in every form that a C library accepts: programs connect
// to 127.0.0.1 for 127.1 and 0x7f000001.
func parseAddr(host string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.WithZone("").Unmap()
		if nat64.Contains(addr) {
			b := addr.As16()
			addr = netip.AddrFrom4([4]byte(b[12:]))
		}
		return addr, true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		// Base 0 also accepts 0b1 and 1_0, which C does not. No resolver resolves these
		// names.
		n, err := strconv.ParseUint(part, 0, bits)
		if err != nil {
			return netip.Addr{}, false
		}
		value = value<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}
