/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package resources translates a Gateway of networking.openfunction.io into what is
// applied to a Gateway of the Gateway API.
package resources

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/kmeta"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
	"openfunction.dev/openfunction/pkg/apis/networking"
	"openfunction.dev/openfunction/pkg/apis/networking/v1alpha1"
)

// internalListener is the name of the listener for callers inside the cluster.
const internalListener = "ofn-http-internal"

// Gateway returns what g applies to the Gateway of the Gateway API at target: its
// listeners, and all of it if g defines it. live is the Gateway, nil if there is none. A
// Gateway that g only names is applied by its UID, so that it is never created.
func Gateway(g *v1alpha1.Gateway, target types.NamespacedName, live *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	listeners, err := listenersOf(&g.Spec)
	if err != nil {
		return nil, err
	}
	spec := map[string]any{"listeners": listeners}
	want := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	want.SetGroupVersionKind(schema.GroupVersion(gatewayv1.GroupVersion).WithKind("Gateway"))
	want.SetNamespace(target.Namespace)
	want.SetName(target.Name)
	annotations := map[string]string{networking.GatewayAnnotationKey: KeyOf(g).String()}
	if g.Spec.GatewayDef != nil {
		spec["gatewayClassName"] = g.Spec.GatewayDef.GatewayClassName
		want.SetLabels(map[string]string{functions.ManagedLabelKey: functions.ManagedLabelValue})
		if target.Namespace == g.Namespace {
			want.SetOwnerReferences([]metav1.OwnerReference{*kmeta.NewControllerRef(g)})
		}
	}
	text, err := json.Marshal(want.Object)
	if err != nil {
		return nil, fmt.Errorf("encoding the Gateway %s: %w", target, err)
	}
	sum := sha256.Sum256(text)
	annotations[networking.ListenersAnnotationKey] = hex.EncodeToString(sum[:8])
	want.SetAnnotations(annotations)
	if live != nil {
		want.SetUID(live.GetUID())
	}
	return want, nil
}

// Released returns what the controller applies to a Gateway that it no longer has
// listeners at: nothing, so that the API server removes them.
func Released(live *unstructured.Unstructured) *unstructured.Unstructured {
	none := &unstructured.Unstructured{}
	none.SetGroupVersionKind(live.GroupVersionKind())
	none.SetNamespace(live.GetNamespace())
	none.SetName(live.GetName())
	none.SetUID(live.GetUID())
	return none
}

// KeyOf returns the namespace and the name of g.
func KeyOf(g *v1alpha1.Gateway) types.NamespacedName {
	return types.NamespacedName{Namespace: g.Namespace, Name: g.Name}
}

// IsApplied reports whether a Gateway is as it was applied, as far as the controller can
// see without a request.
func IsApplied(live, want *unstructured.Unstructured) bool {
	const key = networking.ListenersAnnotationKey
	if live.GetAnnotations()[key] != want.GetAnnotations()[key] {
		return false
	}
	has := map[string]map[string]any{}
	for _, listener := range slice(live) {
		name, _ := listener["name"].(string)
		has[name] = listener
	}
	for _, listener := range slice(want) {
		name, _ := listener["name"].(string)
		for _, field := range []string{"name", "hostname", "port", "protocol"} {
			if has[name][field] != listener[field] {
				return false
			}
		}
	}
	return true
}

// Foreign returns the name of a listener of want that the Gateway has from another writer
// than manager; empty if there is none. The API server reports a conflict only if the other
// writer has set the same field, so applying could narrow such a listener.
func Foreign(live, want *unstructured.Unstructured, manager string) string {
	own := map[string]any{}
	for _, entry := range live.GetManagedFields() {
		if entry.Manager != manager || entry.FieldsV1 == nil {
			continue
		}
		var fields map[string]any
		if json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields) == nil {
			listeners, _, _ := unstructured.NestedMap(fields, "f:spec", "f:listeners")
			maps.Copy(own, listeners)
		}
	}
	has := map[any]bool{}
	for _, listener := range slice(live) {
		has[listener["name"]] = true
	}
	for _, listener := range slice(want) {
		name, _ := listener["name"].(string)
		key, err := json.Marshal(map[string]string{"name": name})
		if _, ours := own["k:"+string(key)]; err == nil && has[name] && !ours {
			return name
		}
	}
	return ""
}

func slice(gateway *unstructured.Unstructured) []map[string]any {
	items, _, _ := unstructured.NestedSlice(gateway.Object, "spec", "listeners")
	listeners := make([]map[string]any, 0, len(items))
	for _, item := range items {
		if listener, ok := item.(map[string]any); ok {
			listeners = append(listeners, listener)
		}
	}
	return listeners
}

// listenersOf returns the listeners with the host names that the old project gives them,
// and the one for callers inside the cluster.
func listenersOf(spec *v1alpha1.GatewaySpec) ([]any, error) {
	cluster := spec.ClusterDomain
	if cluster == "" {
		cluster = "cluster.local"
	}
	internal := map[string]any{
		"name": internalListener, "hostname": "*." + cluster, "port": int64(80), "protocol": string(gatewayv1.HTTPProtocolType),
		"allowedRoutes": map[string]any{"namespaces": map[string]any{"from": string(gatewayv1.NamespacesFromAll)}},
	}
	all := []any{internal}
	for i := range spec.GatewaySpec.Listeners {
		if spec.GatewaySpec.Listeners[i].Name == internalListener {
			continue
		}
		listener, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&spec.GatewaySpec.Listeners[i])
		if err != nil {
			return nil, fmt.Errorf("spec.gatewaySpec.listeners[%d]: %w", i, err)
		}
		listener["hostname"] = "*." + spec.Domain
		all = append(all, listener)
	}
	return all, nil
}
