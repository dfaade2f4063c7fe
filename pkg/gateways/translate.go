/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gateways

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
	"knative.dev/pkg/system"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
)

// Defaults of the fields, which the API server fills in.
const (
	defaultHostTemplate = "{{.Name}}.{{.Namespace}}.{{.Domain}}"
	defaultPathTemplate = "{{.Namespace}}/{{.Name}}"
)

// IsOfAdministrators reports whether only administrators can have written g: it is in the
// namespace of this installation. Others may use Gateways of their own namespace only.
func IsOfAdministrators(g *v1alpha1.Gateway) bool {
	return g.Namespace == system.Namespace()
}

// Target returns the Gateway of the Gateway API that g names or defines, and whether g
// may use it.
func Target(g *v1alpha1.Gateway) (target types.NamespacedName, permitted bool) {
	switch {
	case g.Spec.GatewayRef != nil:
		target = types.NamespacedName{Namespace: g.Spec.GatewayRef.Namespace, Name: g.Spec.GatewayRef.Name}
	case g.Spec.GatewayDef != nil:
		target = types.NamespacedName{Namespace: g.Spec.GatewayDef.Namespace, Name: cmp.Or(g.Spec.GatewayDef.Name, g.Name)}
	}
	return target, IsOfAdministrators(g) || target.Namespace == g.Namespace
}

// translate returns the settings of a function that g serves; nil if g may not make the
// host name of the function.
func translate(settings *config.Gateway, g *v1alpha1.Gateway, fn types.NamespacedName) *config.Gateway {
	target, permitted := Target(g)
	if !permitted {
		return nil
	}
	own := *settings
	own.Domain, own.HostTemplate = g.Spec.Domain, hostTemplate(g)
	host := own.Hostname(fn)
	if len(validation.IsDNS1123Subdomain(host)) > 0 || !IsOfAdministrators(g) && settings.HostnameProblem(fn, host) != "" {
		return nil
	}
	own.Translated = &config.TranslatedGateway{
		Gateway: target, PathTemplate: ours(cmp.Or(g.Spec.PathTemplate, defaultPathTemplate)), Labels: labelsOf(g),
	}
	if settings.Domain != own.Domain {
		own.Generated = append(slices.Clip(own.Generated), config.GeneratedHosts{Domain: settings.Domain})
	}
	return &own
}

func hostTemplate(g *v1alpha1.Gateway) config.HostTemplate {
	return config.HostTemplate(ours(cmp.Or(g.Spec.HostTemplate, defaultHostTemplate)))
}

var variable = regexp.MustCompile(`\{\{ *\.([A-Za-z]+) *\}\}`)

// ours returns a template of the old project in the form of config-gateway.
func ours(template string) string {
	return variable.ReplaceAllStringFunc(template, func(text string) string {
		return "{" + strings.ToLower(strings.Trim(text, "{. }")) + "}"
	})
}

// labelsOf returns the labels of the HTTPRoutes; none if the value would be too long.
func labelsOf(g *v1alpha1.Gateway) map[string]string {
	value := g.Namespace + "." + g.Name
	if g.Spec.HTTPRouteLabelKey == "" || len(validation.IsValidLabelValue(value)) > 0 {
		return nil
	}
	return map[string]string{g.Spec.HTTPRouteLabelKey: value}
}
