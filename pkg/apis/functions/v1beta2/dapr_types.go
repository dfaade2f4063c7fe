/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

// State is a Dapr state store.
type State struct {
	// Spec is the component to create. Without it a component of that name in
	// the namespace is used.
	// +optional
	Spec *DaprComponent `json:"spec,omitempty"`
}

// DaprComponent is the specification of a Dapr component.
type DaprComponent struct {
	// Type is the type, as bindings.cron or pubsub.redis.
	Type string `json:"type"`
	// Version is the version of the type. Default: v1.
	// +optional
	Version string `json:"version,omitempty"`
	// IgnoreErrors keeps the sidecar running when the component cannot start.
	// +optional
	IgnoreErrors bool `json:"ignoreErrors,omitempty"`
	// InitTimeout is how long the component may take to start, as 30s.
	// +optional
	InitTimeout string `json:"initTimeout,omitempty"`
	// Metadata configures the component.
	// +optional
	Metadata []DaprMetadata `json:"metadata,omitempty"`
}

// DaprMetadata is one setting of a Dapr component.
type DaprMetadata struct {
	// Name is the name of the setting.
	Name string `json:"name"`
	// Value is its value, of any JSON type. Secrets belong into secretKeyRef.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	Value *apiextensionsv1.JSON `json:"value,omitempty"`
	// SecretKeyRef takes the value from a Secret of the same namespace.
	// +optional
	SecretKeyRef *DaprSecretKeyRef `json:"secretKeyRef,omitempty"`
	// EnvRef takes the value from an environment variable of the sidecar.
	// +optional
	EnvRef string `json:"envRef,omitempty"`
}

// DaprSecretKeyRef is a key of a Secret.
type DaprSecretKeyRef struct {
	// Name is the name of the Secret.
	Name string `json:"name"`
	// Key is the key inside the Secret.
	Key string `json:"key"`
}
