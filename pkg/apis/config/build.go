/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package config reads the ConfigMaps by which an administrator sets what every
// function starts from. Each has one typed form; the _example in its manifest
// shows the defaults of this code.
package config

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	cm "knative.dev/pkg/configmap"
)

// BuildConfigName is the name of the ConfigMap of builds.
const BuildConfigName = "config-build"

// Build says what builds start from and what they may reach.
type Build struct {
	// DefaultBuilder is the builder image of functions that name none; empty
	// means that they have to.
	DefaultBuilder string
	// DefaultRunImage is the base of the function's image; empty means what the
	// builder image says.
	DefaultRunImage string
	// DefaultStrategy is the ClusterBuildStrategy of builds that name none.
	DefaultStrategy string
	// DefaultTimeout is how long a build may take that names no timeout.
	DefaultTimeout time.Duration
	// InsecureSourceHosts are the git hosts, host or host:port, that may be
	// reached without TLS.
	InsecureSourceHosts sets.Set[string]
	// InsecureRegistries are the registries, host or host:port, that may be
	// reached without TLS.
	InsecureRegistries sets.Set[string]
}

// NewBuildFromConfigMap reads a Build; what is not set keeps its default.
func NewBuildFromConfigMap(configMap *corev1.ConfigMap) (*Build, error) {
	b := &Build{
		DefaultStrategy:     "openfunction",
		DefaultTimeout:      time.Hour,
		InsecureSourceHosts: sets.New[string](),
		InsecureRegistries:  sets.New[string](),
	}
	err := cm.Parse(configMap.Data,
		cm.AsString("default-builder", &b.DefaultBuilder),
		cm.AsString("default-run-image", &b.DefaultRunImage),
		cm.AsString("default-strategy", &b.DefaultStrategy),
		cm.AsDuration("default-timeout", &b.DefaultTimeout),
		asHosts("insecure-source-hosts", &b.InsecureSourceHosts),
		asHosts("insecure-registries", &b.InsecureRegistries),
	)
	if err != nil {
		return nil, err
	}
	return b, b.check()
}
