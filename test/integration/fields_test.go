//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package integration

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"knative.dev/pkg/apis"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/fields"
	"openfunction.dev/openfunction/test/integration/simulator"
)

// TestEveryFieldGoesThereAndBack changes fields of the spec to another value and back,
// in a function for each field. The children of the first value are used again and not
// created a second time. test/fields tests every field without a server.
func TestEveryFieldGoesThereAndBack(t *testing.T) {
	p := startWithWebhook(t)
	all := fieldsOnServer(fields.All(t, "../.."))
	for i := range all {
		for _, fn := range []*v1beta2.Function{all[i].A, all[i].B} {
			fn.Name, fn.Namespace = fmt.Sprintf("f%03d", i), p.namespace
			keepBuilds(fn, all[i].Path)
		}
	}
	for i := range all {
		p.Create(t, all[i].A)
	}
	p.awaitDecided(t, len(all))
	first := p.completed(t)
	for i := range all {
		p.setSpec(t, all[i].B)
	}
	p.awaitDecided(t, len(all))
	for i := range all {
		p.setSpec(t, all[i].A)
	}
	p.awaitDecided(t, len(all))
	last := p.completed(t)

	for i := range all {
		name := all[i].A.Name
		for child, uid := range first[name] {
			if last[name][child] != uid {
				t.Errorf("%s: %s is another one than at first: it was made twice", all[i].Path, child)
			}
		}
		// At most two Builders and two Servings.
		if len(last[name]) > 4 {
			t.Errorf("%s: %d children, want at most two of each kind", all[i].Path, len(last[name]))
		}
	}
	if len(first) < len(all)/3 {
		t.Errorf("only %d of %d functions were built or served at first", len(first), len(all))
	}
}

// startWithWebhook starts a platform with the webhook.
func startWithWebhook(t *testing.T) *platform {
	t.Helper()
	a := startAdmission(t)
	p := &platform{Environment: a.Environment, namespace: a.namespace}
	p.simulateRequests(t, simulator.Latency)
	p.simulateEvents(t, simulator.Latency)
	p.installStrategies(t)
	p.startController(t)
	return p
}

// keepBuilds keeps earlier builds, which would otherwise be deleted at the limit.
func keepBuilds(fn *v1beta2.Function, but string) {
	if fn.Spec.Build == nil || but == "spec.build.successfulBuildsHistoryLimit" || but == "spec.build.failedBuildsHistoryLimit" {
		return
	}
	fn.Spec.Build.SuccessfulBuildsHistoryLimit = new(int32(5))
	fn.Spec.Build.FailedBuildsHistoryLimit = new(int32(5))
}

func (p *platform) setSpec(t *testing.T, want *v1beta2.Function) {
	t.Helper()
	p.Edit(t, want, func(spec *v1beta2.FunctionSpec) { *spec = *want.Spec.DeepCopy() })
}

// awaitDecided waits until the status of all functions describes their current
// generation.
func (p *platform) awaitDecided(t *testing.T, count int) {
	t.Helper()
	q := cluster.Query{GroupVersionResource: cluster.Functions, Namespace: p.namespace, Timeout: cluster.DefaultTimeout}
	cluster.Await(t, p.Cluster, q, "be decided", func(all []v1beta2.Function) bool {
		for i := range all {
			ready := all[i].Status.GetCondition(v1beta2.FunctionConditionReady)
			if all[i].Status.ObservedGeneration != all[i].Generation || ready == nil || ready.IsUnknown() {
				return false
			}
		}
		return len(all) == count
	})
}

// completed returns the UIDs of all completed Builders and ready Servings by name, by
// function. Other children may be created again.
func (p *platform) completed(t *testing.T) map[string]map[string]types.UID {
	t.Helper()
	found := map[string]map[string]types.UID{}
	note := func(kind string, child *metav1.ObjectMeta, condition *apis.Condition) {
		fn := child.Labels[functions.FunctionLabelKey]
		if !condition.IsTrue() {
			return
		}
		if found[fn] == nil {
			found[fn] = map[string]types.UID{}
		}
		found[fn][kind+" "+child.Name] = child.UID
	}
	builders, err := p.Builders(p.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range builders.Items {
		b := &builders.Items[i]
		note("Builder", &b.ObjectMeta, b.Status.GetCondition(v1beta2.BuilderConditionSucceeded))
	}
	servings, err := p.Servings(p.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range servings.Items {
		s := &servings.Items[i]
		note("Serving", &s.ObjectMeta, s.Status.GetCondition(v1beta2.ServingConditionReady))
	}
	return found
}

// strategies are the strategies that the manifests name, with all parameters that they
// set.
const strategies = `
apiVersion: shipwright.io/v1beta1
kind: %s
metadata: {name: %s}
spec:
  parameters:
    - {name: builder-image, description: a, default: ""}
    - {name: env, description: a, type: array, defaults: []}
    - {name: cache, description: a, default: ""}
    - {name: mirror, description: a, default: ""}
    - {name: token, description: a, default: ""}
    - {name: other, description: a, default: ""}
    - {name: dockerfile, description: a, default: ""}
    - {name: profiles, description: a, type: array, defaults: []}
  steps: [{name: build, image: registry.example.com/tools/build:v1}]
`

func (p *platform) installStrategies(t *testing.T) {
	t.Helper()
	for _, strategy := range []struct{ kind, name string }{
		{"ClusterBuildStrategy", "openfunction"},
		{"ClusterBuildStrategy", "buildah"},
		{"ClusterBuildStrategy", "other"},
		{"BuildStrategy", "layered"},
		{"BuildStrategy", "other"},
		{"BuildStrategy", "buildah"},
	} {
		object := parse(t, fmt.Sprintf(strategies, strategy.kind, strategy.name))
		kind := cluster.BuildRuns.GroupVersion().WithResource(strings.TrimSuffix(strings.ToLower(strategy.kind), "y") + "ies")
		var client dynamic.ResourceInterface = p.Dynamic.Resource(kind)
		if strategy.kind == "BuildStrategy" {
			client = p.Dynamic.Resource(kind).Namespace(p.namespace)
		}
		options := metav1.ApplyOptions{FieldManager: "environment", Force: true}
		if _, err := client.Apply(t.Context(), object.GetName(), object, options); err != nil {
			t.Fatal(err)
		}
	}
}
