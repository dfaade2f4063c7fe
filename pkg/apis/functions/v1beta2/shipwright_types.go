/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// Kinds of Shipwright build strategies.
const (
	// StrategyKindNamespaced is a strategy of the function's own namespace.
	StrategyKindNamespaced = "BuildStrategy"
	// StrategyKindCluster is a strategy of the cluster, which the administrator
	// installs.
	StrategyKindCluster = "ClusterBuildStrategy"
)

// ShipwrightEngine selects and configures a Shipwright build strategy.
type ShipwrightEngine struct {
	// Strategy names the build strategy. Default: default-strategy of the
	// ConfigMap config-build, a ClusterBuildStrategy.
	// Example: {"name": "kaniko", "kind": "ClusterBuildStrategy"}.
	// +optional
	Strategy *Strategy `json:"strategy,omitempty"`

	// Params are values for the parameters of the strategy, each name once.
	// Default: the defaults of the strategy.
	// Example: [{"name": "cache", "value": "registry"}].
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=100
	Params []*ParamValue `json:"params,omitempty"`

	// Timeout is how long the BuildRun may take: a duration from 10s to 24h, at most
	// the timeout of the build. Default: the timeout of the build. Example: 10m.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('10s') && duration(self) <= duration('24h')",message="must be between 10s and 24h0m0s"
	Timeout *metav1.Duration `json:"timeout,omitempty"`
}

// Strategy names a Shipwright build strategy.
type Strategy struct {
	// Name is the name of the strategy. Required. Example: openfunction.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Kind is BuildStrategy, for a strategy in the namespace of the function, or
	// ClusterBuildStrategy, in any letter case. Default: BuildStrategy, the default of
	// Shipwright. Example: ClusterBuildStrategy.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.lowerAscii() in ['buildstrategy', 'clusterbuildstrategy']",message="supported values: BuildStrategy, ClusterBuildStrategy"
	Kind *string `json:"kind,omitempty"`
}

// ParamValue is a value for a parameter of a strategy: value, configMapValue or
// secretValue for a single value, values for an array.
//
// +kubebuilder:validation:XValidation:rule="has(self.values) ? !has(self.value) && !has(self.configMapValue) && !has(self.secretValue) : has(self.value) || has(self.configMapValue) || has(self.secretValue)",message="one of value, configMapValue, secretValue, values"
type ParamValue struct {
	// Inline the value of a single parameter.
	SingleValue `json:",inline"`

	// Name is the name of the parameter. Required. Example: cache.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`

	// Values are the elements of an array parameter, at most 100. No default.
	// Example: [{"value": "a"}, {"value": "b"}].
	// +optional
	// +kubebuilder:validation:MaxItems=100
	Values []SingleValue `json:"values,omitempty"`
}

// SingleValue is a value, or a reference to the key that holds it.
//
// +kubebuilder:validation:XValidation:rule="(has(self.value) ? 1 : 0) + (has(self.configMapValue) ? 1 : 0) + (has(self.secretValue) ? 1 : 0) <= 1",reason=FieldValueForbidden,message="set only one of value, configMapValue, secretValue"
type SingleValue struct {
	// Value is the value itself. No default. Example: registry.
	// +optional
	Value *string `json:"value,omitempty"`
	// ConfigMapValue reads the value from a ConfigMap of the same namespace. No
	// default. Example: {"name": "build-settings", "key": "cache"}.
	// +optional
	ConfigMapValue *ObjectKeyRef `json:"configMapValue,omitempty"`
	// SecretValue reads the value from a Secret of the same namespace. No default.
	// Example: {"name": "npm", "key": "token"}.
	// +optional
	SecretValue *ObjectKeyRef `json:"secretValue,omitempty"`
}

// ObjectKeyRef is a key of a ConfigMap or Secret.
type ObjectKeyRef struct {
	// Name is the name of the ConfigMap or Secret. Required. Example: npm.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// Key is the key inside the object. Required. Example: token.
	// +kubebuilder:validation:MinLength=1
	Key string `json:"key"`
	// Format is a text in which ${CONFIGMAP_VALUE} or ${SECRET_VALUE} is replaced by
	// the value. Default: the value alone. Example: Bearer ${SECRET_VALUE}.
	// +optional
	Format *string `json:"format,omitempty"`
}

func defaultStrategy(cfg *config.Build) *Strategy {
	return &Strategy{Name: cfg.DefaultStrategy, Kind: new(StrategyKindCluster)}
}

// usesDefaultStrategy reports whether the build uses the administrator's strategy, by
// name or by default.
func (bs *BuildSpec) usesDefaultStrategy(cfg *config.Build) bool {
	if bs.Shipwright == nil || bs.Shipwright.Strategy == nil {
		return true
	}
	s, d := bs.Shipwright.Strategy, defaultStrategy(cfg)
	return s.Name == d.Name && s.Kind != nil && *s.Kind == *d.Kind
}
