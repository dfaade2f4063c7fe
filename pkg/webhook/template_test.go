/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"context"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/randfill"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime/pod"
)

// admitted returns a Serving with the template, and the errors of admission.
func admitted(template *corev1.PodSpec) (*v1beta2.Serving, *apis.FieldError) {
	s := &v1beta2.Serving{
		ObjectMeta: metav1.ObjectMeta{Name: "hello", Namespace: "team"},
		Spec: v1beta2.ServingSpec{
			Image:        "registry.example.com/team/hello:v1",
			WorkloadSpec: v1beta2.WorkloadSpec{Template: template},
		},
	}
	ctx := apis.WithinCreate(context.Background())
	s.SetDefaults(ctx)
	return s, s.Validate(ctx).Filter(apis.ErrorLevel)
}

// If admission accepted a template that cannot be rendered, the failure would come long
// after the user's request. The test tries every field of a pod, one at a time, with
// arbitrary values.
func TestWhatIsAdmittedCanBeRendered(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[corev1.PodSpec](), reflect.TypeFor[corev1.PodSecurityContext](),
		reflect.TypeFor[corev1.Container](), reflect.TypeFor[corev1.SecurityContext](), reflect.TypeFor[corev1.VolumeSource](),
	} {
		rendered := 0
		for i := range typ.NumField() {
			t.Run(typ.Name()+"."+typ.Field(i).Name, func(t *testing.T) {
				for seed := range int64(40) {
					value := reflect.New(typ)
					randfill.NewWithSeed(seed).NilChance(0.3).NumElements(1, 1).MaxDepth(10).Fill(value.Elem().Field(i).Addr().Interface())
					template := embed(value.Interface())
					s, errs := admitted(template.DeepCopy())
					if errs != nil {
						continue
					}
					if _, err := pod.Template(context.Background(), s, pod.Role{}); err != nil {
						t.Fatalf("seed %d: admitted, but cannot be rendered: %v", seed, err)
					}
					rendered++
				}
			})
		}
		if rendered < 100 {
			t.Errorf("%s: only %d values were admitted at all", typ.Name(), rendered)
		}
	}
}

// embed returns a pod specification that contains part.
func embed(part any) *corev1.PodSpec {
	container := func(c corev1.Container) *corev1.PodSpec {
		c.Name = v1beta2.FunctionContainer
		return &corev1.PodSpec{Containers: []corev1.Container{c}}
	}
	switch p := part.(type) {
	case *corev1.PodSecurityContext:
		return &corev1.PodSpec{SecurityContext: p}
	case *corev1.Container:
		return container(*p)
	case *corev1.SecurityContext:
		return container(corev1.Container{SecurityContext: p})
	case *corev1.VolumeSource:
		return &corev1.PodSpec{Volumes: []corev1.Volume{{Name: "a", VolumeSource: *p}}}
	case *corev1.PodSpec:
		return p
	}
	panic("nowhere to embed " + strings.TrimPrefix(reflect.TypeOf(part).String(), "*"))
}
