/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"knative.dev/pkg/apis"
)

// many is a list or map of far more bad items than anybody needs.
func many(open, shut, item string) string {
	const n = 10_000
	return series(open, shut, n, func(i int) string { return strings.ReplaceAll(item, "N", strconv.Itoa(i)) })
}

// A user must not be able to keep admission busy with a large object: merging many errors
// with the same text takes quadratic time, so long lists are cut.
func TestValidateHugeSpecsInTime(t *testing.T) {
	const limit = 5 * time.Second // 10,000 errors in one list took a minute
	for path, spec := range map[string]string{
		"spec.build.env":                          `build: {env: ` + many("{", "}", "A-N: b") + `}`,
		"spec.build.shipwright.params":            `build: {shipwright: {params: ` + many("[", "]", "{}") + `}}`,
		"spec.serving.params":                     `serving: {params: ` + many("{", "}", "A-N: b") + `}`,
		"spec.serving.labels":                     `serving: {labels: ` + many("{", "}", "A/N/: b") + `}`,
		"spec.serving.annotations":                `serving: {annotations: ` + many("{", "}", "A/N/: b") + `}`,
		"spec.serving.outputs":                    `serving: {outputs: ` + many("[", "]", "null") + `}`,
		"spec.serving.bindings":                   `serving: {bindings: ` + many("{", "}", "A_N: null") + `}`,
		"spec.serving.states":                     `serving: {states: ` + many("{", "}", "A_N: {}") + `}`,
		"spec.serving.hooks.pre":                  `serving: {hooks: {pre: ` + many("[", "]", `""`) + `}}`,
		"spec.serving.triggers.dapr":              `serving: {triggers: {dapr: ` + many("[", "]", "{}") + `}}`,
		"spec.serving.triggers.inputs":            `serving: {triggers: {inputs: ` + many("[", "]", "{}") + `}}`,
		"spec.serving.template.volumes":           `serving: {template: {volumes: ` + many("[", "]", "{name: a, hostPath: {path: /}}") + `}}`,
		"spec.serving.scaleOptions.knative":       `serving: {scaleOptions: {knative: ` + many("{", "}", "A/N/: b") + `}}`,
		"spec.serving.scaleOptions.keda.triggers": `serving: {scaleOptions: {keda: {triggers: ` + many("[", "]", "{}") + `}}}`,
		"spec.serving.template.containers":        `serving: {template: {containers: ` + many("[", "]", "{name: A}") + `}}`,
		"spec.serving.template.containers[0].env": `serving: {template: {containers: [{name: function, env: ` + many("[", "]", "{name: A=}") + `}]}}`,
		"spec.serving.triggers.http.route.rules":  `serving: {triggers: {http: {route: {rules: ` + many("[", "]", "{backendRefs: [{}]}") + `}}}}`,
	} {
		t.Run(path, func(t *testing.T) {
			f := function(t, builtAndServed, spec)
			f.SetDefaults(context.Background())
			begin := time.Now()
			errs := list(f.Validate(apis.WithinCreate(context.Background())))
			if took := time.Since(begin); took > limit {
				t.Errorf("it took %v", took)
			}
			found := false
			for _, err := range errs {
				found = found || strings.HasPrefix(err, path+": Too many: ") && strings.HasSuffix(err, ", has 10000")
			}
			if !found {
				t.Errorf("nothing says that %s are too many: %d errors, the first %.200s", path, len(errs), errs)
			}
		})
	}
}
