/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// watched is what tells one watcher from another.
type watched struct {
	namespace, name string
	// broker is scheme://host:port.
	broker string
	// topic is what we subscribe to: that of the function without its group.
	topic    string
	clientID string
}

// id is our own client id at the broker: at most 22 of the 23 characters, which every
// broker takes.
func (w watched) id() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{w.namespace, w.name, w.broker, w.topic, w.clientID}, "\x00")))
	return "of-scaler-" + hex.EncodeToString(sum[:6])
}

// sessionName tells the function's session from all others.
func (w watched) sessionName() string {
	return w.broker + " " + w.clientID
}

func (w watched) address() string {
	_, address, _ := strings.Cut(w.broker, "://")
	return address
}
