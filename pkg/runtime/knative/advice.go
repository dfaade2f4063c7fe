/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package knative

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// features maps the last parts of a pod field's path to the key of Knative's
// config-features that enables the field. An administrator who enables such a field for
// functions has to enable it in Knative, too.
var features = map[string]string{
	"affinity":                   "kubernetes.podspec-affinity",
	"capabilities.add":           "kubernetes.containerspec-addcapabilities",
	"csi":                        "kubernetes.podspec-volumes-csi",
	"dnsConfig":                  "kubernetes.podspec-dnsconfig",
	"dnsPolicy":                  "kubernetes.podspec-dnspolicy",
	"ephemeral":                  "kubernetes.podspec-volumes-ephemeral",
	"hostAliases":                "kubernetes.podspec-hostaliases",
	"image":                      "kubernetes.podspec-volumes-image",
	"initContainers":             "kubernetes.podspec-init-containers",
	"nodeSelector":               "kubernetes.podspec-nodeselector",
	"persistentVolumeClaim":      "kubernetes.podspec-persistent-volume-claim",
	"priorityClassName":          "kubernetes.podspec-priorityclassname",
	"runtimeClassName":           "kubernetes.podspec-runtimeclassname",
	"schedulerName":              "kubernetes.podspec-schedulername",
	"securityContext":            "kubernetes.podspec-securitycontext",
	"shareProcessNamespace":      "kubernetes.podspec-shareprocessnamespace",
	"tolerations":                "kubernetes.podspec-tolerations",
	"topologySpreadConstraints":  "kubernetes.podspec-topologyspreadconstraints",
	"valueFrom.fieldRef":         "kubernetes.podspec-fieldref",
	"valueFrom.resourceFieldRef": "kubernetes.podspec-fieldref",
}

// taken is the message of Knative if no ClusterDomainClaim assigns the host name to the
// namespace: another namespace has claimed it, or no claim exists.
const taken = "The domain name is already in use by another DomainMapping"

// unresolved is the message of Knative if it cannot read the image in its registry, so that
// no pod starts.
const unresolved = "failed to resolve image to digest"

// unowned is the message of Knative if an object has the name of the one that it creates for
// a Route.
const unowned = "There is an existing placeholder"

var (
	refusedFields = regexp.MustCompile(`must not set the field\(s\): ([^\n;]+)`)
	missingClass  = regexp.MustCompile(`RuntimeClass(?:\.node\.k8s\.io)? \\?"([a-z0-9.-]+)\\?" not found`)
)

// advise returns what the user should do about a message of Knative, or an empty string
// if the message is sufficient.
func advise(message string) string {
	if strings.Contains(message, taken) {
		return "the ClusterDomainClaim with the name of the host assigns it to the namespace in its spec.namespace: " +
			"if there is none, an administrator has to create it, or to set autocreate-cluster-domain-claims in config-network; " +
			"if it contains another namespace, use another host name"
	}
	if strings.Contains(message, unresolved) {
		return "correct spec.image, or spec.imageCredentials if the registry needs a login"
	}
	if strings.Contains(message, unowned) {
		return "delete or rename that object, or create the Function with another name"
	}
	if strings.Contains(message, "timeoutSeconds") {
		return "shorten spec.serving.triggers.http.timeout, or ask the administrator to raise max-revision-timeout-seconds " +
			"in Knative's ConfigMap config-defaults, namespace knative-serving"
	}
	if found := missingClass.FindStringSubmatch(message); found != nil {
		return fmt.Sprintf("an administrator has to create the RuntimeClass %s, whose handler is the name of a container runtime on the nodes", found[1])
	}
	if found := refusedFields.FindStringSubmatch(message); found != nil {
		return adviceOnFields(found[1])
	}
	return ""
}

func adviceOnFields(fields string) string {
	keys := make(map[string]bool)
	for field := range strings.FieldsFuncSeq(fields, func(r rune) bool { return r == ',' || r == ' ' }) {
		for end, feature := range features {
			if strings.HasSuffix(field, "."+end) {
				keys[feature] = true
			}
		}
	}
	if len(keys) == 0 {
		return ""
	}
	return "an administrator can allow it in Knative's ConfigMap config-features, namespace knative-serving: " +
		strings.Join(slices.Sorted(maps.Keys(keys)), ", ")
}
