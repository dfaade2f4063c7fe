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
	"knative.dev/pkg/network"
)

// GatewayConfigName is the name of the ConfigMap of gateways.
const GatewayConfigName = "config-gateway"

// Gateway contains the Gateways that functions may use.
type Gateway struct {
	// DefaultGateway is the Gateway of routes that set none. Functions in every
	// namespace may use it.
	DefaultGateway types.NamespacedName
	// AllowedGateways are the Gateways that functions in every namespace may use, as
	// namespace/name with * for any characters.
	AllowedGateways []string
	// DomainMappings is set if the networking layer of Knative serves host names of
	// functions, so that no Gateway does. An administrator has to set it, because some
	// layers report host names as ready and do not serve them.
	DomainMappings bool
	// KnativeIngress is the Service of Knative's ingress inside the cluster, to which
	// Gateways send requests for the host names of functions.
	KnativeIngress types.NamespacedName
	// Domain is the domain of the host names that functions get by default.
	Domain string
	// HostTemplate is the pattern of default host names.
	HostTemplate HostTemplate
	// AllowedHostnames are patterns of the host names that functions may set, where *
	// matches any characters.
	AllowedHostnames []string
	// Service is the Service of the default Gateway, for callers inside the cluster.
	Service types.NamespacedName
	// Translated is what a Gateway of networking.openfunction.io sets for one function,
	// besides Domain and HostTemplate; nil if none serves the function. No ConfigMap has it.
	Translated *TranslatedGateway
	// Generated are further names that are made of those of functions, so that no other
	// function may have them. No ConfigMap has them.
	Generated []GeneratedHosts
}

func defaultGateway() *Gateway {
	return &Gateway{
		DefaultGateway:  types.NamespacedName{Namespace: "openfunction", Name: "openfunction"},
		AllowedGateways: []string{},
		KnativeIngress:  types.NamespacedName{Namespace: "traefik", Name: "gateway-internal"},
		Domain:          "functions.example.com",
		HostTemplate:    "{name}.{namespace}.{domain}",

		AllowedHostnames: []string{"*"},
		Service:          types.NamespacedName{Namespace: "openfunction", Name: "openfunction-gateway"},
	}
}

// NewGatewayFromConfigMap parses a Gateway. A key that is not set has its default.
func NewGatewayFromConfigMap(configMap *corev1.ConfigMap) (*Gateway, error) {
	g := defaultGateway()
	return g, read(g, configMap.Data)
}

// Permits reports whether a function in namespace may use the Gateway: a Gateway of its
// own namespace, the default, or an allowed one.
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
		{key: "allowed-gateways", parse: asPatterns("allowed-gateways", "namespace/name", isGateway, &g.AllowedGateways), perNamespace: true},
		{key: "domain-mappings", parse: cm.AsBool("domain-mappings", &g.DomainMappings), perNamespace: true},
		{key: "knative-ingress", parse: cm.AsNamespacedName("knative-ingress", &g.KnativeIngress)},
		{key: "domain", parse: cm.AsString("domain", &g.Domain), perNamespace: true},
		{key: "host-template", parse: asHostTemplate("host-template", &g.HostTemplate)},
		{key: "allowed-hostnames", parse: asPatterns("allowed-hostnames", "a host name", isName, &g.AllowedHostnames), perNamespace: true},
		{key: "gateway-service", parse: cm.AsNamespacedName("gateway-service", &g.Service), perNamespace: true},
	}
}

func (g *Gateway) check() error {
	if problems := validation.IsDNS1123Subdomain(g.Domain); len(problems) > 0 {
		return fmt.Errorf("domain: %q is not a domain: %s", g.Domain, strings.Join(problems, ", "))
	}
	return nil
}

func isGateway(pattern string) bool {
	namespace, name, _ := strings.Cut(pattern, "/")
	return isName(namespace) && isName(name)
}

// HostTemplate is a pattern of host names with the variables {name}, {namespace} and
// {domain}.
type HostTemplate string

// Hostname returns the default host name of a function.
func (g *Gateway) Hostname(fn types.NamespacedName) string {
	return strings.NewReplacer("{name}", fn.Name, "{namespace}", fn.Namespace, "{domain}", g.Domain).Replace(string(g.HostTemplate))
}

// HostnameProblem returns why fn may not have a host name of its author's choice; empty
// if it may. Names of the cluster's own domain and names below the default domain belong
// to other functions and Services.
func (g *Gateway) HostnameProblem(fn types.NamespacedName, hostname string) string {
	isBelow := func(domain string) bool { return hostname == domain || strings.HasSuffix(hostname, "."+domain) }
	own := []string{g.Hostname(fn), network.GetServiceHostname(fn.Name, fn.Namespace)}
	isAllowed := func(pattern string) bool {
		matched, err := path.Match(pattern, hostname)
		return err == nil && matched
	}
	switch {
	case slices.Contains(own, hostname):
		return ""
	case isBelow(network.GetClusterDomainName()), isBelow("svc"):
		return "belongs to a Service of the cluster; use another host name"
	case g.Translated == nil && isBelow(g.Domain):
		return fmt.Sprintf("is below the domain %s, whose host names are made by config-gateway; use %s or another domain", g.Domain, own[0])
	case slices.ContainsFunc(g.Generated, func(hosts GeneratedHosts) bool { return hosts.Include(hostname) }):
		return "is a host name that is made of the names of a function; use " + own[0] + " or a host name of another form"
	case !slices.ContainsFunc(g.AllowedHostnames, isAllowed):
		return fmt.Sprintf("is not allowed in namespace %s; use another, or ask the administrator to add it to allowed-hostnames of config-gateway", fn.Namespace)
	}
	return ""
}

// asHostTemplate parses a HostTemplate. It must contain the name and the namespace, so
// that no two functions have the same host name.
func asHostTemplate(key string, target *HostTemplate) cm.ParseFunc {
	return func(data map[string]string) error {
		raw, ok := data[key]
		if !ok {
			return nil
		}
		template := HostTemplate(raw)
		sample := (&Gateway{HostTemplate: template, Domain: "example.com"}).Hostname(types.NamespacedName{Namespace: "namespace", Name: "name"})
		switch {
		case !strings.Contains(raw, "{name}"), !strings.Contains(raw, "{namespace}"), !strings.HasSuffix(raw, "{domain}"):
			return fmt.Errorf("%s: %q must contain {name} and {namespace}, and end with {domain}", key, raw)
		case len(validation.IsDNS1123Subdomain(sample)) > 0:
			return fmt.Errorf("%s: %q makes %q, which is not a host name; the variables are {name}, {namespace} and {domain}", key, raw, sample)
		}
		*target = template
		return nil
	}
}
