/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"knative.dev/pkg/kmeta"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/child"
)

// desired returns the object as it is sent to the API server: what the plug-in
// set, its owner, our label, and the hash of all that.
func desired(scheme *runtime.Scheme, owner kmeta.OwnerRefable, object child.Object) (*unstructured.Unstructured, error) {
	gvk, err := kindOf(scheme, object)
	if err != nil {
		return nil, err
	}
	// A copy, because the content of an unstructured object is shared.
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object.Resource.DeepCopyObject())
	if err != nil {
		return nil, fmt.Errorf("converting %v %q: %w", gvk.Kind, object.GetName(), err)
	}
	delete(content, "status")
	dropNulls(content)
	want := &unstructured.Unstructured{Object: content}
	want.SetGroupVersionKind(gvk)
	want.SetNamespace(owner.GetObjectMeta().GetNamespace())
	want.SetOwnerReferences([]metav1.OwnerReference{*kmeta.NewControllerRef(owner)})
	labels := kmeta.CopyMap(want.GetLabels())
	labels[functions.ManagedLabelKey] = functions.ManagedLabelValue
	want.SetLabels(labels)

	// encoding/json sorts the keys of maps, so equal objects have equal hashes.
	canonical, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("encoding %v %q: %w", gvk.Kind, object.GetName(), err)
	}
	sum := sha256.Sum256(canonical)
	annotations := kmeta.CopyMap(want.GetAnnotations())
	annotations[functions.AppliedAnnotationKey] = hex.EncodeToString(sum[:8])
	want.SetAnnotations(annotations)
	return want, nil
}

func kindOf(scheme *runtime.Scheme, object child.Object) (schema.GroupVersionKind, error) {
	kinds, _, err := scheme.ObjectKinds(object.Resource)
	if err != nil {
		return schema.GroupVersionKind{}, fmt.Errorf("looking up the kind of %q: %w", object.GetName(), err)
	}
	return kinds[0], nil
}

// dropNulls removes the nulls that typed objects produce, such as creationTimestamp:
// null. Applying them would take the ownership of fields from other managers.
func dropNulls(value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, item := range v {
			if item == nil {
				delete(v, key)
				continue
			}
			dropNulls(item)
		}
	case []any:
		for _, item := range v {
			dropNulls(item)
		}
	}
}
