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
			"app.kubernetes.io", "autoscaling.knative.dev", "features.knative.dev", "module.wasm.image", "prometheus.io",
			"queue.sidecar.serving.knative.dev",
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

// Flag is the value of a feature, as in Knative.
type Flag string

const (
	// Enabled permits functions to use the feature. In Knative it can also turn a
	// feature on for all functions. None of these features can be turned on like that,
	// so it means the same as Allowed.
	Enabled Flag = "Enabled"
	// Allowed permits functions to use the feature.
	Allowed Flag = "Allowed"
	// Disabled rejects functions that use the feature.
	Disabled Flag = "Disabled"
)

// Feature is a part of the pod template that the administrator can enable. Its value is
// the key in config-features, which is also the key in Knative's ConfigMap of that name
// if Knative has the feature.
type Feature string

// A pod always has to pass the Pod Security Standard "restricted". Features cover what
// that standard does not.
const (
	// Affinity is template.affinity.
	Affinity Feature = "kubernetes.podspec-affinity"
	// DNSConfig is template.dnsConfig.
	DNSConfig Feature = "kubernetes.podspec-dnsconfig"
	// DNSPolicy is template.dnsPolicy.
	DNSPolicy Feature = "kubernetes.podspec-dnspolicy"
	// HostAliases is template.hostAliases: entries in the /etc/hosts of the pod.
	HostAliases Feature = "kubernetes.podspec-hostaliases"
	// InitContainers is template.initContainers.
	InitContainers Feature = "kubernetes.podspec-init-containers"
	// NodeSelector is template.nodeSelector.
	NodeSelector Feature = "kubernetes.podspec-nodeselector"
	// PersistentVolumeClaims is volumes[].persistentVolumeClaim in the template.
	PersistentVolumeClaims Feature = "kubernetes.podspec-persistent-volume-claim"
	// PriorityClassName is template.priorityClassName, which can preempt other pods on
	// a node. The system classes of Kubernetes are always rejected.
	PriorityClassName Feature = "kubernetes.podspec-priorityclassname"
	// RuntimeClassName is template.runtimeClassName.
	RuntimeClassName Feature = "kubernetes.podspec-runtimeclassname"
	// SchedulerName is template.schedulerName.
	SchedulerName Feature = "kubernetes.podspec-schedulername"
	// PodSecurityContext is template.securityContext, within "restricted".
	PodSecurityContext Feature = "kubernetes.podspec-securitycontext"
	// ServiceAccountName is template.serviceAccountName together with a token of that
	// account. The user who writes the function needs the permission to impersonate the
	// account, also if the feature is Enabled.
	ServiceAccountName Feature = "kubernetes.podspec-serviceaccountname"
	// ShareProcessNamespace is template.shareProcessNamespace.
	ShareProcessNamespace Feature = "kubernetes.podspec-shareprocessnamespace"
	// Tolerations is template.tolerations.
	Tolerations Feature = "kubernetes.podspec-tolerations"
	// TopologySpreadConstraints is template.topologySpreadConstraints.
	TopologySpreadConstraints Feature = "kubernetes.podspec-topologyspreadconstraints"
	// VolumesCSI is volumes[].csi in the template: volumes that a driver on the node
	// mounts with parameters from the pod.
	VolumesCSI Feature = "kubernetes.podspec-volumes-csi"
	// VolumesEphemeral is volumes[].ephemeral in the template.
	VolumesEphemeral Feature = "kubernetes.podspec-volumes-ephemeral"
	// VolumesImage is volumes[].image in the template.
	VolumesImage Feature = "kubernetes.podspec-volumes-image"
	// WasmEdge is workloadRuntime WasmEdge, which gives pods the RuntimeClass of
	// WebAssembly.
	WasmEdge Feature = "workload-runtime-wasmedge"
)
