/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"slices"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/scalers"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
)

// plan is what follows from a Serving for both delivery and scaling.
type plan struct {
	in      *runtime.Input
	serving *v1beta2.Serving
	dapr    *dapr.Revision
	// scaled are the triggers that work, each with how KEDA scales for it.
	scaled []scaled
	// reserve is set on a version that is to consume nothing.
	reserve bool
}

// scaled is a trigger that delivers events. It has a scaler, or why there is none.
type scaled struct {
	dapr.Trigger

	scaler  *scalers.Scaler
	unknown error
}

func planFor(in *runtime.Input) *plan {
	s := in.Serving
	p := &plan{in: in, serving: s, dapr: dapr.RevisionOf(in), reserve: runtime.IsReserve(s)}
	for _, trigger := range p.dapr.Triggers {
		source := scalers.Source{Serving: s, Trigger: trigger, Service: ServiceName(s.Name), GracePeriod: gracePeriodOf(s)}
		scaler, err := scalers.Derive(source)
		p.scaled = append(p.scaled, scaled{Trigger: trigger, scaler: scaler, unknown: err})
	}
	return p
}

// overrides tells whether the author wrote KEDA's triggers, which then stand alone.
func (p *plan) overrides() bool {
	return len(p.keda().Triggers) > 0
}

func (p *plan) keda() *v1beta2.KedaScaleOptions {
	if p.serving.Spec.ScaleOptions == nil || p.serving.Spec.ScaleOptions.Keda == nil {
		return &v1beta2.KedaScaleOptions{}
	}
	return p.serving.Spec.ScaleOptions.Keda
}

// triggers are the signals that KEDA scales by.
func (p *plan) triggers() []kedav1alpha1.ScaleTriggers {
	if p.overrides() {
		return written(p.keda().Triggers)
	}
	var triggers []kedav1alpha1.ScaleTriggers
	for _, t := range p.scaled {
		if t.scaler != nil {
			triggers = append(triggers, t.scaler.Triggers...)
		}
	}
	return triggers
}

func written(own []v1beta2.KedaTrigger) []kedav1alpha1.ScaleTriggers {
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

// env are the variables that KEDA reads from the function's container.
func (p *plan) env() []corev1.EnvVar {
	var env []corev1.EnvVar
	for _, t := range p.scaled {
		if t.scaler != nil && !p.overrides() {
			env = append(env, t.scaler.Env...)
		}
	}
	return env
}

// hasSession tells whether the broker serves one pod at a time.
func (p *plan) hasSession() bool {
	return slices.ContainsFunc(p.scaled, func(t scaled) bool { return t.Session })
}

// abstains tells whether another version has a session that this one is to get.
func (p *plan) abstains() bool {
	return slices.ContainsFunc(p.scaled, func(t scaled) bool { return t.Standby })
}

// bounds are the least and the greatest number of pods. Where a trigger has no
// scaler one pod stays, as nothing would wake the function.
func (p *plan) bounds() (least, most int32) {
	most = v1beta2.DefaultMaxReplicas
	if options := p.serving.Spec.ScaleOptions; options != nil {
		least = ptr.Deref(options.MinReplicas, 0)
		if bound := ptr.Deref(options.MaxReplicas, 0); bound > 0 {
			most = bound
		}
	}
	for _, t := range p.scaled {
		switch {
		case t.scaler == nil && !p.overrides():
			least = max(least, 1)
		case t.scaler != nil:
			least = max(least, t.scaler.MinReplicas)
			most = min(most, ptr.Deref(t.scaler.MaxReplicas, most))
		}
	}
	return min(least, most), most
}
