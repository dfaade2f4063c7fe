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
)

// Annotations of a pod by which Dapr puts a sidecar into it.
const (
	enabledAnnotation = "dapr.io/enabled"
	appIDAnnotation   = "dapr.io/app-id"
	appPortAnnotation = "dapr.io/app-port"
	initAnnotation    = "dapr.io/disable-init-endpoints"
)

// enableAnnotation of a Serving asks for a sidecar; any value but false does.
const enableAnnotation = functions.Domain + "/enable-dapr"

// sidecar is what every sidecar gets where the author does not say otherwise.
var sidecar = map[string]string{
	// It would ask the API server for Secrets, for which pods have neither a token
	// nor a right; without, the sidecar ends at its start. What components refer to
	// comes from Dapr's operator.
	"dapr.io/disable-builtin-k8s-secret-store": "true",
	// Ports of Knative's queue-proxy are 8012, 8013, 8022, 9090 and 9091; the
	// default is among them.
	"dapr.io/metrics-port": "19090",
	// Older releases wait for seconds, which a start from zero feels.
	"dapr.io/sidecar-readiness-probe-delay-seconds":  "1",
	"dapr.io/sidecar-readiness-probe-period-seconds": "1",
	// The Pod Security Standard "restricted" asks for it.
	"dapr.io/sidecar-seccomp-profile-type": "RuntimeDefault",
}

// outlasting makes the sidecar start before the function and end after it: who
// answers requests finishes what it has begun and can still send, and a Job ends
// with its function.
var outlasting = map[string]string{"dapr.io/enable-native-sidecar": "true"}

// yielding makes the sidecar hear of the end as soon as the function: it takes no
// more events, waits for those that are being handled, and stays this much longer
// for what the function still sends. One that outlasts the function would hand it
// events until the end, and be killed before it has told the broker that it goes.
var yielding = map[string]string{"dapr.io/block-shutdown-duration": "2s"}

// Workload is a kind of pods of a Serving.
type Workload int

const (
	// Events are the pods that events arrive at.
	Events Workload = iota
	// Requests are the pods that answer requests.
	Requests
)

// Annotations returns what pods of a kind carry so that Dapr gives them a sidecar;
// nil where they need none.
func (m *Model) Annotations(w Workload) map[string]string {
	s := m.serving
	if !m.NeedsSidecar() || w == Requests && s.Spec.HasEvents() && !m.besideRequests() {
		return nil
	}
	ours := map[string]string{enabledAnnotation: "true", appIDAnnotation: AppID(s)}
	end := outlasting
	switch w {
	case Events:
		if s.Spec.WorkloadType != v1beta2.WorkloadTypeJob {
			end = yielding
		}
		ours[appPortAnnotation] = strconv.Itoa(int(s.Spec.Port()))
		ours[functions.AppProtocolAnnotationKey] = s.Spec.AppProtocol()
	case Requests:
		// A sidecar that calls nothing needs neither port nor protocol, and without
		// them it subscribes to nothing.
		ours[appIDAnnotation] = requestsAppID(s)
	}
	return kmap.Union(sidecar, end, m.pace(w), m.subscribing(w), kmap.Filter(s.Spec.Annotations, isNoSetting), ours)
}

// besideRequests tells whether pods that answer requests alone, while others take
// the events, need a sidecar: where they call something, unless the author says what
// is to be.
func (m *Model) besideRequests() bool {
	if asked, isSet := m.serving.Spec.Annotations[enableAnnotation]; isSet {
		return asked != "false"
	}
	return m.calls
}

// pace makes the sidecar hand over events one at a time. Where it calls a function in
// parallel by HTTP it mixes up whose call failed: a few events of a function that does
// not listen, as while it starts again, count as handled. See docs/decisions/0013.
func (m *Model) pace(w Workload) map[string]string {
	if w != Events || strings.HasPrefix(m.serving.Spec.AppProtocol(), v1beta2.AppProtocolGRPC) {
		return nil
	}
	return map[string]string{"dapr.io/app-max-concurrency": "1"}
}

// subscribing keeps the function from subscribing by itself where that would undo
// a dead-letter topic, or get it events that are for another version: Dapr takes what
// the function says before what we say.
func (m *Model) subscribing(w Workload) map[string]string {
	isOurs := func(trigger Trigger) bool { return trigger.DeadLetterTopic != "" || trigger.Standby }
	if w == Events && slices.ContainsFunc(m.Triggers, isOurs) {
		return map[string]string{initAnnotation: "subscribe"}
	}
	return nil
}

func isNoSetting(key string) bool {
	return !functions.IsDaprSetting(key)
}
