/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cached

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

func TestTrim(t *testing.T) {
	applied := map[string]string{corev1.LastAppliedConfigAnnotation: "{}", "a": "b"}
	managed := []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	for name, tt := range map[string]struct{ obj, want any }{
		"a Function": {
			&v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Name: "a", Annotations: applied, ManagedFields: managed}},
			&v1beta2.Function{ObjectMeta: metav1.ObjectMeta{Name: "a", Annotations: map[string]string{"a": "b"}}},
		},
		"a Builder, which is written back": {
			&v1beta2.Builder{ObjectMeta: metav1.ObjectMeta{Name: "a", Annotations: applied, ManagedFields: managed}},
			&v1beta2.Builder{ObjectMeta: metav1.ObjectMeta{Name: "a", Annotations: applied}},
		},
		"a deletion that was missed": {cache.DeletedFinalStateUnknown{Key: "team/a"}, cache.DeletedFinalStateUnknown{Key: "team/a"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := trim(tt.obj)
			if err != nil {
				t.Fatal("trim() =", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("trim() (-want, +got):", diff)
			}
		})
	}
}
