/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/config"
)

// forAll returns a context with settings of the administrator for all functions.
func forAll(t *testing.T, hooks, tracing string) context.Context {
	t.Helper()
	read, err := config.NewTracingFromConfigMap(&corev1.ConfigMap{Data: map[string]string{"hooks": hooks, "tracing": tracing}})
	if err != nil {
		t.Fatal(err)
	}
	c := config.FromContext(context.Background())
	c.Tracing = read
	return config.ToContext(context.Background(), c)
}

func workloadOf(t *testing.T, text string) *WorkloadSpec {
	t.Helper()
	spec := &WorkloadSpec{}
	if err := yaml.UnmarshalStrict([]byte(text), spec); err != nil {
		t.Fatal(err)
	}
	return spec
}

func TestApplyClusterDefaults(t *testing.T) {
	const (
		skyWalking = `{enabled: true, provider: {name: skywalking, oapServer: "oap:11800"}, tags: {a: all, b: all}, baggage: {c: all}}`
		collector  = `{enabled: true, provider: {name: opentelemetry, exporter: {name: otlp, endpoint: "central:4317", headers: token=a}}}`
	)
	for name, tt := range map[string]struct {
		hooks, tracing string
		spec, want     string
	}{
		"nothing":                          {spec: `{}`, want: `{}`},
		"nothing set for all":              {spec: `{hooks: {pre: [own]}, tracing: {tags: {a: b}}}`, want: `{hooks: {pre: [own]}, tracing: {tags: {a: b}}}`},
		"hooks of all":                     {hooks: `{pre: [p], post: [q]}`, spec: `{}`, want: `{hooks: {pre: [p], post: [q], policy: Override}}`},
		"own hooks are inside":             {hooks: `{pre: [p], post: [q]}`, spec: `{hooks: {pre: [own], post: [own]}}`, want: `{hooks: {pre: [p, own], post: [own, q], policy: Override}}`},
		"Append is the same":               {hooks: `{pre: [p]}`, spec: `{hooks: {post: [own], policy: Append}}`, want: `{hooks: {pre: [p], post: [own], policy: Override}}`},
		"Override":                         {hooks: `{pre: [p], post: [q]}`, spec: `{hooks: {pre: [own], policy: Override}}`, want: `{hooks: {pre: [own], policy: Override}}`},
		"a hook that both name runs once":  {hooks: `{pre: [p, r], post: [p]}`, spec: `{hooks: {pre: [r, p, own], post: [own, p]}}`, want: `{hooks: {pre: [p, r, own], post: [own, p], policy: Override}}`},
		"tracing of all":                   {tracing: skyWalking, spec: `{}`, want: `{tracing: ` + skyWalking + `}`},
		"tracing of all is off":            {tracing: `{provider: {name: skywalking}}`, spec: `{}`, want: `{}`},
		"the function switches it off":     {tracing: skyWalking, spec: `{tracing: {enabled: false}}`, want: `{tracing: {enabled: false}}`},
		"the provider of all":              {tracing: collector, spec: `{tracing: {enabled: true}}`, want: `{tracing: ` + collector + `}`},
		"own address of the same provider": {tracing: skyWalking, spec: `{tracing: {enabled: true, provider: {name: SkyWalking, oapServer: own}}}`, want: `{tracing: {enabled: true, provider: {name: SkyWalking, oapServer: own}, tags: {a: all, b: all}, baggage: {c: all}}}`},
		"tags and baggage are joined":      {tracing: skyWalking, spec: `{tracing: {enabled: true, tags: {b: own}, baggage: {d: own}}}`, want: `{tracing: {enabled: true, provider: {name: skywalking, oapServer: "oap:11800"}, tags: {a: all, b: own}, baggage: {c: all, d: own}}}`},
		"headers of all go to no address of others": {
			tracing: collector,
			spec:    `{tracing: {enabled: true, provider: {name: opentelemetry, exporter: {name: otlp, endpoint: "own:4317"}}}}`,
			want:    `{tracing: {enabled: true, provider: {name: opentelemetry, exporter: {name: otlp, endpoint: "own:4317"}}}}`,
		},
		"another provider": {
			tracing: collector,
			spec:    `{tracing: {enabled: true, provider: {name: skywalking, oapServer: own}}}`,
			want:    `{tracing: {enabled: true, provider: {name: skywalking, oapServer: own}}}`,
		},
		"switched on by the function alone": {
			tracing: `{provider: {name: skywalking, oapServer: "oap:11800"}}`,
			spec:    `{tracing: {enabled: true}}`,
			want:    `{tracing: {enabled: true, provider: {name: skywalking, oapServer: "oap:11800"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := forAll(t, tt.hooks, tt.tracing)
			spec := workloadOf(t, tt.spec)
			before := spec.DeepCopy()
			got := *spec
			got.ApplyClusterDefaults(ctx)
			if diff := cmp.Diff(workloadOf(t, tt.want), &got); diff != "" {
				t.Errorf("ApplyClusterDefaults() (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, spec); diff != "" {
				t.Errorf("ApplyClusterDefaults() changed its receiver's maps or lists (-before +after):\n%s", diff)
			}
			again := got
			if again.ApplyClusterDefaults(ctx); !cmp.Equal(got, again) {
				t.Errorf("ApplyClusterDefaults() twice differs from once: %s", cmp.Diff(got, again))
			}
		})
	}
}
