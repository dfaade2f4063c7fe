/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"strings"
)

// SetDefaults fills in what the author left out.
func (t *Triggers) SetDefaults(ctx context.Context) {
	if t.HTTP == nil && !t.hasEvents() {
		t.HTTP = &HTTPTrigger{}
	}
	if t.HTTP != nil {
		t.HTTP.SetDefaults(ctx)
	}
}

// SetDefaults fills in what the author left out. The gateway stays open: Knative
// brings its own route, and a default would have to be refused there.
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
