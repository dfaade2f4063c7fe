/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package dapr

import (
	"slices"
	"strconv"
	"strings"

	"knative.dev/pkg/kmap"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// Annotations of a pod by which Dapr injects a sidecar.
const (
	enabledAnnotation = "dapr.io/enabled"
	appIDAnnotation   = "dapr.io/app-id"
	appPortAnnotation = "dapr.io/app-port"
	initAnnotation    = "dapr.io/disable-init-endpoints"
)

// enableAnnotation of a Serving requests a sidecar, with any value except "false".
const enableAnnotation = functions.Domain + "/enable-dapr"

const metricsPortAnnotation = "dapr.io/metrics-port"

// DefaultMetricsPort is the port where a sidecar serves its metrics.
const DefaultMetricsPort = 19090

// MetricsPort returns the port where the sidecar serves its metrics. annotations are
// those that the author set for the pods.
func MetricsPort(annotations map[string]string) int {
	if port, err := strconv.Atoi(annotations[metricsPortAnnotation]); err == nil {
		return port
	}
	return DefaultMetricsPort
}

// sidecarDefaults are the annotations of every sidecar. The author can override them.
var sidecarDefaults = map[string]string{
	// The store reads Secrets from the API server. Pods have neither a token nor the
	// permission for that, so the sidecar would end at its start. Dapr's operator supplies
	// the Secrets that components refer to.
	"dapr.io/disable-builtin-k8s-secret-store": "true",
	// The default is one of the ports of Knative's queue-proxy: 8012, 8013, 8022, 9090 and
	// 9091.
	metricsPortAnnotation: strconv.Itoa(DefaultMetricsPort),
	// Older releases wait for seconds, which slows down a cold start.
	"dapr.io/sidecar-readiness-probe-delay-seconds":  "1",
	"dapr.io/sidecar-readiness-probe-period-seconds": "1",
	// The Pod Security Standard "restricted" requires it.
	"dapr.io/sidecar-seccomp-profile-type": "RuntimeDefault",
}

// endLast makes the sidecar start before the function and end after it. A function that
// answers requests can then finish them and still send, and a Job ends with its function.
var endLast = map[string]string{"dapr.io/enable-native-sidecar": "true"}

// endTogether makes the sidecar get SIGTERM together with the function. It accepts no more
// events, waits for those in flight, and stays this much longer for messages that the
// function still sends. A sidecar that ends last would deliver events until the end, and be
// killed before it has left the broker.
var endTogether = map[string]string{"dapr.io/block-shutdown-duration": "2s"}

// Workload is the workload for events or the workload for requests of a Serving.
type Workload int

const (
	// Events is the workload whose pods get events.
	Events Workload = iota
	// Requests is the workload whose pods answer requests.
	Requests
)

// Annotations returns the annotations that give the pods of a workload a sidecar; nil if
// they need none.
func (m *Model) Annotations(w Workload) map[string]string {
	s := m.serving
	if !m.NeedsSidecar() || w == Requests && s.Spec.HasEvents() && !m.besideRequests() {
		return nil
	}
	ours := map[string]string{enabledAnnotation: "true", appIDAnnotation: AppID(s)}
	end := endLast
	switch w {
	case Events:
		if s.Spec.WorkloadType != v1beta2.WorkloadTypeJob {
			end = endTogether
		}
		ours[appPortAnnotation] = strconv.Itoa(int(s.Spec.Port()))
		ours[functions.AppProtocolAnnotationKey] = s.Spec.AppProtocol()
	case Requests:
		// A sidecar that calls nothing needs neither port nor protocol, and without
		// them it subscribes to nothing.
		ours[appIDAnnotation] = requestsAppID(s)
	}
	return kmap.Union(sidecarDefaults, end, m.concurrency(w), m.subscriptionSource(w), kmap.Filter(s.Spec.Annotations, isNoSetting), ours)
}

// besideRequests reports whether pods that answer only requests, while other pods get the
// events, need a sidecar. They do if they call a component, unless an annotation decides.
func (m *Model) besideRequests() bool {
	if value, isSet := m.serving.Spec.Annotations[enableAnnotation]; isSet {
		return value != "false"
	}
	return m.calls
}

// concurrency makes the sidecar deliver events one at a time over HTTP. For calls in
// parallel Dapr 1.18 confuses which one failed, so a few events count as handled while the
// function does not listen, for example during a restart. See docs/decisions/0013.
func (m *Model) concurrency(w Workload) map[string]string {
	if w != Events || strings.HasPrefix(m.serving.Spec.AppProtocol(), v1beta2.AppProtocolGRPC) {
		return nil
	}
	return map[string]string{"dapr.io/app-max-concurrency": "1"}
}

// subscriptionSource keeps the sidecar from reading subscriptions from the function if they
// would drop a dead-letter topic or raw payloads, or get events that belong to another
// version. For a topic in both, Dapr prefers the subscription of the function to the
// object.
func (m *Model) subscriptionSource(w Workload) map[string]string {
	isOurs := func(trigger Trigger) bool { return trigger.DeadLetterTopic != "" || trigger.Raw || trigger.Standby }
	if w == Events && slices.ContainsFunc(m.Triggers, isOurs) {
		return map[string]string{initAnnotation: "subscribe"}
	}
	return nil
}

func isNoSetting(key string) bool {
	return !functions.IsDaprSetting(key)
}

// RequestsRole returns the role of pods that serve requests. They have a sidecar if the
// function sends to components or keeps state.
func (m *Model) RequestsRole() pod.Role {
	annotations := m.Annotations(Requests)
	if annotations == nil {
		return pod.Role{}
	}
	return pod.Role{Sidecar: &pod.Sidecar{
		Annotations: annotations,
		Inputs:      m.Inputs,
		Outputs:     m.Outputs,
		States:      m.States,
	}}
}
