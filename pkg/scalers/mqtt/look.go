/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// finding is what a look at the function's session showed.
type finding string

const (
	// nothing waits.
	nothing finding = "empty"
	// backlog waits.
	backlog finding = "backlog"
	// absent: the broker knows no such session, so that it keeps nothing for the
	// function until that subscribes again.
	absent finding = "absent"
	// taken: somebody else connected with the client id, the function as a rule.
	taken finding = "taken over"
)

// probe connects as the function, for as long as a broker takes to send what
// waits. It subscribes to nothing and acknowledges nothing: the broker sends all
// of it again to whoever connects next.
func (p *prober) probe(ctx context.Context) (finding, error) {
	c, present, err := dial(ctx, p.s, p.s.clientID, false)
	if err != nil {
		return "", fmt.Errorf("connecting as %q: %w", p.s.clientID, err)
	}
	if !present {
		c.leave()
		return absent, nil
	}
	settled, cancel := context.WithTimeout(ctx, p.w.registry.tempo.settle)
	defer cancel()
	stop := context.AfterFunc(settled, c.leave)
	defer func() {
		if stop() {
			c.leave()
		}
	}()
	for {
		received, err := c.receive()
		switch {
		case err != nil && ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil && settled.Err() != nil:
			return nothing, nil
		case err != nil:
			return taken, nil
		case received.kind == packets.Publish:
			return backlog, nil
		}
	}
}
