/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
)

func builder(t *testing.T, spec string, change ...func(*Builder)) *Builder {
	t.Helper()
	f := function(t, builtAndServed, spec)
	b := &Builder{
		ObjectMeta: metav1.ObjectMeta{Name: "hello-5fca1b20d9", Namespace: "team"},
		Spec:       BuilderSpec{Image: f.Spec.Image, ImageCredentials: f.Spec.ImageCredentials, BuildSpec: *f.Spec.Build},
	}
	for _, c := range change {
		c(b)
	}
	b.SetDefaults(context.Background())
	return b
}

func cancel(reason string) func(*Builder) {
	return func(b *Builder) { b.Spec.State, b.Spec.StateReason = BuildStateCancelled, reason }
}

func TestValidateBuilder(t *testing.T) {
	for name, tt := range map[string]struct {
		builder *Builder
		want    []string
	}{
		"good":           {builder: builder(t, ``)},
		"cancelled":      {builder: builder(t, ``, cancel("Superseded"))},
		"the same rules": {builder: builder(t, `build: {srcRepo: {url: "file:///etc"}}`), want: []string{`spec.srcRepo.url: Unsupported value: "file://": supported values: ` + "https://host/path, ssh://host/path, git@host:path"}},
		"no image":       {builder: builder(t, `image: null`), want: []string{"spec.image: Required value: set an image, for example registry.example.com/team/hello:v1"}},
		"credentials":    {builder: builder(t, `imageCredentials: {name: a/b}`), want: []string{`spec.imageCredentials.name: Invalid value: "a/b": must be a name without namespace: a DNS-1123 subdomain`}},
		"reason without state": {
			builder: builder(t, ``, func(b *Builder) { b.Spec.StateReason = "Superseded" }),
			want:    []string{"spec.stateReason: Forbidden: must not be set without state"},
		},
		"reason of two words": {
			builder: builder(t, ``, cancel("two words")),
			want:    []string{`spec.stateReason: Invalid value: "two words": must be one word in CamelCase, for example Cancelled`},
		},
		"name too long": {
			builder: builder(t, ``, func(b *Builder) { b.Name = strings.Repeat("a", 64) }),
			want:    []string{"metadata.name: Too long: must have at most 63 bytes, has 64"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, list(tt.builder.Validate(apis.WithinCreate(context.Background())))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateBuilderUpdate(t *testing.T) {
	const immutable = "spec: Forbidden: immutable, except that state can become Cancelled"
	const cancelled = "spec.state: Forbidden: a cancelled build cannot be resumed: set another rebuildToken in its function"
	for name, tt := range map[string]struct {
		old, update *Builder
		want        []string
	}{
		"labels":                {old: builder(t, ``), update: builder(t, ``, func(b *Builder) { b.Labels = map[string]string{"a": "b"} })},
		"cancelled":             {old: builder(t, ``), update: builder(t, ``, cancel(""))},
		"superseded":            {old: builder(t, ``), update: builder(t, ``, cancel("Superseded"))},
		"another field":         {old: builder(t, ``), update: builder(t, `build: {timeout: 1m}`), want: []string{immutable}},
		"cancelled and changed": {old: builder(t, ``), update: builder(t, `build: {timeout: 1m}`, cancel("")), want: []string{immutable}},
		"unknown state": {
			old: builder(t, ``), update: builder(t, ``, func(b *Builder) { b.Spec.State = "Paused" }),
			want: []string{`spec.state: Unsupported value: "Paused": supported values: "", Cancelled`},
		},
		"not cancelled after all": {old: builder(t, ``, cancel("")), update: builder(t, ``), want: []string{cancelled}},
		"another reason":          {old: builder(t, ``, cancel("Superseded")), update: builder(t, ``, cancel("Other")), want: []string{immutable}},
		"bad but stored":          {old: builder(t, `image: A/b`), update: builder(t, `image: A/b`, cancel(""))},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, list(tt.update.Validate(apis.WithinUpdate(context.Background(), tt.old)))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func serving(t *testing.T, spec string, change ...func(*Serving)) *Serving {
	t.Helper()
	f := function(t, servedOnly, spec)
	s := &Serving{
		ObjectMeta: metav1.ObjectMeta{
			Name: "hello-5fca1b20d9", Namespace: "team",
			OwnerReferences: []metav1.OwnerReference{{Kind: "Function", Name: "hello", Controller: new(true)}},
		},
		Spec: ServingSpec{
			WorkloadRuntime: f.Spec.WorkloadRuntime, Version: f.Spec.Version, Image: f.Spec.Image,
			ImageCredentials: f.Spec.ImageCredentials, WorkloadSpec: *f.Spec.Serving,
		},
	}
	for _, c := range change {
		c(s)
	}
	s.SetDefaults(context.Background())
	return s
}

func byDigest(s *Serving) {
	s.Spec.Image = "registry.example.com/team/hello@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
}

func TestValidateServing(t *testing.T) {
	const managed = "spec.template.containers[0].image: Forbidden: the image of the container function is managed: set spec.image instead"
	for name, tt := range map[string]struct {
		serving *Serving
		want    []string
	}{
		"good":      {serving: serving(t, ``)},
		"by digest": {serving: serving(t, ``, byDigest)},
		"the tag that became the digest": {
			serving: serving(t, `serving: {template: {containers: [{name: function, image: "registry.example.com/team/hello:v1"}]}}`, byDigest),
		},
		"another repository": {
			serving: serving(t, `serving: {template: {containers: [{name: function, image: "registry.example.com/team/other:v1"}]}}`, byDigest),
			want:    []string{managed},
		},
		"a template the function would refuse": {
			serving: serving(t, `serving: {template: {hostNetwork: true}}`),
			want:    []string{"spec.template.hostNetwork: Forbidden: not allowed in the pod of a function"},
		},
		"identity of its function": {serving: serving(t, `serving: {annotations: {dapr.io/app-id: hello-team}}`)},
		"no warnings from the controller": {
			serving: serving(t, `serving: {workloadType: Deployment}`),
		},
		"no image, bad version and runtime": {
			serving: serving(t, `image: null, version: "", workloadRuntime: Docker, imageCredentials: {}`),
			want: []string{
				"spec.image: Required value: set an image, for example registry.example.com/team/hello:v1",
				"spec.imageCredentials.name: Required value: set the name of the object",
				"spec.version: Required value: must be a label value, for example v1.2.3; remove the field for latest",
				`spec.workloadRuntime: Unsupported value: "Docker": supported values: OCIContainer, WasmEdge`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, list(tt.serving.Validate(apis.WithinCreate(context.Background())))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateServingUpdate(t *testing.T) {
	for name, tt := range map[string]struct {
		update *Serving
		want   []string
	}{
		"labels": {update: serving(t, ``, func(s *Serving) { s.Labels = map[string]string{"a": "b"} })},
		"the spec": {
			update: serving(t, `serving: {params: {A: b}}`),
			want:   []string{"spec: Forbidden: immutable: change the function, which creates a new Serving"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := apis.WithinUpdate(context.Background(), serving(t, ``))
			if diff := cmp.Diff(tt.want, list(tt.update.Validate(ctx))); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}
