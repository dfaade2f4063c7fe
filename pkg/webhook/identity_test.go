/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package webhook

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/webhook/resourcesemantics"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestNewFunctionsHaveAUniqueIdentity(t *testing.T) {
	const unique, compatible = functions.IdentityUnique, functions.IdentityCompatible
	with := func(identity string) resourcesemantics.GenericCRD {
		f := &v1beta2.Function{}
		if identity != "" {
			metav1.SetMetaDataAnnotation(&f.ObjectMeta, functions.IdentityAnnotationKey, identity)
		}
		return f
	}
	serving := func(owners ...metav1.OwnerReference) resourcesemantics.GenericCRD {
		return &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{OwnerReferences: owners}}
	}
	for name, tt := range map[string]struct {
		old, object resourcesemantics.GenericCRD
		want        string
	}{
		"a new function":                           {object: with(""), want: unique},
		"a new function as before":                 {object: with(compatible), want: compatible},
		"a function that exists":                   {old: with(""), object: with("")},
		"a function that is moved":                 {old: with(""), object: with(unique), want: unique},
		"a replacement without it":                 {old: with(unique), object: with(""), want: unique},
		"a replacement of one as before":           {old: with(compatible), object: with(""), want: compatible},
		"a function that is moved back":            {old: with(unique), object: with(compatible), want: compatible},
		"a new Serving of a user":                  {object: serving(), want: unique},
		"a new Serving of a Function":              {object: serving(metav1.OwnerReference{Controller: new(true)})},
		"a Serving that exists":                    {old: serving(), object: serving()},
		"a kind that brokers and stores never see": {object: &v1beta2.Builder{}},
	} {
		t.Run(name, func(t *testing.T) {
			setIdentity(tt.object, tt.old)
			object, ok := tt.object.(metav1.Object)
			if !ok {
				t.Fatalf("%T", tt.object)
			}
			if got := object.GetAnnotations()[functions.IdentityAnnotationKey]; got != tt.want {
				t.Errorf("the identity is %q, want %q", got, tt.want)
			}
		})
	}
}
