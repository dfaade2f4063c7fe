/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"cmp"
	"slices"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// An MQTT broker keeps the events for a function in the session of a client id, and
// serves one connection of that id. Of two versions with one id each would end the
// connection of the other, and get the events that the other one has in hand again. So
// one version at a time has the session, and the others are on standby. See
// docs/decisions/0014.

// retainsEvents reports whether the broker keeps events while the function has no pods.
func retainsEvents(c v1beta2.DaprComponent) bool {
	m := metadata(c.Metadata)
	switch canonicalType(c.Type) {
	case cronType:
		return false
	case pubsubMQTT:
		return !m.find(cleanSession).IsTruthy() && m.literal(qos) != "0"
	case bindingsMQTT:
		// Dapr ignores the quality of service of a binding.
		return !m.find(cleanSession).IsTruthy()
	default:
		return true
	}
}

// hasSession reports whether the events of a component come from a session that all
// pods and revisions share under one client id.
func hasSession(c v1beta2.DaprComponent) bool {
	isPerPod := placeholderPerPod(metadata(c.Metadata).literal(consumerID)) != ""
	return isMQTT(c.Type) && retainsEvents(c) && !isPerPod
}

// isStandby reports whether another revision uses the session of an instance.
func (b *modelBuilder) isStandby(c *componentInstance) bool {
	return b.standby && c.session
}

// standbyComponent returns the component for a revision on standby. It still shows
// whether the broker is reachable and accepts the credentials, and leaves nothing in
// the broker.
func standbyComponent(c v1beta2.DaprComponent, suffix string) v1beta2.DaprComponent {
	m := metadata(slices.Clone(c.Metadata))
	m = m.with(consumerID, cmp.Or(m.literal(consumerID), "abstaining")+"-"+suffix).with(cleanSession, "true")
	if canonicalType(c.Type) == bindingsMQTT {
		m = m.with(direction, "output")
	}
	c.Metadata = m
	return c
}
