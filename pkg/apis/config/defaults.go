/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	cm "knative.dev/pkg/configmap"
)

// DefaultsConfigName is the name of the ConfigMap with general settings of functions.
const DefaultsConfigName = "config-defaults"

// Defaults contains general settings of functions.
type Defaults struct {
	// RevisionHistoryLimit is how many Servings are kept in addition to the active one,
	// each with an address of its own.
	RevisionHistoryLimit int
	// MaxReplicasLimit is the upper limit of maxReplicas.
	MaxReplicasLimit int32
	// MinPollingInterval and MinCooldownPeriod are the lower limits of the settings of
	// scalers with these names, in seconds.
	MinPollingInterval, MinCooldownPeriod int32
	// MinScheduleInterval is the lower limit of the time between two runs of a schedule.
	MinScheduleInterval time.Duration
	// MaxSchedules is the upper limit of the number of schedules of one function.
	MaxSchedules int32
	// EventNetworkPolicies is set if pods that handle events get a NetworkPolicy.
	EventNetworkPolicies bool
}

func defaultDefaults() *Defaults {
	return &Defaults{
		RevisionHistoryLimit: 1, MaxReplicasLimit: 1000, MinPollingInterval: 1, MinCooldownPeriod: 1,
		MinScheduleInterval: 2 * time.Second, MaxSchedules: 64,
		EventNetworkPolicies: true,
	}
}

// NewDefaultsFromConfigMap parses Defaults. A key that is not set has its default.
func NewDefaultsFromConfigMap(configMap *corev1.ConfigMap) (*Defaults, error) {
	d := defaultDefaults()
	return d, read(d, configMap.Data)
}

func (d *Defaults) settings() []setting {
	return []setting{
		{key: "revision-history-limit", parse: cm.AsInt("revision-history-limit", &d.RevisionHistoryLimit), perNamespace: true},
		{key: "max-replicas-limit", parse: cm.AsInt32("max-replicas-limit", &d.MaxReplicasLimit), perNamespace: true},
		{key: "min-polling-interval", parse: cm.AsInt32("min-polling-interval", &d.MinPollingInterval), perNamespace: true},
		{key: "min-cooldown-period", parse: cm.AsInt32("min-cooldown-period", &d.MinCooldownPeriod), perNamespace: true},
		{key: "min-schedule-interval", parse: cm.AsDuration("min-schedule-interval", &d.MinScheduleInterval), perNamespace: true},
		{key: "max-schedules", parse: cm.AsInt32("max-schedules", &d.MaxSchedules), perNamespace: true},
		{key: "event-network-policies", parse: cm.AsBool("event-network-policies", &d.EventNetworkPolicies), perNamespace: true},
	}
}

func (d *Defaults) check() error {
	if d.RevisionHistoryLimit < 0 || d.RevisionHistoryLimit > 100 {
		return fmt.Errorf("revision-history-limit: %d is not between 0 and 100", d.RevisionHistoryLimit)
	}
	for key, value := range map[string]int32{
		"max-replicas-limit": d.MaxReplicasLimit, "min-polling-interval": d.MinPollingInterval, "min-cooldown-period": d.MinCooldownPeriod,
		"max-schedules": d.MaxSchedules,
	} {
		if value < 1 {
			return fmt.Errorf("%s: %d is not at least 1", key, value)
		}
	}
	if d.MinScheduleInterval < time.Second {
		return fmt.Errorf("min-schedule-interval: %v is not at least 1s", d.MinScheduleInterval)
	}
	return nil
}
