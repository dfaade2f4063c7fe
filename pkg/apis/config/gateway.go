/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
	cm "knative.dev/pkg/configmap"
)

// GatewayConfigName is the name of the ConfigMap of gateways.
const GatewayConfigName = "config-gateway"

// Gateway says which Gateways the routes of functions may be attached to.
type Gateway struct {
	// DefaultGateway is the Gateway of routes that name none; every namespace may
	// name it.
	DefaultGateway types.NamespacedName
	// AllowedGateways are the Gateways, as namespace/name with * for any
	// characters in either, that every namespace may name.
	AllowedGateways []string
	// DomainMappings reports whether the networking layer of Knative serves host names
	// of functions. It has to be set, because some layers do not serve them and report
	// that they do.
	DomainMappings bool
}

func defaultGateway() *Gateway {
	return &Gateway{
		DefaultGateway:  types.NamespacedName{Namespace: "openfunction", Name: "openfunction"},
		AllowedGateways: []string{},
	}
}

// NewGatewayFromConfigMap reads a Gateway; what is not set keeps its default.
func NewGatewayFromConfigMap(configMap *corev1.ConfigMap) (*Gateway, error) {
	g := defaultGateway()
	return g, read(g, configMap.Data)
}

// Permits reports whether a route in namespace may be attached to the named Gateway: a
// Gateway of its own namespace, the default, or an allowed one.
func (g *Gateway) Permits(namespace string, gateway types.NamespacedName) bool {
	return gateway.Namespace == namespace || gateway == g.DefaultGateway ||
		slices.ContainsFunc(g.AllowedGateways, func(pattern string) bool {
			matched, err := path.Match(pattern, gateway.String())
			return err == nil && matched
		})
}

func (g *Gateway) settings() []setting {
	return []setting{
		{key: "default-gateway", parse: cm.AsNamespacedName("default-gateway", &g.DefaultGateway), perNamespace: true},
		{key: "allowed-gateways", parse: asGateways("allowed-gateways", &g.AllowedGateways), perNamespace: true},
		{key: "domain-mappings", parse: cm.AsBool("domain-mappings", &g.DomainMappings), perNamespace: true},
	}
}

func (g *Gateway) check() error { return nil }

func asGateways(key string, target *[]string) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		patterns := fields(raw)
		for _, pattern := range patterns {
			namespace, name, _ := strings.Cut(pattern, "/")
			if !isName(namespace) || !isName(name) {
				return fmt.Errorf("%s: %q is not namespace/name, with * for any characters in either", key, pattern)
			}
		}
		*target = patterns
		return nil
	}
}

// isName reports whether a pattern can match the name of an object.
func isName(pattern string) bool {
	return len(validation.IsDNS1123Subdomain(strings.ReplaceAll(pattern, "*", "x"))) == 0
}
