/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"maps"
	"slices"
	"strings"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// SetDefaults fills in what the author left out. It does not change a Serving that a
// Function created, which is complete.
func (s *Serving) SetDefaults(ctx context.Context) {
	s.Spec.WorkloadRuntime = s.Spec.WorkloadRuntime.orMarked(s.Spec.Annotations).orDefault()
	s.Spec.Version = versionOrDefault(s.Spec.Version)
	s.Spec.WorkloadSpec.SetDefaults(ctx)
}

// SetDefaults fills in what the author left out. A function without event triggers
// answers requests, and so does one that handles events of a Broker.
func (ws *WorkloadSpec) SetDefaults(ctx context.Context) {
	if ws.Triggers == nil {
		ws.Triggers = &Triggers{}
	}
	ws.Triggers.SetDefaults(ctx)
	ws.WorkloadType = canonical(ws.WorkloadType, WorkloadTypeDeployment, WorkloadTypeStatefulSet, WorkloadTypeJob)
	if ws.Hooks != nil {
		ws.Hooks.Policy = canonical(ws.Hooks.Policy, HooksPolicyAppend, HooksPolicyOverride)
	}
}

// SetDefaults fills in what the author left out.
func (t *Triggers) SetDefaults(ctx context.Context) {
	if t.HTTP == nil && t.hasRequests() {
		t.HTTP = &HTTPTrigger{}
	}
	if t.HTTP != nil {
		t.HTTP.SetDefaults(ctx)
	}
}

// SetDefaults fills in what the author left out. The gateway has no default, because
// the default engine brings its own route and refuses a gateway.
func (h *HTTPTrigger) SetDefaults(context.Context) {
	if h.Port == nil {
		h.Port = new(DefaultPort)
	}
	engine := HTTPEngineKnative
	if h.Engine != nil && *h.Engine != "" {
		engine = HTTPEngine(strings.ToLower(string(*h.Engine)))
	}
	h.Engine = &engine
}

// ApplyClusterDefaults adds the hooks and the tracing that the administrator set for
// all functions. The controller calls it when it creates a Serving. The result is
// stored in the Serving, so that a later change by the administrator does not roll
// out versions that are already running.
func (ws *WorkloadSpec) ApplyClusterDefaults(ctx context.Context) {
	all := config.FromContext(ctx).Tracing
	ws.Hooks = ws.Hooks.withDefaults(all.Hooks)
	ws.Tracing = ws.Tracing.withDefaults(all.Tracing)
}

// withDefaults puts the administrator's hooks around the function's own: before its
// pre hooks and after its post hooks. A hook that is in both lists runs once.
func (h *Hooks) withDefaults(all config.Hooks) *Hooks {
	if len(all.Pre)+len(all.Post) == 0 || h != nil && h.Policy == HooksPolicyOverride {
		return h
	}
	if h == nil {
		h = &Hooks{}
	}
	return &Hooks{
		Pre:    unique(all.Pre, h.Pre),
		Post:   unique(h.Post, all.Post),
		Policy: HooksPolicyOverride,
	}
}

func unique(lists ...[]string) []string {
	var names []string
	for _, name := range slices.Concat(lists...) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// withDefaults fills in what the function leaves out. A function that sets tracing
// without enabling it has none. The exporter is copied as a whole, because its
// headers belong to its address.
func (tc *TracingConfig) withDefaults(all *config.TracingDefaults) *TracingConfig {
	if all == nil {
		return tc
	}
	if tc == nil {
		if !all.Enabled {
			return nil
		}
		tc = &TracingConfig{Enabled: true}
	}
	if !tc.Enabled {
		return tc
	}
	return &TracingConfig{
		Enabled:  true,
		Provider: tc.Provider.withDefaults(all.Provider),
		Tags:     union(all.Tags, tc.Tags),
		Baggage:  union(all.Baggage, tc.Baggage),
	}
}

func (p *TracingProvider) withDefaults(all *config.TracingProvider) *TracingProvider {
	if all == nil || p != nil && !strings.EqualFold(p.Name, all.Name) {
		return p
	}
	if p == nil {
		p = &TracingProvider{Name: all.Name}
	}
	whole := *p
	if whole.OapServer == "" {
		whole.OapServer = all.OapServer
	}
	if whole.Exporter == nil && all.Exporter != nil {
		exporter := TracingExporter(*all.Exporter)
		whole.Exporter = &exporter
	}
	return &whole
}

// union returns the entries of both maps, or nil if there are none. An entry of last
// wins over one of first.
func union(first, last map[string]string) map[string]string {
	if len(first)+len(last) == 0 {
		return nil
	}
	all := make(map[string]string, len(first)+len(last))
	maps.Copy(all, first)
	maps.Copy(all, last)
	return all
}
