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

// Features contains what functions may use.
type Features struct {
	// Flags contains the flag of each feature.
	Flags map[Feature]Flag
	// Triggers are the rules for triggers of scalers that authors write.
	Triggers TriggerRules
	// AllowedAnnotationDomains are the domains of labels and annotations that pods may
	// have, or whole keys. A key without a dot before its slash needs none.
	AllowedAnnotationDomains Patterns
	// ReservedContainerNames are names that containers of the author may not have,
	// because programs that add containers to pods know theirs by them.
	ReservedContainerNames Patterns
}

// defaultFeatures permits what manifests of the old project use and what gives a pod
// neither access to other pods nor further permissions.
func defaultFeatures() *Features {
	return &Features{
		Flags:    defaultFlags(),
		Triggers: defaultTriggerRules(),
		AllowedAnnotationDomains: Patterns{
			"app.kubernetes.io", "*.example.com", "autoscaling.knative.dev", "example.com", "features.knative.dev",
			"module.wasm.image", "prometheus.io", "queue.sidecar.serving.knative.dev",
		},
		ReservedContainerNames: Patterns{
			"consul-*", sidecarName, "envoy*", "istio-*", "kuma-*", "linkerd-*", "opentelemetry-*", "queue-proxy",
			"vault-agent*",
		},
	}
}

func defaultFlags() map[Feature]Flag {
	return map[Feature]Flag{
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
		WasmEdge:                  Enabled,
	}
}

// AllFeatures permits everything.
func AllFeatures() *Features {
	return (&Features{Triggers: TriggerRules{AllowedTypes: Patterns{anything}}}).forRunning()
}

// forRunning returns the features of pods that run already: they keep what the
// administrator disables later. The rules for triggers apply to them too, because another
// program acts on these for the author, with permissions of its own.
func (f *Features) forRunning() *Features {
	running := &Features{
		Flags:                    defaultFlags(),
		Triggers:                 f.Triggers,
		AllowedAnnotationDomains: Patterns{anything},
	}
	for feature := range running.Flags {
		running.Flags[feature] = Allowed
	}
	return running
}

// NewFeaturesFromConfigMap parses Features. A key that is not set has its default.
func NewFeaturesFromConfigMap(configMap *corev1.ConfigMap) (*Features, error) {
	f := defaultFeatures()
	return f, read(f, configMap.Data)
}

// Permits reports whether functions may use the feature.
func (f *Features) Permits(feature Feature) bool {
	return f.Flags[feature] == Enabled || f.Flags[feature] == Allowed
}

// PermitsKey reports whether pods may have a label or annotation with this key. Products
// read keys by their domain, which is the part before the slash, or all of a key that has
// dots and no slash.
func (f *Features) PermitsKey(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return !strings.Contains(domain, ".") || f.AllowedAnnotationDomains.Match(domain) || f.AllowedAnnotationDomains.Match(key)
}

func (f *Features) settings() []setting {
	settings := append(f.Triggers.settings(), []setting{
		{key: "allowed-annotation-domains", parse: asPatterns("allowed-annotation-domains", "a domain or a key", isKey, &f.AllowedAnnotationDomains)},
		{key: "reserved-container-names", parse: asPatterns("reserved-container-names", "the name of a container", isName, &f.ReservedContainerNames)},
	}...)
	for _, feature := range slices.Sorted(maps.Keys(defaultFlags())) {
		settings = append(settings, setting{key: string(feature), parse: f.asFlag(feature)})
	}
	for i := range settings {
		settings[i].perNamespace = true
	}
	return settings
}

func (f *Features) asFlag(feature Feature) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[string(feature)]
		if !ok {
			return nil
		}
		for _, flag := range []Flag{Enabled, Allowed, Disabled} {
			if strings.EqualFold(raw, string(flag)) {
				f.Flags[feature] = flag
				return nil
			}
		}
		return fmt.Errorf("%s: %q is none of %s, %s, %s", feature, raw, Enabled, Allowed, Disabled)
	}
}

func (f *Features) check() error { return nil }
