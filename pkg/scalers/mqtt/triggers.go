/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"golang.org/x/sync/semaphore"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
)

// TriggerReader reads the triggers of the cluster.
type TriggerReader interface {
	// HasTrigger reports whether a ScaledObject or ScaledJob has the trigger that a
	// request names, with the same metadata.
	HasTrigger(ctx context.Context, ref *externalscaler.ScaledObjectRef) bool
}

const (
	// cacheDelay is how long a trigger may be missing in the caches after KEDA read it.
	cacheDelay = time.Second
	cachePoll  = 50 * time.Millisecond
	// maxWaiting limits the requests that wait for the caches.
	maxWaiting = 100
)

// Triggers implements TriggerReader by caches of the ScaledObjects and ScaledJobs, so that
// requests cause no load on the API server.
type Triggers struct {
	stores  []cache.Store
	waiting *semaphore.Weighted
}

// StartTriggers returns Triggers whose caches are updated until ctx ends.
func StartTriggers(ctx context.Context, client dynamic.Interface) (Triggers, error) {
	factory := dynamicinformer.NewDynamicSharedInformerFactory(client, 0)
	t := Triggers{waiting: semaphore.NewWeighted(maxWaiting)}
	for _, resource := range []string{"scaledobjects", "scaledjobs"} {
		informer := factory.ForResource(schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: resource}).Informer()
		if err := informer.SetTransform(onlyTriggers); err != nil {
			return t, fmt.Errorf("watching %s: %w", resource, err)
		}
		t.stores = append(t.stores, informer.GetStore())
	}
	factory.Start(ctx.Done())
	return t, nil
}

// onlyTriggers drops from a cached object all that is not needed.
func onlyTriggers(obj any) (any, error) {
	object, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return obj, nil
	}
	triggers, _, _ := unstructured.NestedFieldNoCopy(object.Object, "spec", "triggers")
	kept := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": object.GetAPIVersion(), "kind": object.GetKind(), "spec": map[string]any{"triggers": triggers},
	}}
	kept.SetNamespace(object.GetNamespace())
	kept.SetName(object.GetName())
	kept.SetUID(object.GetUID())
	kept.SetResourceVersion(object.GetResourceVersion())
	return kept, nil
}

// HasTrigger implements TriggerReader.
func (t Triggers) HasTrigger(ctx context.Context, ref *externalscaler.ScaledObjectRef) bool {
	if t.has(ref) || !t.waiting.TryAcquire(1) {
		return t.has(ref)
	}
	defer t.waiting.Release(1)
	err := wait.PollUntilContextTimeout(ctx, cachePoll, cacheDelay, true, func(context.Context) (bool, error) {
		return t.has(ref), nil
	})
	return err == nil
}

func (t Triggers) has(ref *externalscaler.ScaledObjectRef) bool {
	key := cache.NewObjectName(ref.GetNamespace(), ref.GetName()).String()
	for _, store := range t.stores {
		obj, exists, err := store.GetByKey(key)
		object, ok := obj.(*unstructured.Unstructured)
		if err == nil && exists && ok && hasTrigger(object, ref.GetScalerMetadata()) {
			return true
		}
	}
	return false
}

// hasTrigger reports whether a trigger of the object has the metadata of a request.
func hasTrigger(object *unstructured.Unstructured, sent map[string]string) bool {
	triggers, _, _ := unstructured.NestedSlice(object.Object, "spec", "triggers")
	for _, item := range triggers {
		trigger, _ := item.(map[string]any)
		kind, _, _ := unstructured.NestedString(trigger, "type")
		metadata, _, _ := unstructured.NestedStringMap(trigger, "metadata")
		if strings.HasPrefix(kind, "external") && isSent(metadata, sent) {
			return true
		}
	}
	return false
}

// isSent reports whether KEDA sends this for the metadata of a trigger. It sends the
// values of environment variables in place of their names, and omits unset ones.
func isSent(metadata, sent map[string]string) bool {
	for key, value := range metadata {
		if got, ok := sent[key]; !strings.HasSuffix(key, fromEnv) && (!ok || got != value) {
			return false
		}
	}
	for key := range sent {
		if _, ok := metadata[key]; !ok {
			return false
		}
	}
	return true
}
