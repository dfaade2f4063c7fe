//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package admission

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/integration/environment"
)

// Functions a second that are created. Of large ones two cores take no more in
// the API server alone.
const (
	rate      = 100
	largeRate = 10
)

const (
	goodSpec = `{image: "registry.example.com/team/hello:v1", version: v1, workloadRuntime: OCIContainer,
		serving: {params: {A: b}, triggers: {http: {port: 8080, engine: knative}}, scaleOptions: {minReplicas: 0, maxReplicas: 10}}}`
	badSpec = `{image: "registry.example.com/team/hello:v1", version: v1, workloadRuntime: OCIContainer,
		serving: {params: {A-B: b}, triggers: {http: {port: 8080, engine: knative}}, template: {containers: [{name: function, env: [{name: PORT, value: "1"}]}]}}}`
)

// largeSpec is one of 100 KB.
func largeSpec() string {
	var env strings.Builder
	for i := range 100 {
		fmt.Fprintf(&env, "V%d: %q, ", i, strings.Repeat("x", 1000))
	}
	return strings.TrimSuffix(strings.TrimSpace(goodSpec), "}") +
		`, build: {builder: "registry.example.com/builder:v1", srcRepo: {url: "https://git.example.com/r"}, env: {` + env.String() + `}}}`
}

// client creates functions, without ever storing one.
type client struct {
	functions dynamic.ResourceInterface
}

func newClient(t *testing.T, e *environment.Environment, namespace string) client {
	t.Helper()
	config := rest.CopyConfig(e.Config)
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	return client{dynamic.NewForConfigOrDie(config).Resource(cluster.Functions).Namespace(namespace)}
}

func parse(t *testing.T, spec string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	text := "apiVersion: core.openfunction.io/v1beta2\nkind: Function\nmetadata: {name: hello}\nspec: " + spec
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}

func (c client) create(ctx context.Context, function *unstructured.Unstructured) error {
	_, err := c.functions.Create(ctx, function, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}

// outcome is what became of a load.
type outcome struct {
	sync.Mutex

	// good are the times of what was admitted, bad those of what was refused.
	good, bad []time.Duration
	// lost are the answers with neither.
	lost []error
}

func (o *outcome) add(took time.Duration, err error) {
	o.Lock()
	defer o.Unlock()
	switch {
	case err == nil:
		o.good = append(o.good, took)
	case apierrs.IsBadRequest(err):
		o.bad = append(o.bad, took)
	default:
		o.lost = append(o.lost, err)
	}
}

// load creates functions at the rate, whether or not those before are answered,
// until ctx ends: good and bad ones by turns.
func (c client) load(ctx context.Context, rate int, good, bad *unstructured.Unstructured) *outcome {
	o := &outcome{}
	var group sync.WaitGroup
	ticks := time.NewTicker(time.Second / time.Duration(rate))
	defer ticks.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			group.Wait()
			return o
		case <-ticks.C:
		}
		function := good
		if i%2 == 0 {
			function = bad
		}
		group.Go(func() {
			began := time.Now()
			err := c.create(context.WithoutCancel(ctx), function)
			o.add(time.Since(began), err)
		})
	}
}

func percentile(times []time.Duration, percent float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*percent/100))]
}

// spread returns the median, the least and the most of several rounds.
func spread(rounds []time.Duration) (median, least, most time.Duration) {
	sorted := slices.Sorted(slices.Values(rounds))
	return sorted[len(sorted)/2], sorted[0], sorted[len(sorted)-1]
}
