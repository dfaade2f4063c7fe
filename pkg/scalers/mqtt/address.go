/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"errors"
	"net/netip"
)

// AddressChecker checks the addresses that the scaler connects to. Authors choose the
// hosts of brokers, but must not use the network position of the scaler.
type AddressChecker interface {
	// Check returns an error for an IP address and port that are not allowed.
	Check(address string) error
}

// BrokerAddresses implements AddressChecker. It rejects the addresses of the node itself
// and of the API server, and allows every other address.
type BrokerAddresses struct {
	// APIServer is the address of the API server's Service.
	APIServer netip.Addr
}

var errAddress = errors.New("brokers at loopback and link-local addresses, and at the API server, are not allowed")

// Check implements AddressChecker.
func (b BrokerAddresses) Check(address string) error {
	addressAndPort, err := netip.ParseAddrPort(address)
	if err != nil {
		return errAddress
	}
	ip := addressAndPort.Addr().Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip == b.APIServer.Unmap() {
		return errAddress
	}
	return nil
}
