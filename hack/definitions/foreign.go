/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import "strings"

// foreignFields contains descriptions for fields of types that are not ours, by the last
// one or two names of their path. Two names take precedence over one.
var foreignFields = map[string]string{
	"apiVersion": "APIVersion is the group and version of the kind. Required. Example: core.openfunction.io/v1beta2.",
	"kind":       "Kind is the name of the kind. Required. Example: Function.",

	"imageCredentials.name":   "Name is the name of the secret. Required. Example: registry-login.",
	"builderCredentials.name": "Name is the name of the secret. Required. Example: builders-pull.",
	"credentials.name":        "Name is the name of the secret. Required. Example: git-read.",

	"behavior.scaleUp": "ScaleUp configures how pods are added. Default: without delay, by 4 pods or 100 percent every 15 seconds." +
		` Example: {"stabilizationWindowSeconds": 30}.`,
	"behavior.scaleDown": "ScaleDown configures how pods are removed. Default: after 300 seconds, all surplus pods." +
		` Example: {"stabilizationWindowSeconds": 60}.`,
	"stabilizationWindowSeconds": "StabilizationWindowSeconds is the length of the window of earlier recommendations that are considered, in seconds, from 0 to 3600." +
		" Default: 0 for scaleUp and 300 for scaleDown. Example: 60.",
	"selectPolicy":           "SelectPolicy selects the policy that applies: Max, Min, or Disabled for no scaling in this direction. Default: Max. Example: Min.",
	"tolerance":              "Tolerance is the relative difference from the target below which the number of pods does not change, 0 or above. Default: 0.1. Example: 0.05.",
	"scaleUp.policies":       `Policies limit how many pods are added in a period. Default: 4 pods or 100 percent every 15 seconds. Example: [{"type": "Pods", "value": 2, "periodSeconds": 60}].`,
	"scaleDown.policies":     `Policies limit how many pods are removed in a period. Default: 100 percent every 15 seconds. Example: [{"type": "Percent", "value": 10, "periodSeconds": 60}].`,
	"policies.type":          "Type is Pods or Percent. Required. Example: Pods.",
	"policies.value":         "Value is the number, or the percentage, of pods that may change in a period, above 0. Required. Example: 2.",
	"policies.periodSeconds": "PeriodSeconds is the length of the period in seconds, from 1 to 1800. Required. Example: 60.",

	"address.url":      "URL is the URL of the address. Example: http://hello.default.svc.cluster.local.",
	"address.CACerts":  "CACerts are the certificates in PEM that a client of the address has to trust; empty without TLS.",
	"address.audience": "Audience is the required OIDC audience of tokens for the address; empty if no token is required.",
	"address.name":     "Name is the name of the address; empty if there is only one.",

	"status.annotations":            "Annotations contain additional status that has no field, key to value.",
	"status.observedGeneration":     "ObservedGeneration is the metadata.generation that the status describes. The generation counts the changes of the spec.",
	"status.conditions":             "Conditions describe the state of the object, one for each type, sorted by type.",
	"conditions.lastTransitionTime": "LastTransitionTime is when the status of the condition last changed.",
	"conditions.message":            "Message explains the reason to users, and what to do next.",
	"conditions.reason":             "Reason is one CamelCase word for programs.",
	"conditions.severity":           "Severity is empty for conditions that count for Ready, and Info or Warning for others.",
	"conditions.status":             "Status is True, False or Unknown.",
	"conditions.type":               "Type is the type of the condition. Example: Ready.",
}

// foreign returns our description of the field at path, if its type is not ours.
func foreign(path []string) (text string, ok bool) {
	for length := min(2, len(path)); length > 0; length-- {
		if text, ok = foreignFields[strings.Join(path[len(path)-length:], ".")]; ok {
			break
		}
	}
	// The references in our types have descriptions of their own.
	if len(path) > 1 && (path[len(path)-1] == "kind" || path[len(path)-1] == "apiVersion") {
		return "", false
	}
	return text, ok
}
