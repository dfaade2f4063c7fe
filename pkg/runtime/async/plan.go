/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"
	"strconv"
	"time"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/scalers"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// plan is the translation of one Serving. Its objects and its status derive from it.
type plan struct {
	in      *runtime.Input
	serving *v1beta2.Serving
	dapr    *dapr.Revision
	// scaled are the valid triggers, each with its scaler.
	scaled []scaled
	// own are the permitted triggers of KEDA in the spec, and forbidden is what is wrong
	// with the others.
	own       []v1beta2.KedaTrigger
	forbidden field.ErrorList
	// reserve is set if this revision must not consume events.
	reserve bool
	// requeueAfter is when KEDA gets other triggers; zero if it keeps those that it has.
	requeueAfter time.Duration
}

// scaled is a trigger that delivers events, with its scaler or the error why it has none.
type scaled struct {
	dapr.Trigger

	scaler *scalers.Scaler
	err    error
	// unread is set if KEDA could not read the broker at the last reconciliation, while
	// the function has other triggers, and aside if KEDA does not get the trigger now.
	unread, aside bool
}

func planFor(in *runtime.Input) *plan {
	s := in.Serving
	p := &plan{in: in, serving: s, dapr: dapr.RevisionOf(in), reserve: runtime.IsReserve(s)}
	for _, trigger := range p.dapr.Triggers {
		source := scalers.Source{Serving: s, Trigger: trigger, Service: ServiceName(s.Name), GracePeriod: gracePeriodOf(s)}
		scaler, err := scalers.Derive(source)
		p.scaled = append(p.scaled, scaled{Trigger: trigger, scaler: scaler, err: err})
	}
	p.own, p.forbidden = s.Spec.PermittedKedaTriggers(in.Context(), field.NewPath("spec", "serving", "scaleOptions", "keda", "triggers"))
	p.setAside()
	return p
}

// overrides reports whether the spec has KEDA triggers of its own, which replace all
// derived ones.
func (p *plan) overrides() bool {
	return len(p.keda().Triggers) > 0
}

func (p *plan) keda() *v1beta2.KedaScaleOptions {
	if p.serving.Spec.ScaleOptions == nil || p.serving.Spec.ScaleOptions.Keda == nil {
		return &v1beta2.KedaScaleOptions{}
	}
	return p.serving.Spec.ScaleOptions.Keda
}

// triggers returns the KEDA triggers.
func (p *plan) triggers() []kedav1alpha1.ScaleTriggers {
	if p.overrides() {
		return fromSpec(p.own)
	}
	var triggers, unread []kedav1alpha1.ScaleTriggers
	for _, t := range p.scaled {
		switch {
		case t.scaler == nil || t.aside:
		case t.unread:
			unread = append(unread, t.scaler.Triggers...)
		default:
			triggers = append(triggers, t.scaler.Triggers...)
		}
	}
	return append(triggers, unread...)
}

func fromSpec(own []v1beta2.KedaTrigger) []kedav1alpha1.ScaleTriggers {
	triggers := make([]kedav1alpha1.ScaleTriggers, 0, len(own))
	for _, t := range own {
		trigger := kedav1alpha1.ScaleTriggers{
			Type: t.Type, Name: t.Name, UseCachedMetrics: t.UseCachedMetrics, Metadata: t.Metadata, MetricType: t.MetricType,
		}
		if ref := t.AuthenticationRef; ref != nil {
			trigger.AuthenticationRef = &kedav1alpha1.AuthenticationRef{Name: ref.Name, Kind: ref.Kind}
		}
		triggers = append(triggers, trigger)
	}
	return triggers
}

// env returns the variables that KEDA reads from the function's container.
func (p *plan) env() []corev1.EnvVar {
	var env []corev1.EnvVar
	for _, t := range p.scaled {
		if t.scaler != nil && !p.overrides() {
			env = append(env, t.scaler.Env...)
		}
	}
	return env
}

// hasSession reports whether a component has an MQTT session, so that only one pod can
// receive events.
func (p *plan) hasSession() bool {
	return slices.ContainsFunc(p.scaled, func(t scaled) bool { return t.Session })
}

// isStandby reports whether this revision waits for an MQTT session that another
// revision still uses.
func (p *plan) isStandby() bool {
	return slices.ContainsFunc(p.scaled, func(t scaled) bool { return t.Standby })
}

// bounds returns the minimum and the maximum number of pods. A trigger without a scaler
// needs at least one pod, because nothing would start the first; so does one that is not
// permitted, and one that KEDA cannot read while the function has others.
func (p *plan) bounds() (minimum, maximum int32) {
	minimum, maximum = p.serving.Spec.ScaleOptions.Bounds(p.in.Config.Defaults.MaxReplicasLimit)
	if len(p.forbidden) > 0 {
		minimum = max(minimum, 1)
	}
	for _, t := range p.scaled {
		switch {
		case t.scaler == nil && !p.overrides():
			minimum = max(minimum, 1)
		case t.scaler != nil:
			minimum = max(minimum, t.scaler.MinReplicas)
			maximum = min(maximum, ptr.Deref(t.scaler.MaxReplicas, maximum))
		}
		if t.unread {
			// KEDA may not reach a broker that the pods reach.
			minimum = max(minimum, 1)
		}
	}
	return p.share(min(minimum, maximum)), p.share(maximum)
}

// share returns the part of the replicas that the revision has while several revisions
// share the events: by its share, rounded, and at least one.
func (p *plan) share(replicas int32) int32 {
	percent, err := strconv.ParseInt(p.serving.Annotations[functions.TrafficPercentAnnotationKey], 10, 32)
	if err != nil || percent <= 0 || percent >= 100 || replicas == 0 {
		return replicas
	}
	return max(1, (replicas*int32(percent)+50)/100)
}
