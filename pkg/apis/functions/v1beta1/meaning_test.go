/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta1

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// meanings returns pairs of objects, in v1beta1 and in v1beta2, by file.
func meanings(tb testing.TB) map[string][2]object {
	tb.Helper()
	paths, err := filepath.Glob("testdata/meaning/*.yaml")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("nothing in testdata/meaning: %v", err)
	}
	all := map[string][2]object{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		old, hub, found := bytes.Cut(content, []byte("\n---\n"))
		var meta metav1.TypeMeta
		if err := yaml.Unmarshal(hub, &meta); err != nil || !found {
			tb.Fatalf("%s holds no pair: %v", path, err)
		}
		for _, p := range pairs {
			if p.name != meta.Kind {
				continue
			}
			both := [2]object{p.old(), p.hub()}
			for i, text := range [][]byte{old, hub} {
				if err := yaml.UnmarshalStrict(text, both[i]); err != nil {
					tb.Fatalf("%s: %v", path, err)
				}
				// The framework sets it, whatever the types do.
				reflect.ValueOf(both[i]).Elem().FieldByName("TypeMeta").SetZero()
			}
			all[strings.TrimSuffix(filepath.Base(path), ".yaml")] = both
		}
	}
	return all
}

func TestMeaning(t *testing.T) {
	ctx := context.Background()
	for name, both := range meanings(t) {
		t.Run(name, func(t *testing.T) {
			old, hub := both[0], both[1]
			gotHub, gotOld := empty(hub), empty(old)
			if err := gotHub.ConvertFrom(ctx, old); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tree(t, hub), tree(t, gotHub)); diff != "" {
				t.Errorf("in v1beta2 (-want +got):\n%s", diff)
			}
			if err := gotOld.ConvertFrom(ctx, hub); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tree(t, old), tree(t, gotOld)); diff != "" {
				t.Errorf("in v1beta1 (-want +got):\n%s", diff)
			}
		})
	}
}

func empty(o object) object {
	for _, p := range pairs {
		for _, made := range []object{p.old(), p.hub()} {
			if reflect.TypeOf(made) == reflect.TypeOf(o) {
				return made
			}
		}
	}
	return nil
}

