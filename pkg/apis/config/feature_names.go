/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

// Flag says whether a feature may be used, in the words of Knative.
type Flag string

const (
	// Enabled lets functions use the feature; one that makes sense for all is on
	// for all. So far there is none of those, and Enabled means Allowed.
	Enabled Flag = "Enabled"
	// Allowed lets functions use the feature that ask for it.
	Allowed Flag = "Allowed"
	// Disabled refuses functions that ask for the feature.
	Disabled Flag = "Disabled"
)

// Feature is something that the template of a function may ask for where an
// administrator lets it. Its value is the key in config-features, which is that
// of Knative's own ConfigMap of this name where Knative has the feature too.
type Feature string

// What a pod has to pass whatever the features are is the Pod Security Standard
// "restricted"; features are about what it says nothing of.
const (
	// Affinity is template.affinity.
	Affinity Feature = "kubernetes.podspec-affinity"
	// DNSConfig is template.dnsConfig.
	DNSConfig Feature = "kubernetes.podspec-dnsconfig"
	// DNSPolicy is template.dnsPolicy.
	DNSPolicy Feature = "kubernetes.podspec-dnspolicy"
	// HostAliases is template.hostAliases: names that lead elsewhere for this pod.
	HostAliases Feature = "kubernetes.podspec-hostaliases"
	// InitContainers is template.initContainers.
	InitContainers Feature = "kubernetes.podspec-init-containers"
	// NodeSelector is template.nodeSelector.
	NodeSelector Feature = "kubernetes.podspec-nodeselector"
	// PersistentVolumeClaims is volumes[].persistentVolumeClaim in the template.
	PersistentVolumeClaims Feature = "kubernetes.podspec-persistent-volume-claim"
	// PriorityClassName is template.priorityClassName, which can drive the pods of
	// others off a node. Classes of Kubernetes itself stay refused.
	PriorityClassName Feature = "kubernetes.podspec-priorityclassname"
	// RuntimeClassName is template.runtimeClassName.
	RuntimeClassName Feature = "kubernetes.podspec-runtimeclassname"
	// SchedulerName is template.schedulerName.
	SchedulerName Feature = "kubernetes.podspec-schedulername"
	// PodSecurityContext is template.securityContext, within "restricted".
	PodSecurityContext Feature = "kubernetes.podspec-securitycontext"
	// ServiceAccountName is template.serviceAccountName and what comes with it: a
	// token of that account. Whoever writes the function has to have the right to
	// use the account, also where the feature is Enabled.
	ServiceAccountName Feature = "kubernetes.podspec-serviceaccountname"
	// ShareProcessNamespace is template.shareProcessNamespace.
	ShareProcessNamespace Feature = "kubernetes.podspec-shareprocessnamespace"
	// Tolerations is template.tolerations.
	Tolerations Feature = "kubernetes.podspec-tolerations"
	// TopologySpreadConstraints is template.topologySpreadConstraints.
	TopologySpreadConstraints Feature = "kubernetes.podspec-topologyspreadconstraints"
	// VolumesCSI is volumes[].csi in the template: drivers that mount what they are
	// asked to by the pod itself.
	VolumesCSI Feature = "kubernetes.podspec-volumes-csi"
	// VolumesEphemeral is volumes[].ephemeral in the template.
	VolumesEphemeral Feature = "kubernetes.podspec-volumes-ephemeral"
	// VolumesImage is volumes[].image in the template.
	VolumesImage Feature = "kubernetes.podspec-volumes-image"
)
