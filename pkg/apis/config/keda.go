/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import "k8s.io/apimachinery/pkg/util/sets"

// TriggerRules are the rules for the triggers in scaleOptions.keda.triggers. KEDA acts on
// them for the author, with network access and cloud identities of its own.
type TriggerRules struct {
	// AllowedTypes are the types that triggers may have.
	AllowedTypes Patterns
	// AllowedHosts are the hosts, host or host:port, that triggers may name although the
	// rules for hosts reject them.
	AllowedHosts sets.Set[string]
}

// defaultTriggerRules permits the types that are derived from components, and those that
// call nothing.
func defaultTriggerRules() TriggerRules {
	return TriggerRules{
		AllowedTypes: Patterns{
			"cpu", "cron", "kafka", "memory", "nats-jetstream", "rabbitmq", "redis-cluster-streams", "redis-sentinel-streams", "redis-streams",
		},
		AllowedHosts: sets.New[string](),
	}
}

func (r *TriggerRules) settings() []setting {
	return []setting{
		{key: "allowed-keda-triggers", parse: asPatterns("allowed-keda-triggers", "a type of trigger", isName, &r.AllowedTypes)},
		{key: "allowed-keda-hosts", parse: asHosts("allowed-keda-hosts", &r.AllowedHosts)},
	}
}
