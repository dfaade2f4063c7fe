/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

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