// edited converts a function of v1beta2 to v1beta1, edits it there, and returns
// what is stored then.
func edited(t *testing.T, spec string, edit func(*Function)) *v1beta2.Function {
	t.Helper()
	hub := &v1beta2.Function{}
	if err := yaml.UnmarshalStrict([]byte(spec), &hub.Spec); err != nil {
		t.Fatal(err)
	}
	old, stored := &Function{}, &v1beta2.Function{}
	if err := old.ConvertFrom(context.Background(), hub); err != nil {
		t.Fatal(err)
	}
	edit(old)
	if err := stored.ConvertFrom(context.Background(), old); err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestEditsOfTheOtherVersionTakePrecedence(t *testing.T) {
	for name, tt := range map[string]struct {
		before string
		edit   func(*Function)
		want   string
	}{
		"the port, beside an engine": {
			`{serving: {triggers: {http: {port: 1, engine: keda}}}}`,
			func(f *Function) { f.Spec.Port = new(int32(2)) },
			`{serving: {triggers: {http: {port: 2, engine: keda}}}}`,
		},
		"the runtime, which has no engine": {
			`{serving: {triggers: {http: {engine: keda}}}}`,
			func(f *Function) {
				f.Spec.Serving.Runtime, f.Spec.Serving.Inputs = RuntimeAsync, []*DaprIO{{Component: "a"}}
			},
			`{serving: {triggers: {dapr: [{name: a}]}}}`,
		},
		"the serving goes, with all that is its own": {
			`{build: {}, serving: {triggers: {inputs: [{dapr: {name: a}}], http: {engine: keda}}, hooks: {policy: Append}}}`,
			func(f *Function) { f.Spec.Serving = nil; delete(f.Annotations, annotationPlugins) },
			`{build: {}}`,
		},
		"an input before others, which keep their types": {
			`{serving: {triggers: {dapr: [{name: a, type: bindings.x}, {name: b, type: bindings.y}]}}}`,
			func(f *Function) {
				f.Spec.Serving.Inputs = append([]*DaprIO{{Component: "c"}}, f.Spec.Serving.Inputs...)
				f.Spec.Serving.Inputs = f.Spec.Serving.Inputs[:2]
			},
			`{serving: {triggers: {dapr: [{name: c}, {name: a, type: bindings.x}]}}}`,
		},
		"a parameter, beside secret ones": {
			`{build: {shipwright: {params: [{name: s, secretValue: {name: x, key: k}}, {name: a, value: "1"}]}}}`,
			func(f *Function) { f.Spec.Build.Params["a"] = "2" },
			`{build: {shipwright: {params: [{name: s, secretValue: {name: x, key: k}}, {name: a, value: "2"}]}}}`,
		},
		"a parameter in the place of a secret one": {
			`{build: {shipwright: {params: [{name: s, secretValue: {name: x, key: k}}]}}}`,
			func(f *Function) { f.Spec.Build.Params = map[string]string{"s": "open"} },
			`{build: {shipwright: {params: [{name: s, value: open}]}}}`,
		},
		"a state, beside one that exists": {
			`{serving: {triggers: {http: {}}, states: {there: {}}}}`,
			func(f *Function) {
				f.Spec.Serving.States = map[string]*v1beta2.DaprComponent{"made": {Type: "state.redis"}}
			},
			`{serving: {triggers: {http: {}}, states: {there: {}, made: {spec: {type: state.redis}}}}}`,
		},
		"hooks, whose policy is not shown": {
			`{serving: {triggers: {http: {}}, hooks: {pre: [a], policy: Append}}}`,
			func(f *Function) { f.Annotations[annotationPlugins] = "pre: [b]" },
			`{serving: {triggers: {http: {}}, hooks: {pre: [b], policy: Append}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := &v1beta2.Function{}
			if err := yaml.UnmarshalStrict([]byte(tt.want), &want.Spec); err != nil {
				t.Fatal(err)
			}
			got := edited(t, tt.before, tt.edit)
			if diff := cmp.Diff(tree(t, want)["spec"], tree(t, got)["spec"]); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

// Two fields of v1beta1 together have the meaning of one in v1beta2: where that is
// edited, neither may stay behind.
func TestEditsOfTheStoredVersionAreShown(t *testing.T) {
	written, ok := meanings(t)["keda-bounds"][0].(*Function)
	if !ok {
		t.Fatal("no Function")
	}
	const wording = "order: [a] # first"
	written.Annotations = map[string]string{annotationPlugins: wording}
	hub := &v1beta2.Function{}
	if err := hub.ConvertFrom(context.Background(), written); err != nil {
		t.Fatal(err)
	}
	hub.Spec.Serving.ScaleOptions.MinReplicas = new(int32(4))
	old := &Function{}
	if err := old.ConvertFrom(context.Background(), hub); err != nil {
		t.Fatal(err)
	}
	so := old.Spec.Serving.ScaleOptions
	if got := first(so.Keda.ScaledObject.MinReplicaCount, so.MinReplicas); *got != 4 {
		t.Errorf("v1beta1 shows %d pods at least, want 4", *got)
	}
	if got := first(so.Keda.ScaledObject.MaxReplicaCount, so.MaxReplicas); *got != 9 {
		t.Errorf("v1beta1 shows %d pods at most, want 9", *got)
	}
	if got := old.Annotations[annotationPlugins]; got != wording {
		t.Errorf("the edit of another field changed the plugins to %q", got)
	}
}

func FuzzConversion(f *testing.F) {
	for _, both := range meanings(f) {
		for i, o := range both {
			text, err := json.Marshal(o)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text, i == 0, `{"version":"v1beta2","is":{"spec":{"serving":{"triggers":{"http":{"engine":"keda"}}}}}}`)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, isOld bool, kept string) {
		for _, p := range pairs {
			from, other := p.hub, p.old
			if isOld {
				from, other = p.old, p.hub
			}
			in := from()
			if json.Unmarshal(text, in) != nil {
				continue
			}
			in = sent(t, in, from())
			delete(in.GetAnnotations(), functions.ConversionDataAnnotationKey)
			if len(in.GetAnnotations()) == 0 {
				in.SetAnnotations(nil)
			}
			thereAndBack(t, in, other(), from())
			forge(t, in, other, from, kept)
		}
	})
}

// forge checks that nothing in the annotation changes what a version shows.
func forge(t *testing.T, in object, other, from func() object, kept string) {
	t.Helper()
	ctx := context.Background()
	plain, forged := other(), other()
	if plain.ConvertFrom(ctx, in) != nil {
		return
	}
	annotations := map[string]string{functions.ConversionDataAnnotationKey: kept}
	maps.Copy(annotations, in.GetAnnotations())
	in.SetAnnotations(annotations)
	if err := forged.ConvertFrom(ctx, in); err != nil {
		t.Fatalf("data that is ignored makes an error: %v", err)
	}
	delete(forged.GetAnnotations(), functions.ConversionDataAnnotationKey)
	delete(plain.GetAnnotations(), functions.ConversionDataAnnotationKey)
	shown, shownForged := from(), from()
	if err := shown.ConvertFrom(ctx, plain); err != nil {
		t.Fatal(err)
	}
	if err := shownForged.ConvertFrom(ctx, forged); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"spec", "status"} {
		if diff := cmp.Diff(tree(t, shown)[part], tree(t, shownForged)[part]); diff != "" {
			t.Errorf("%s changed what is shown of the %s (-without +with):\n%s", kept, part, diff)
		}
	}
}

// A manifest that was copied from one version to the other brings data along that
// is not for it.
func TestKeptDataOfAnotherVersionIsDropped(t *testing.T) {
	old := &Function{Spec: FunctionSpec{Serving: &WorkloadSpec{Runtime: RuntimeKnative}}}
	for version, want := range map[string]bool{"v1beta2": true, "v1beta1": false, "": false} {
		old.Annotations = map[string]string{
			functions.ConversionDataAnnotationKey: `{"version":"` + version + `","is":{"spec":{"serving":{"triggers":{"http":{"engine":"keda"}}}}},` +
				`"was":{"spec":{"serving":{"triggers":{"http":{}}}}}}`,
		}
		hub := &v1beta2.Function{}
		if err := hub.ConvertFrom(context.Background(), old); err != nil {
			t.Fatal(err)
		}
		if got := hub.Spec.Serving.Triggers.HTTP.Engine != nil; got != want {
			t.Errorf("data for %q is heeded: %t, want %t", version, got, want)
		}
		if len(hub.Annotations) > 0 {
			t.Errorf("data for %q is still there: %v", version, hub.Annotations)
		}
	}
}
