/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"knative.dev/pkg/apis"
)

// manyItems is far more bad items than anybody needs.
const manyItems = 10_000

// listOf returns a list of many equal items.
func listOf(item any) []any {
	return slices.Repeat([]any{item}, manyItems)
}

// mapOf returns a map of many equal items. N in the key stands for the number of the item.
func mapOf(key string, item any) map[string]any {
	items := make(map[string]any, manyItems)
	for i := range manyItems {
		items[strings.ReplaceAll(key, "N", strconv.Itoa(i))] = item
	}
	return items
}

// A user must not be able to keep admission busy with a large object: merging many errors
// with the same text takes quadratic time, so long lists are cut.
func TestValidateHugeSpecsInTime(t *testing.T) {
	const limit = 5 * time.Second // 10,000 errors in one list took a minute
	type object = map[string]any
	empty := object{}
	for path, spec := range map[string]object{
		"spec.build.env":                          {"build": object{"env": mapOf("A-N", "b")}},
		"spec.build.shipwright.params":            {"build": object{"shipwright": object{"params": listOf(empty)}}},
		"spec.serving.params":                     {"serving": object{"params": mapOf("A-N", "b")}},
		"spec.serving.labels":                     {"serving": object{"labels": mapOf("A/N/", "b")}},
		"spec.serving.annotations":                {"serving": object{"annotations": mapOf("A/N/", "b")}},
		"spec.serving.outputs":                    {"serving": object{"outputs": listOf(nil)}},
		"spec.serving.bindings":                   {"serving": object{"bindings": mapOf("A_N", nil)}},
		"spec.serving.states":                     {"serving": object{"states": mapOf("A_N", empty)}},
		"spec.serving.hooks.pre":                  {"serving": object{"hooks": object{"pre": listOf("")}}},
		"spec.serving.triggers.dapr":              {"serving": object{"triggers": object{"dapr": listOf(empty)}}},
		"spec.serving.triggers.inputs":            {"serving": object{"triggers": object{"inputs": listOf(empty)}}},
		"spec.serving.template.volumes":           {"serving": object{"template": object{"volumes": listOf(object{"name": "a", "hostPath": object{"path": "/"}})}}},
		"spec.serving.scaleOptions.knative":       {"serving": object{"scaleOptions": object{"knative": mapOf("A/N/", "b")}}},
		"spec.serving.scaleOptions.keda.triggers": {"serving": object{"scaleOptions": object{"keda": object{"triggers": listOf(empty)}}}},
		"spec.serving.template.containers":        {"serving": object{"template": object{"containers": listOf(object{"name": "A"})}}},
		"spec.serving.template.containers[0].env": {"serving": object{"template": object{"containers": []any{object{"name": "function", "env": listOf(object{"name": "A="})}}}}},
		"spec.serving.triggers.http.route.rules":  {"serving": object{"triggers": object{"http": object{"route": object{"rules": listOf(object{"backendRefs": []any{empty}})}}}}},
	} {
		t.Run(path, func(t *testing.T) {
			f := hugeFunction(t, builtAndServed, object{"spec": spec})
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
				t.Errorf("no error reports that %s are too many: %d errors, the first %.200s", path, len(errs), errs)
			}
		})
	}
}
