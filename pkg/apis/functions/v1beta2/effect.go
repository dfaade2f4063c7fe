/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// Ineffective is a field that is accepted and changes nothing.
//
// +k8s:deepcopy-gen=false
type Ineffective struct {
	// Path is where the field is.
	Path string
	// Why says what stands against it; empty where it only has to be written.
	Why string
}

// WithoutEffect lists the fields of the spec, by path, that are accepted so that
// manifests of the old project keep working but that change nothing yet. It is
// the only such list: admission warns of them and a condition names them.
func (fs *FunctionSpec) WithoutEffect(ctx context.Context) []Ineffective {
	var fields fieldList
	if fs.Build != nil {
		fields.addAll("build.", fs.Build.WithoutEffect())
	}
	if fs.Serving != nil {
		fields.addAll("serving.", fs.Serving.WithoutEffect(ctx))
	}
	return fields
}

// WithoutEffect lists the fields that change nothing yet: the strategy we ship
// builds from no Dockerfile, one of the author's own may.
func (bs *BuildSpec) WithoutEffect() []Ineffective {
	var fields fieldList
	fields.add("dockerfile", isSet(bs.Dockerfile) && bs.usesShippedStrategy())
	return fields
}

// shippedStrategy is the ClusterBuildStrategy in config/strategies.
const shippedStrategy = "openfunction"

func (bs *BuildSpec) usesShippedStrategy() bool {
	if bs.Shipwright == nil || bs.Shipwright.Strategy == nil {
		return true
	}
	s := bs.Shipwright.Strategy
	return s.Name == shippedStrategy && s.Kind != nil && *s.Kind == StrategyKindCluster
}

// WithoutEffect lists the fields that change nothing yet.
func (ws *WorkloadSpec) WithoutEffect(ctx context.Context) []Ineffective {
	var fields fieldList
	if ws.Triggers != nil {
		fields.addAll("triggers.", ws.Triggers.WithoutEffect(ctx))
	}
	if ws.ScaleOptions != nil {
		fields.addAll("scaleOptions.", ws.ScaleOptions.withoutEffect(ws.HasEvents(), ws.HasRequests()))
	}
	for _, key := range slices.Sorted(maps.Keys(ws.Annotations)) {
		fields.add(KeyPath("annotations", key), annotationWithoutEffect(key) || key == annotationEnableDapr && ws.needsDapr())
	}
	fields.add("workloadType", ws.WorkloadType != "" && !ws.HasEvents())
	for path, components := range map[string]map[string]*DaprComponent{"bindings": ws.Bindings, "pubsub": ws.Pubsub} {
		for name, c := range components {
			fields.add(KeyPath(path, name)+".ignoreErrors", c != nil && c.IgnoreErrors && ws.onlyTriggers(name))
		}
	}
	slices.SortStableFunc(fields, func(a, b Ineffective) int { return strings.Compare(a.Path, b.Path) })
	return fields
}

// onlyTriggers tells whether a component calls the function and is called by nothing
// in it. The errors of such a one are its triggers' alone without being told so.
func (ws *WorkloadSpec) onlyTriggers(component string) bool {
	return slices.ContainsFunc(ws.EventTriggers(), func(t EventTrigger) bool { return t.Component == component }) &&
		!slices.ContainsFunc(ws.Outputs, func(o *Output) bool {
			return o != nil && o.Dapr != nil && o.Dapr.DaprComponentRef != nil && o.Dapr.Name == component
		})
}

// needsDapr tells whether all pods have a sidecar of Dapr, whatever the author says of
// it: events do not come without, and nothing else calls the function.
func (ws *WorkloadSpec) needsDapr() bool {
	return ws.HasDaprEvents() && !ws.HasRequests()
}

// withoutEffect lists what scales nothing: KEDA scales what events call and Knative
// what requests call, and the runtime that would have KEDA scale by requests is not
// there yet.
func (so *ScaleOptions) withoutEffect(events, requests bool) []Ineffective {
	var fields fieldList
	fields.add("knative", so.Knative != nil && !requests)
	fields.add("keda", so.Keda != nil && !events)
	fields.add("keda.httpScaledObject", so.Keda != nil && so.Keda.HTTPScaledObject != nil && events)
	fields.add("suspend", so.Suspend && !events)
	return fields
}

// WithoutEffect lists the fields that change nothing yet.
func (t *Triggers) WithoutEffect(ctx context.Context) []Ineffective {
	var fields fieldList
	if h := t.HTTP; h != nil {
		fields.add("http.engine", h.Engine != nil && *h.Engine == HTTPEngineKeda)
		if r := h.Route; r != nil {
			fields.addAll("http.route.", r.withoutEffect(ctx, h.Engine == nil || *h.Engine != HTTPEngineKeda))
		}
	}
	for i, trigger := range t.Dapr {
		if trigger != nil {
			fields.addAll(fmt.Sprintf("dapr[%d].retry.", i), trigger.Retry.withoutEffect())
		}
	}
	return fields
}

// withoutEffect lists what the other policy would go by.
func (r *RetryPolicy) withoutEffect() []Ineffective {
	var fields fieldList
	if r == nil {
		return nil
	}
	if r.EffectivePolicy() == RetryPolicyConstant {
		fields.add("maxInterval", r.MaxInterval != nil)
	} else {
		fields.add("interval", r.Interval != nil)
	}
	return fields
}

// Old switches of Dapr that are accepted among the annotations of a serving.
const (
	annotationEnableDapr      = functions.Domain + "/enable-dapr"
	annotationDaprServiceMode = functions.Domain + "/dapr-service-mode"
)

// annotationWithoutEffect tells of a function of any kind whether an annotation is an old switch of Dapr that
// does not reach the sidecar.
func annotationWithoutEffect(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return domain == functions.DaprDomain && !functions.IsDaprSetting(key) || key == annotationDaprServiceMode
}

type fieldList []Ineffective

func (l *fieldList) add(path string, set bool) {
	if set {
		*l = append(*l, Ineffective{Path: path})
	}
}

func (l *fieldList) addAll(prefix string, fields []Ineffective) {
	for _, field := range fields {
		*l = append(*l, Ineffective{Path: prefix + field.Path, Why: field.Why})
	}
}
