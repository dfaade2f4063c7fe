/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package functions

import (
	"slices"
	"strings"
)

const (
	// VersionLabelKey is the label of pods with spec.version, the name that the user
	// gives a version.
	VersionLabelKey = recommendedDomain + "/version"

	// recommendedDomain is the domain of the labels that Kubernetes recommends to
	// users.
	recommendedDomain = "app.kubernetes.io"
	managedByLabelKey = recommendedDomain + "/managed-by"
)

var (
	// reservedDomains are reserved together with their subdomains.
	reservedDomains = []string{Domain, "kubernetes.io", "k8s.io"}
	// reservedNames are reserved without their subdomains, which may have settings for
	// users.
	reservedNames = []string{"serving.knative.dev", "dapr.io", "keda.sh"}
)

// IsReservedKey reports whether users may not set a label or annotation with this key
// on pods. The platform, Kubernetes and the runtimes identify pods by reserved keys, so
// a user who sets one could impersonate another workload.
func IsReservedKey(key string) bool {
	domain, _, found := strings.Cut(key, "/")
	switch {
	case !found:
		return false
	case domain == recommendedDomain:
		return key == managedByLabelKey
	case slices.Contains(reservedNames, domain):
		return true
	default:
		return slices.ContainsFunc(reservedDomains, func(reserved string) bool {
			return domain == reserved || strings.HasSuffix(domain, "."+reserved)
		})
	}
}

// IsOwnKey reports whether a label, annotation or finalizer belongs to the controller,
// on any object.
func IsOwnKey(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return domain == Domain || strings.HasSuffix(domain, "."+Domain)
}
