/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/randfill"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// object is one of our kinds in one of its versions.
type object interface {
	apis.Convertible
	metav1.Object
}

// pair is a kind in both versions.
type pair struct {
	name     string
	old, hub func() object
}

var pairs = []pair{
	{"Function", func() object { return &Function{} }, func() object { return &v1beta2.Function{} }},
	{"Builder", func() object { return &Builder{} }, func() object { return &v1beta2.Builder{} }},
	{"Serving", func() object { return &Serving{} }, func() object { return &v1beta2.Serving{} }},
}

// tree returns an object as others see it: as JSON.
func tree(t *testing.T, o object) map[string]any {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var content map[string]any
	if err := decode(text, &content); err != nil {
		t.Fatal(err)
	}
	return content
}

// sent returns an object as it is when it was sent over the wire.
func sent(t *testing.T, o, as object) object {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, as); err != nil {
		t.Fatal(err)
	}
	return as
}

// thereAndBack converts an object to the other version and back, and reports
// whether it could be.
func thereAndBack(t *testing.T, in, other, back object) bool {
	t.Helper()
	ctx := context.Background()
	before := tree(t, in)
	if err := other.ConvertFrom(ctx, in); err != nil {
		if _, isHub := other.(*Function); isHub {
			t.Errorf("v1beta2 cannot be shown: %v", err)
		}
		return false
	}
	if diff := cmp.Diff(before, tree(t, in)); diff != "" {
		t.Errorf("conversion changed what it read (-before +after):\n%s", diff)
	}
	if err := back.ConvertFrom(ctx, other); err != nil {
		t.Fatalf("not converted back: %v", err)
	}
	if diff := cmp.Diff(before, tree(t, back)); diff != "" {
		t.Errorf("lost on the way (-before +after):\n%s\nkept was %s", diff, other.GetAnnotations()[functions.ConversionDataAnnotationKey])
	}
	return true
}

// filler makes objects in which every pointer, list and map is nil now and then.
func filler(seed int64) *randfill.Filler {
	return randfill.NewWithSeed(seed).NilChance(0.3).NumElements(0, 3).MaxDepth(14).Funcs(
		func(*metav1.TypeMeta, randfill.Continue) {},
		func(m *metav1.ObjectMeta, c randfill.Continue) {
			m.Name = "hello"
			if c.Bool() {
				m.Annotations = map[string]string{"team": "a"}
			}
			if c.Bool() {
				m.SetAnnotations(map[string]string{annotationPlugins: "order: [a, b] # ours\n", annotationTracing: "{}"})
			}
		},
		func(q *resource.Quantity, c randfill.Continue) {
			*q = resource.MustParse([]string{"0", "100m", "1Gi", "2"}[c.Intn(4)])
		},
		func(r *runtime.RawExtension, _ randfill.Continue) { r.Raw = []byte(`{"a":1}`) },
		func(j *apiextensionsv1.JSON, _ randfill.Continue) { j.Raw = []byte(`[1.50,"<x>"]`) },
		func(u *apis.URL, _ randfill.Continue) { u.Scheme, u.Host = "http", "example.com" },
		func(*metav1.Time, randfill.Continue) {},
		func(r *Runtime, c randfill.Continue) {
			*r = []Runtime{RuntimeKnative, RuntimeAsync, "", "other"}[c.Intn(4)]
		},
		func(p *v1beta2.ParamValue, c randfill.Continue) {
			c.FillNoCustom(p)
			p.Name = []string{"a", "b", "c", ""}[c.Intn(4)]
			if c.Bool() {
				p.Values, p.ConfigMapValue, p.SecretValue = nil, nil, nil
			}
		},
	)
}

func TestRoundTripsGenerated(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			for seed := range int64(generatedObjects) {
				old, hub := p.old(), p.hub()
				filler(seed).Fill(old)
				filler(seed).Fill(hub)
				old, hub = sent(t, old, p.old()), sent(t, hub, p.hub())
				if !thereAndBack(t, old, p.hub(), p.old()) && len(old.GetAnnotations()) == 0 {
					t.Error("v1beta1 could not be converted")
				}
				if !thereAndBack(t, hub, p.old(), p.hub()) {
					t.Error("v1beta2 could not be converted")
				}
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}
