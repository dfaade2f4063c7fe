/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package strategytest

import (
	"slices"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
)

// canary is part of every text that users can set. It contains what shells, templates
// and Kubernetes would expand.
const canary = canaryMark + " $(params.x) $(A) $$(A) pa$$word $$$ `id` $HOME 'q' \"d\" #=%;\n\u00e9"

// canaryMark identifies a text of a user.
const canaryMark = "c4nary"

// userTexts are the texts that builders() sets. A plan that contains one of them must
// contain it unchanged.
var userTexts []string

func userText(name string) string {
	text := name + " " + canary
	userTexts = append(userTexts, text)
	return text
}

// builders returns Builders that together use every field.
func builders() map[string]*v1beta2.Builder {
	userTexts = nil
	bundle := full()
	bundle.Spec.SrcRepo.URL = ""
	bundle.Spec.SrcRepo.Revision = nil
	bundle.Spec.SrcRepo.BundleContainer = &v1beta2.BundleContainer{Image: userText("bundle")}
	foreign := full()
	foreign.Spec.Shipwright.Strategy = &v1beta2.Strategy{Name: "another"}
	return map[string]*v1beta2.Builder{
		"least": {
			ObjectMeta: metav1.ObjectMeta{Name: "hello-0123456789", Namespace: "team"},
			Spec: v1beta2.BuilderSpec{
				Image: "registry.example.com/team/hello",
				BuildSpec: v1beta2.BuildSpec{
					Builder: new("registry.example.com/builder"),
					SrcRepo: &v1beta2.GitRepo{URL: "https://git.example.com/team/hello.git"},
				},
			},
		},
		"full":             full(),
		"bundle":           bundle,
		"another strategy": foreign,
	}
}

func full() *v1beta2.Builder {
	env := make(map[string]string)
	params := make([]*v1beta2.ParamValue, 0, 12)
	for i := range 10 {
		n := strconv.Itoa(i)
		env["VARIABLE_"+n] = userText("env" + n)
		params = append(params, &v1beta2.ParamValue{
			Name: "param-" + n, SingleValue: v1beta2.SingleValue{Value: new(userText("param" + n))},
		})
	}
	params = append(params, nil, &v1beta2.ParamValue{
		Name: "list", Values: []v1beta2.SingleValue{
			{Value: new(userText("element"))},
			{SecretValue: &v1beta2.ObjectKeyRef{Name: "secret", Key: "key", Format: new(userText("format"))}},
			{ConfigMapValue: &v1beta2.ObjectKeyRef{Name: "config", Key: "key"}},
		},
	})
	return &v1beta2.Builder{
		ObjectMeta: metav1.ObjectMeta{
			Name: "hello-0123456789", Namespace: "team", UID: "uid", Generation: 1, ResourceVersion: "7",
			Labels:      map[string]string{"openfunction.io/function": "hello", "team": "blue"},
			Annotations: map[string]string{"note": userText("annotation")},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "core.openfunction.io/v1beta2", Kind: "Function", Name: "hello", UID: "fn", Controller: new(true),
			}},
			Finalizers: []string{"example.com/hold"},
		},
		Spec: v1beta2.BuilderSpec{
			Image:            userText("registry.example.com/team/hello"),
			ImageCredentials: &corev1.LocalObjectReference{Name: "push"},
			BuildSpec: v1beta2.BuildSpec{
				RebuildToken:       userText("token"),
				Builder:            new(userText("builder")),
				BuilderCredentials: &corev1.LocalObjectReference{Name: "pull"},
				Shipwright: &v1beta2.ShipwrightEngine{
					Strategy: &v1beta2.Strategy{Name: "openfunction", Kind: new("ClusterBuildStrategy")},
					Params:   params,
					Timeout:  &metav1.Duration{Duration: time.Minute},
				},
				Env: env,
				SrcRepo: &v1beta2.GitRepo{
					URL:           userText("url"),
					Revision:      new(userText("revision")),
					SourceSubPath: new(userText("path")),
					Credentials:   &corev1.LocalObjectReference{Name: "git"},
				},
				Dockerfile: new(userText("dockerfile")),
				Timeout:    &metav1.Duration{Duration: time.Hour},
			},
		},
	}
}

func toUnstructured(t *testing.T, scheme *runtime.Scheme, object child.Object) *unstructured.Unstructured {
	t.Helper()
	kinds, _, err := scheme.ObjectKinds(object.Resource)
	if err != nil {
		t.Fatal(err)
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object.Resource)
	if err != nil {
		t.Fatal(err)
	}
	dropEmpty(content)
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(kinds[0])
	return u
}

func toMap(t *testing.T, meta *metav1.ObjectMeta) map[string]any {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(meta)
	if err != nil {
		t.Fatal(err)
	}
	dropEmpty(content)
	return content
}

// dropEmpty removes nulls and empty objects, which typed objects produce.
func dropEmpty(value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, item := range v {
			dropEmpty(item)
			if m, ok := item.(map[string]any); item == nil || (ok && len(m) == 0) {
				delete(v, key)
			}
		}
	case []any:
		for _, item := range v {
			dropEmpty(item)
		}
	}
}

// walk calls visit for every key and every string in value.
func walk(value any, path []string, visit func(path []string, text string)) {
	switch v := value.(type) {
	case map[string]any:
		for key, item := range v {
			at := append(slices.Clip(path), key)
			visit(at, "key "+key)
			walk(item, at, visit)
		}
	case []any:
		for i, item := range v {
			walk(item, append(slices.Clip(path), strconv.Itoa(i)), visit)
		}
	case string:
		visit(path, v)
	}
}
