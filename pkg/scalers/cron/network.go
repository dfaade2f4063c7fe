/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"net"
)

// network reaches functions over the network of the cluster, as daprd would reach
// them in their pods.
type network struct {
	// address is where the version of a function takes events.
	address func(t *target) string
}

// connect implements courier.
func (n network) connect(ctx context.Context, t *target) (call, error) {
	address := n.address(t)
	if t.isHTTP() {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		return &httpCall{conn: conn, host: t.host()}, nil
	}
	return dialGRPC(ctx, address)
}
