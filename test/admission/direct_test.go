/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package admission

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/webhook/resourcesemantics"
	sigsjson "sigs.k8s.io/json"

	"openfunction.dev/openfunction/cmd/controller/constructors"
	"openfunction.dev/openfunction/pkg/apis/config"
	"openfunction.dev/openfunction/pkg/apis/fielderror"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/webhook/requester"
)

func rows(t *testing.T) []Row {
	t.Helper()
	all, err := Rows()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 300 {
		t.Fatalf("there are only %d rows", len(all))
	}
	return all
}

// compare holds the answer to a row against what it must be.
func (r *Row) compare(t *testing.T, errors, warnings []string) {
	t.Helper()
	if diff := cmp.Diff(r.Errors, errors, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(r.Warnings, warnings, cmpopts.EquateEmpty()); len(errors) == 0 && diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// read returns an object of the row, and whether the types can hold all of it.
func (r *Row) read(t *testing.T, o *Object) (resourcesemantics.GenericCRD, bool) {
	t.Helper()
	var object resourcesemantics.GenericCRD
	switch r.Kind {
	case "Function":
		object = &v1beta2.Function{}
	case "Builder":
		object = &v1beta2.Builder{}
	case "Serving":
		object = &v1beta2.Serving{}
	default:
		t.Fatalf("unknown kind %s", r.Kind)
	}
	text, err := r.JSON(o)
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := sigsjson.UnmarshalStrict(text, object)
	return object, err == nil && len(unknown) == 0
}

// configMaps are those of the row.
func (r *Row) configMaps() []*corev1.ConfigMap {
	data := map[string]map[string]string{config.BuildConfigName: nil, config.DefaultsConfigName: nil}
	for name := range config.Constructors() {
		data[name] = r.Config[name]
	}
	all := make([]*corev1.ConfigMap, 0, len(data))
	for name := range data {
		all = append(all, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data[name]})
	}
	return all
}

// context is the context in which the row is validated.
func (r *Row) context(t *testing.T) context.Context {
	t.Helper()
	ctx := logging.WithLogger(context.Background(), logging.FromContext(t.Context()))
	store := config.NewStore(logging.FromContext(ctx))
	for _, configMap := range r.configMaps() {
		store.OnConfigChanged(configMap)
	}
	ctx = config.InNamespace(store.ToContext(ctx), namespace, r.Namespace)
	return ctx
}

// requester returns the user of the row.
func (r *Row) requester() requester.Requester {
	if r.User == "" {
		return requester.Requester{}
	}
	return requester.Requester{User: &authenticationv1.UserInfo{Username: r.User}}
}

func TestTypes(t *testing.T) {
	for _, row := range rows(t) {
		t.Run(row.Name(), func(t *testing.T) {
			object, isTyped := row.read(t, &row.Object)
			if isTyped == row.Untyped {
				t.Fatalf("the types hold it: %t", isTyped)
			}
			if row.Untyped || row.Policy {
				return
			}
			ctx := row.context(t)
			var stored metav1.Object
			if row.Old == nil {
				ctx = apis.WithinCreate(ctx)
			} else {
				old, _ := row.read(t, row.Old)
				ctx = apis.WithinUpdate(ctx, old)
				old = old.DeepCopyObject().(resourcesemantics.GenericCRD)
				old.SetDefaults(ctx)
				stored = old.(metav1.Object)
			}
			object.SetDefaults(ctx)
			written := object.(metav1.Object)
			errs, warned := row.requester().ValidateMetadata(written, stored)
			found := object.Validate(ctx).Also(
				constructors.Plugins().Validate(written, stored, config.FromContext(ctx)), fielderror.ForKnative(errs, warned...))
			var errors, warnings []string
			for _, problem := range fielderror.Problems(found) {
				if problem.Level == apis.ErrorLevel {
					errors = append(errors, problem.String())
				} else {
					warnings = append(warnings, problem.String())
				}
			}
			row.compare(t, errors, warnings)
		})
	}
}
