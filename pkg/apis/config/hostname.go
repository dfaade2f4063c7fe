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

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
	cm "knative.dev/pkg/configmap"
	"knative.dev/pkg/network"
)

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
	case isBelow(g.Domain):
		return fmt.Sprintf("is below the domain %s, whose host names are made by config-gateway; use %s or another domain", g.Domain, own[0])
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
