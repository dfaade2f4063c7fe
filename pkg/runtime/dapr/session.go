/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"cmp"
	"slices"
	"strings"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// An MQTT broker keeps what waits for a function in the session of a client id, and
// serves one connection of that name: of two versions each would end the other's, and
// get again what that one has in hand. So one of them has the session at a time. See
// docs/decisions/0014.

// hasSession tells whether a component gets its events from a session that all pods
// and versions know by one name.
func hasSession(c v1beta2.DaprComponent) bool {
	m := metadata(c.Metadata)
	// Dapr ignores the quality of service of a binding.
	isKept := !m.find(cleanSession).IsTruthy() && (c.Type == bindingsMQTT || m.literal(qos) != "0")
	isPerPod := slices.ContainsFunc([]string{podNamePlaceholder, uuidPlaceholder}, func(placeholder string) bool {
		return strings.Contains(m.literal(consumerID), placeholder)
	})
	return isMQTT(c.Type) && isKept && !isPerPod
}

// leaves tells whether the version leaves the session of a part to another one.
func (b *modelBuilder) leaves(c *componentInstance) bool {
	return b.standby && c.session
}

// withoutSession returns the component for a version that leaves the session alone:
// it can still be told whether the broker is there and takes the credentials, and
// nothing of it stays at the broker.
func withoutSession(c v1beta2.DaprComponent, suffix string) v1beta2.DaprComponent {
	m := metadata(slices.Clone(c.Metadata))
	m = m.with(consumerID, cmp.Or(m.literal(consumerID), "abstaining")+"-"+suffix).with(cleanSession, "true")
	if c.Type == bindingsMQTT {
		m = m.with(direction, "output")
	}
	c.Metadata = m
	return c
}
