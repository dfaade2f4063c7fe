/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"strings"
)

// Placeholders that Dapr replaces in any value of a component.
const (
	appIDPlaceholder     = "{appID}"
	namespacePlaceholder = "{namespace}"
	podNamePlaceholder   = "{podName}"
	uuidPlaceholder      = "{uuid}"
)

// namespacedMark is a setting that holds the placeholder of the namespace, and
// nothing else. Dapr puts the namespace in front of the topics of a component that
// has the placeholder in any value, so the mark stays when the others are replaced.
const namespacedMark = "namespaceScoped"

// resolvePlaceholders replaces the placeholders whose values are known here, and
// reports whether Dapr puts the namespace in front of the topics. The values of
// {podName} and {uuid} differ in each pod, so these placeholders stay. It is the only
// place that knows what a placeholder means.
func (m metadata) resolvePlaceholders(appID, namespace string) (resolved metadata, namespaced bool) {
	namespaced = m.replace(namespacePlaceholder, namespace+"."+appID)
	m.replace(appIDPlaceholder, appID)
	return m, namespaced
}

// placeholderPerPod returns the placeholder in a value that differs in each pod;
// empty if there is none.
func placeholderPerPod(value string) string {
	for _, placeholder := range []string{podNamePlaceholder, uuidPlaceholder} {
		if strings.Contains(value, placeholder) {
			return placeholder
		}
	}
	return ""
}
