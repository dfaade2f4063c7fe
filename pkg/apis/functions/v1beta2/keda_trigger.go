/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
)

// PermittedKedaTriggers returns the triggers of KEDA in the spec that the administrator
// permits, and what is wrong with the others, which may have been stored before a rule
// existed. KEDA acts on them with network access and cloud identities of its own, which
// the author does not have.
func (ws *WorkloadSpec) PermittedKedaTriggers(ctx context.Context, path *field.Path) ([]KedaTrigger, field.ErrorList) {
	if ws.ScaleOptions == nil || ws.ScaleOptions.Keda == nil {
		return nil, nil
	}
	features, env := config.FromContext(ctx).Features, ws.plainEnv()
	triggers, errs := fielderror.First(path, ws.ScaleOptions.Keda.Triggers, maxItems)
	var permitted []KedaTrigger
	for i := range triggers {
		forbidden := triggers[i].forbidden(path.Index(i), features, env)
		if len(forbidden) == 0 {
			permitted = append(permitted, triggers[i])
		}
		errs = append(errs, forbidden...)
	}
	return permitted, errs
}

// plainEnv returns the variables of the function's container that have a plain value.
func (ws *WorkloadSpec) plainEnv() map[string]string {
	env := maps.Clone(ws.Params)
	if env == nil {
		env = map[string]string{}
	}
	if ws.Template == nil {
		return env
	}
	for i := range ws.Template.Containers {
		if c := &ws.Template.Containers[i]; c.Name == FunctionContainer {
			for _, variable := range c.Env {
				env[variable.Name] = variable.Value
			}
		}
	}
	return env
}

// forbidden returns what an administrator has to permit. KEDA reads a setting whose name
// ends with FromEnv from env.
func (t *KedaTrigger) forbidden(path *field.Path, features *config.Features, env map[string]string) field.ErrorList {
	var errs field.ErrorList
	if t.Type != "" && !features.Triggers.AllowedTypes.Match(t.Type) {
		errs = append(errs, field.Forbidden(path.Child("type"), fmt.Sprintf("%s is outside of allowed-keda-triggers in %s: %s",
			fielderror.Quote(t.Type), config.FeaturesConfigName, fielderror.Join(features.Triggers.AllowedTypes))))
	}
	keys, many := fielderror.FirstKeys(path.Child("metadata"), t.Metadata, maxMetadata)
	errs = append(errs, many...)
	for _, key := range keys {
		name, value := key, t.Metadata[key]
		if setting, isVariable := strings.CutSuffix(key, "FromEnv"); isVariable {
			name, value = setting, env[value]
		}
		if why := forbiddenSetting(strings.ToLower(name), value, features.Triggers.AllowedHosts); why != "" {
			errs = append(errs, field.Forbidden(fielderror.Key(path.Child("metadata"), key), why))
		}
	}
	return errs
}

const unlessKedaHost = ", unless an administrator lists it in allowed-keda-hosts of " + config.FeaturesConfigName

// forbiddenSetting returns why a trigger must not have a setting; empty if it may. name is
// in lower case.
func forbiddenSetting(name, value string, exempt sets.Set[string]) string {
	switch {
	case name == "identityowner" && !strings.EqualFold(value, "pod"):
		return "supported values: pod; any other lends the function the cloud identity of KEDA"
	case name == "scaleraddress" && !exempt.Has(strings.ToLower(value)):
		return "a trigger must not name a scaler of its own" + unlessKedaHost
	case name != "scaleraddress" && namesHost(name, value) && forbiddenHost(value, exempt):
		return "the host must be a name outside of the system namespaces, and no address" + unlessKedaHost
	default:
		return ""
	}
}

// addressWords are parts of the names of settings with addresses, in lower case.
var addressWords = []string{"addr", "broker", "connection", "endpoint", "host", "server", "uri", "url"}

// namesHost reports whether the value of a setting is an address and not, for example, a
// query: by its name, or because it is a URL.
func namesHost(name, value string) bool {
	return strings.Contains(value, "://") || slices.ContainsFunc(addressWords, func(word string) bool { return strings.Contains(name, word) })
}

// hostLike matches what may be a host or host:port, in a URL, a list or a connection
// string.
var hostLike = regexp.MustCompile(`\[[^\]]*\](:[0-9]+)?|[0-9A-Za-z_.:-]+`)

// forbiddenHost reports whether an address contains a host that KEDA must not connect to
// for an author: an address, which may be of any machine, or a name of the machine or of
// the cluster's own services.
func forbiddenHost(address string, exempt sets.Set[string]) bool {
	return containsHost(address, func(host, hostPort string, isAddr bool) bool {
		return (isAddr || isSystemName(host)) && !exempt.Has(host) && !exempt.Has(hostPort)
	})
}

// NamesSystemHost reports whether a setting of a trigger has the address of the machine or
// of the cluster's own services in it.
func NamesSystemHost(setting, address string) bool {
	return namesHost(strings.ToLower(setting), address) && containsHost(address, func(host, _ string, isAddr bool) bool {
		return isSystemName(host) || isAddr && isOfTheNode(host)
	})
}

// containsHost reports whether matches is true for a host in an address.
func containsHost(address string, matches func(host, hostPort string, isAddr bool) bool) bool {
	address = strings.ToLower(address)
	for _, at := range hostLike.FindAllStringIndex(address, -1) {
		before, hostPort := address[:at[0]], address[at[0]:at[1]]
		// Elsewhere a number may be a port or a timeout.
		isHost := before == "" && at[1] == len(address) || strings.HasSuffix(before, "//") || strings.HasSuffix(before, "@")
		for _, host := range hostsOf(hostPort) {
			_, isAddr := parseAddr(canonicalHost(host))
			if _, err := netip.ParseAddr(host); err != nil && !isHost {
				isAddr = false
			}
			if matches(host, hostPort, isAddr) {
				return true
			}
		}
	}
	return false
}

// hostsOf returns what may be the host in host, host:port, [host]:port or protocol:host.
func hostsOf(hostPort string) []string {
	bracketed, _, _ := strings.Cut(strings.TrimPrefix(hostPort, "["), "]")
	if _, err := netip.ParseAddr(bracketed); err == nil {
		return []string{bracketed}
	}
	parts := strings.Split(hostPort, ":")
	if last := len(parts) - 1; last > 0 && digits.MatchString(parts[last]) {
		return parts[:last]
	}
	return parts
}

var digits = regexp.MustCompile(`^[0-9]*$`)

// systemNamespaces contain services that only the cluster itself calls.
var systemNamespaces = sets.New("kube-system", "openfunction")

// isSystemName reports whether a name is that of the machine, of the API server or of a
// service in a system namespace.
func isSystemName(host string) bool {
	labels := strings.Split(canonicalHost(host), ".")
	if isService := len(labels) == 2 || len(labels) > 2 && labels[2] == "svc"; isService {
		return systemNamespaces.Has(labels[1]) || labels[0] == "kubernetes" && labels[1] == "default"
	}
	_, isAddr := parseAddr(canonicalHost(host))
	return !isAddr && isOfTheNode(host)
}
