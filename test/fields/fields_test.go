/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fields

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/cmd/controller/constructors"
	"openfunction.dev/openfunction/pkg/apis/config"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
	"openfunction.dev/openfunction/pkg/strategy"
)

// steering are the fields that control how a build or a version comes about and not
// what it is: they name no other child.
var steering = map[string]string{
	"spec.build.state":                        "ends the build that runs",
	"spec.build.timeout":                      "bounds the next build",
	"spec.build.shipwright.timeout":           "bounds the next build",
	"spec.build.successfulBuildsHistoryLimit": "sets which Builders of the past to keep",
	"spec.build.failedBuildsHistoryLimit":     "sets which Builders of the past to keep",
	"spec.build.builderMaxAge":                "sets which Builders of the past to keep",
	"spec.serving.timeout":                    "bounds how long the next version may take to get ready",
	"spec.serving.scaleOptions.suspend":       "sets whether events are handled now",
	"spec.serving.traffic[].revision":         "sets which revision receives a share of the traffic",
	"spec.serving.traffic[].tag":              "names one more address of a revision",
}

// renaming are the fields whose only effect is that there is another child.
var renaming = map[string]string{
	"spec.build.rebuildToken": "requests another build of the same inputs",
}

// plugins are the plug-ins of cmd/controller.
var plugins = constructors.Plugins()

// children are what a Function makes.
type children struct {
	builder, serving string
	// rendered is what runs and where it answers, without names.
	rendered string
}

// TestEveryFieldComesBackAndHasAnEffect goes from a value of a field to another
// one and back.
func TestEveryFieldComesBackAndHasAnEffect(t *testing.T) {
	all := All(t, "../..")
	if len(all) < 100 {
		t.Errorf("only %d fields were found", len(all))
	}
	for _, field := range all {
		t.Run(field.Path, func(t *testing.T) {
			a, b := admitted(t, field.A), admitted(t, field.B)
			first, second, third := childrenOf(t, a), childrenOf(t, b), childrenOf(t, admitted(t, field.A))
			if first != third {
				t.Errorf("the same spec makes other children: %s and %s, then %s and %s",
					first.builder, first.serving, third.builder, third.serving)
			}
			renamed := first.builder != second.builder || first.serving != second.serving
			why, steers := steering[field.Path]
			if strings.HasPrefix(field.Path, "spec.serving.rollout.") {
				why, steers = "sets how a version takes over the traffic", true
			}
			if steers {
				if renamed {
					t.Errorf("another value makes other children, though it only %s", why)
				}
				return
			}
			if _, renames := renaming[field.Path]; first.rendered == second.rendered && !renames && !listed(field.Path, a, b) {
				t.Error("another value changes nothing that runs: Unsupported() must list the field, or this test must give the reason")
			}
			if isOfAddress := strings.HasPrefix(field.Path, "spec.serving.triggers.http.route.") ||
				strings.HasPrefix(field.Path, "spec.serving.triggers.eventing[]."); renamed == isOfAddress {
				t.Errorf("another value makes other children: %t, and belongs to the address: %t", renamed, isOfAddress)
			}
		})
	}
}

// admitted returns fn as the API server stores it.
func admitted(t *testing.T, fn *v1beta2.Function) *v1beta2.Function {
	t.Helper()
	fn = fn.DeepCopy()
	fn.Namespace, fn.UID, fn.Generation = "team", "uid", 1
	fn.SetDefaults(t.Context())
	if err := fn.Validate(apis.WithinCreate(t.Context())).Filter(apis.ErrorLevel); err != nil {
		t.Fatalf("a value is not valid: %v", err)
	}
	return fn
}

func childrenOf(t *testing.T, fn *v1beta2.Function) children {
	t.Helper()
	var made children
	var rendered []string
	builtBy := ""
	if fn.Spec.Build != nil {
		builder, err := resources.MakeBuilder(fn)
		if err != nil {
			t.Fatal(err)
		}
		made.builder, builtBy = builder.Name, builder.Name
		builder.SetDefaults(t.Context())
		rendered = append(rendered, render(t, builder.Name, func(ctx context.Context) ([]child.Object, error) {
			plan, err := plugins.Strategy.Plan(strategy.Input{Builder: builder, Config: config.FromContext(ctx)})
			if err != nil {
				return nil, err
			}
			return plan.Objects, nil
		}))
	}
	if fn.Spec.Serving != nil {
		serving, err := resources.MakeServing(fn, fn.Spec.Image, builtBy)
		if err != nil {
			t.Fatal(err)
		}
		made.serving = serving.Name
		serving.Spec.ApplyClusterDefaults(withHooks(t.Context()))
		runtimes, missing := plugins.Runtimes.For(&serving.Spec.WorkloadSpec)
		rendered = append(rendered, missing, schedules(t, serving))
		for _, r := range runtimes {
			rendered = append(rendered, render(t, serving.Name, func(ctx context.Context) ([]child.Object, error) {
				return runtimetest.Objects(ctx, r, serving)
			}), render(t, serving.Name, func(ctx context.Context) ([]child.Object, error) {
				settings := config.FromContext(ctx)
				settings.Gateway.AllowedGateways = []string{"*/*"}
				route, err := r.Route(&runtime.RouteInput{
					Function: fn, Config: settings, Targets: []runtime.Target{{Serving: serving.Name, Percent: 100}},
				})
				if err != nil {
					return nil, err
				}
				return slices.Concat(route.Objects, route.Hosts), nil
			}))
		}
	}
	for _, subscriber := range plugins.Subscribers {
		rendered = append(rendered, render(t, fn.Name, func(context.Context) ([]child.Object, error) {
			var objects []child.Object
			for _, subscription := range subscriber.Subscribe(fn, nil) {
				objects = append(objects, subscription.Object)
			}
			return objects, nil
		}))
	}
	made.rendered = strings.Join(rendered, "\n")
	return made
}

// schedules are what the scheduler reads from a Serving itself.
func schedules(t *testing.T, serving *v1beta2.Serving) string {
	t.Helper()
	if serving.Spec.Triggers == nil {
		return ""
	}
	encoded, err := json.Marshal(serving.Spec.Triggers.Cron)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// withHooks returns the settings of an administrator who set a hook.
func withHooks(ctx context.Context) context.Context {
	settings := config.FromContext(ctx)
	settings.Tracing = &config.Tracing{Hooks: config.Hooks{Pre: []string{"admin"}}}
	return config.ToContext(ctx, settings)
}

// render returns objects without the name of their owner: a name that changed is
// no effect.
func render(t *testing.T, name string, objects func(context.Context) ([]child.Object, error)) string {
	t.Helper()
	made, err := objects(t.Context())
	if err != nil {
		return err.Error()
	}
	text, err := json.Marshal(made) //nolint:musttag // only compared, so any names will do
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), name, "NAME")
}

// index is the place of an element in the path of a field.
var index = regexp.MustCompile(`\[[^]]*\]`)

// listed reports whether the field, or a block that it is in, is on the list of
// those without effect.
func listed(path string, functions ...*v1beta2.Function) bool {
	plain := strings.NewReplacer("[]", "", "{}", "").Replace(path)
	for _, fn := range functions {
		for _, ineffective := range plugins.Unsupported(&fn.Spec, config.FromContext(context.Background())) {
			if field := "spec." + index.ReplaceAllString(ineffective.Path, ""); plain == field || strings.HasPrefix(plain, field+".") {
				return true
			}
		}
	}
	return false
}
