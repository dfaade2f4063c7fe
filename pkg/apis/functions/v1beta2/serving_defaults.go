/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"strings"
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
