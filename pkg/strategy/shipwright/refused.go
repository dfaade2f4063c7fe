/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"fmt"
	"regexp"
	"strings"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/strategy"
)

// Tekton's reasons of a TaskRun that has no pod, which Shipwright copies.
const (
	// podCreationFailed ends a TaskRun whose pod was refused.
	podCreationFailed = "PodCreationFailed"
	// quotaExceeded and nodesExceeded are those of a TaskRun that waits for room.
	quotaExceeded = "ExceededResourceQuota"
	nodesExceeded = "ExceededNodeResources"
)

var (
	// refusalPrefix precedes the words of the admission plug-in that refused a pod.
	refusalPrefix = regexp.MustCompile(`^.*? is forbidden: |^failed to create task run pod "[^"]*": `)

	// byLimitRange matches the words of a LimitRange, which do not name it.
	byLimitRange = regexp.MustCompile(`usage per (Container|Pod)|limit to request ratio per (Container|Pod)`)
)

// isRefused reports whether admission refused the pod of a run. Tekton has one reason for
// that and for a pod that is invalid.
func isRefused(cond *buildv1beta1.Condition) bool {
	return cond.Reason == podCreationFailed &&
		(strings.Contains(cond.Message, " is forbidden: ") || strings.Contains(cond.Message, " denied the request"))
}

// refused returns the message for a run whose pod was refused, with the words of what
// refused it.
func refused(namespace, message string) string {
	words := refusalPrefix.ReplaceAllString(message, "")
	words, _, _ = strings.Cut(words, ". Maybe ")
	advice := ""
	switch {
	case byLimitRange.MatchString(words):
		advice = fmt.Sprintf("a LimitRange refuses it, show it: kubectl get limitranges -n %s -o yaml; ", namespace)
	case strings.Contains(words, "violates PodSecurity"):
		advice = fmt.Sprintf("the labels pod-security.kubernetes.io of the namespace %s demand this; ", namespace)
	}
	return strategy.Message("the pod of the build was refused: " + words + "; " + advice + "the build starts once the pod is accepted")
}

// waiting returns why a BuildRun waits: its TaskRun has no pod, because the namespace or
// the nodes have no room.
func waiting(live *unstructured.Unstructured) *apis.Condition {
	var run buildv1beta1.BuildRun
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(live.Object, &run); err != nil {
		return nil
	}
	cond := run.Status.GetCondition(buildv1beta1.Succeeded)
	if reason := cond.GetReason(); reason != quotaExceeded && reason != nodesExceeded {
		return nil
	}
	return &apis.Condition{
		Reason:  v1beta2.ReasonPodRefused,
		Message: strategy.Message("the build waits for room for its pod: " + cond.GetMessage()),
	}
}
