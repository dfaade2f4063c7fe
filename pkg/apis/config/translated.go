/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package config

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/types"
)

// TranslatedGateway is what a Gateway of networking.openfunction.io sets for a function.
type TranslatedGateway struct {
	// Gateway is the Gateway of the Gateway API.
	Gateway types.NamespacedName
	// PathTemplate is the pattern of the path below which the function answers at host
	// names of its own, if it has no rules.
	PathTemplate string
	// Labels are those of the HTTPRoutes.
	Labels map[string]string
}

// Path returns the path below which a function answers at host names of its own.
func (t *TranslatedGateway) Path(fn types.NamespacedName) string {
	return "/" + strings.Trim(strings.NewReplacer("{name}", fn.Name, "{namespace}", fn.Namespace).Replace(t.PathTemplate), "/")
}

// GeneratedHosts are host names that are made of the names of functions.
type GeneratedHosts struct {
	// Domain is the domain of the host names.
	Domain string
	// Template is their pattern; empty for all names below the domain.
	Template HostTemplate
}

// Include reports whether a function can have the host name by its own names. One with a
// wildcard counts if it stands for names below the domain, whatever their form.
func (h GeneratedHosts) Include(hostname string) bool {
	if hostname != h.Domain && !strings.HasSuffix(hostname, "."+h.Domain) {
		return false
	}
	if h.Template == "" || strings.HasPrefix(hostname, "*") {
		return true
	}
	const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
	pattern := strings.NewReplacer(`\{name\}`, label, `\{namespace\}`, label, `\{domain\}`, regexp.QuoteMeta(h.Domain)).
		Replace(regexp.QuoteMeta(string(h.Template)))
	matched, err := regexp.MatchString("^"+pattern+"$", hostname)
	return matched || err != nil
}
