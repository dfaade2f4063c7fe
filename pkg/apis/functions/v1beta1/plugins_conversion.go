/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// Annotations of an object that hold settings of its serving in v1beta1, as YAML.
const (
	annotationPlugins = "plugins"
	annotationTracing = "plugins.tracing"
)

// plugins is the older form of hooks.
type plugins struct {
	// Order names the plugins that run before the function in this order, and after it
	// in reverse order.
	Order []string `json:"order,omitempty"`
	Pre   []string `json:"pre,omitempty"`
	Post  []string `json:"post,omitempty"`
}

// settingsToHub reads the annotations into the serving.
func settingsToHub(annotations map[string]string, hub *v1beta2.WorkloadSpec) error {
	if text := annotations[annotationPlugins]; text != "" {
		var p plugins
		if err := yaml.Unmarshal([]byte(text), &p); err != nil {
			return unreadable(annotationPlugins, err)
		}
		hub.Hooks = p.toHub()
	}
	if text := annotations[annotationTracing]; text != "" {
		tracing, err := parseTracing(text)
		if err != nil {
			return unreadable(annotationTracing, err)
		}
		hub.Tracing = tracing
	}
	return nil
}

// settingsFromHub returns the annotations for a serving.
func settingsFromHub(hub *v1beta2.WorkloadSpec) map[string]string {
	annotations := map[string]string{}
	if h := hub.Hooks; h != nil {
		put(annotations, annotationPlugins, plugins{Pre: h.Pre, Post: h.Post})
	}
	if hub.Tracing != nil {
		put(annotations, annotationTracing, hub.Tracing)
	}
	return annotations
}

// put omits an annotation that could not be read again.
func put[T any](annotations map[string]string, key string, setting T) {
	text, err := yaml.Marshal(setting)
	if err == nil && yaml.Unmarshal(text, &setting) == nil {
		annotations[key] = string(text)
	}
}

// toHub returns hooks that override those of the administrator, as plugins of a
// function did.
func (p *plugins) toHub() *v1beta2.Hooks {
	hooks := &v1beta2.Hooks{Pre: p.Pre, Post: p.Post, Policy: v1beta2.HooksPolicyOverride}
	if hooks.Pre == nil {
		hooks.Pre = p.Order
	}
	if hooks.Post == nil && p.Order != nil {
		hooks.Post = slices.Clone(p.Order)
		slices.Reverse(hooks.Post)
	}
	return hooks
}

// parseTracing reads tags and baggage of any type as text, which the old project
// accepted.
func parseTracing(text string) (*v1beta2.TracingConfig, error) {
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		return nil, err
	}
	for _, key := range []string{"tags", "baggage"} {
		values, _ := tree[key].(map[string]any)
		for _, name := range slices.Collect(maps.Keys(values)) {
			switch value := values[name].(type) {
			case float64, int64, bool:
				values[name] = fmt.Sprint(value)
			}
		}
	}
	content, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	tracing := &v1beta2.TracingConfig{}
	return tracing, json.Unmarshal(content, tracing)
}

func unreadable(annotation string, err error) error {
	return &apis.FieldError{
		Message: "invalid value: not the YAML that is expected here",
		Paths:   []string{"metadata.annotations[" + annotation + "]"},
		Details: err.Error(),
	}
}
