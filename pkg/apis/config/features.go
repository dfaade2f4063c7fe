/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	cm "knative.dev/pkg/configmap"
)

// FeaturesConfigName is the name of the ConfigMap of features.
const FeaturesConfigName = "config-features"

// Features contains the flag of each feature.
type Features map[Feature]Flag

// defaultFeatures permits what manifests of the old project use and what gives a pod
// neither access to other pods nor further permissions.
func defaultFeatures() Features {
	return Features{
		Affinity:                  Enabled,
		DNSConfig:                 Enabled,
		DNSPolicy:                 Enabled,
		HostAliases:               Disabled,
		InitContainers:            Disabled,
		NodeSelector:              Enabled,
		PersistentVolumeClaims:    Enabled,
		PriorityClassName:         Disabled,
		RuntimeClassName:          Disabled,
		SchedulerName:             Disabled,
		PodSecurityContext:        Enabled,
		ServiceAccountName:        Allowed,
		ShareProcessNamespace:     Disabled,
		Tolerations:               Enabled,
		TopologySpreadConstraints: Enabled,
		VolumesCSI:                Disabled,
		VolumesEphemeral:          Enabled,
		VolumesImage:              Disabled,
	}
}

// AllFeatures permits every feature. A running function keeps a feature that the
// administrator disables later.
func AllFeatures() Features {
	all := defaultFeatures()
	for feature := range all {
		all[feature] = Allowed
	}
	return all
}

// NewFeaturesFromConfigMap parses Features. A key that is not set has its default.
func NewFeaturesFromConfigMap(configMap *corev1.ConfigMap) (Features, error) {
	f := defaultFeatures()
	return f, read(f, configMap.Data)
}

// Permits reports whether functions may use the feature.
func (f Features) Permits(feature Feature) bool {
	return f[feature] == Enabled || f[feature] == Allowed
}

func (f Features) settings() []setting {
	settings := make([]setting, 0, len(f))
	for _, feature := range slices.Sorted(maps.Keys(defaultFeatures())) {
		settings = append(settings, setting{key: string(feature), parse: f.asFlag(feature), perNamespace: true})
	}
	return settings
}

func (f Features) asFlag(feature Feature) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[string(feature)]
		if !ok {
			return nil
		}
		for _, flag := range []Flag{Enabled, Allowed, Disabled} {
			if strings.EqualFold(raw, string(flag)) {
				f[feature] = flag
				return nil
			}
		}
		return fmt.Errorf("%s: %q is none of %s, %s, %s", feature, raw, Enabled, Allowed, Disabled)
	}
}

func (f Features) check() error { return nil }
