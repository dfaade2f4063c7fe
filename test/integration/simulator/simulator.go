/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package simulator stands in for the controllers of other products where there
// is no node to run their work: it reports on their objects what they would.
package simulator

import (
	"context"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/test/cluster"
)

// Latency is how long a controller takes that has to do something in the world
// before it reports, little as it is; it makes a difference to who comes first.
const Latency = 200 * time.Millisecond

// simulation reports on the objects of some kinds in a namespace whenever one of
// them changes.
type simulation struct {
	client    dynamic.Interface
	informers map[schema.GroupVersionResource]cache.SharedIndexInformer
	latency   time.Duration
	changed   chan struct{}
	// typed are the objects that were converted; report alone uses them.
	typed map[types.UID]typed
}

// typed is an object at a resource version.
type typed struct {
	version string
	content any
}

// simulate calls report after every change of an object of the kinds in the
// namespace, one call at a time, until the test ends.
func simulate(
	t *testing.T, c *cluster.Cluster, namespace string, latency time.Duration,
	report func(*simulation) error, kinds ...schema.GroupVersionResource,
) *simulation {
	t.Helper()
	s := &simulation{
		latency:   latency,
		client:    c.Dynamic,
		informers: make(map[schema.GroupVersionResource]cache.SharedIndexInformer),
		changed:   make(chan struct{}, 1),
		typed:     make(map[types.UID]typed),
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(c.Dynamic, 0, namespace, nil)
	for _, kind := range kinds {
		informer := factory.ForResource(kind).Informer()
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { s.signal() },
			UpdateFunc: func(any, any) { s.signal() },
			DeleteFunc: func(any) { s.signal() },
		}); err != nil {
			t.Fatal(err)
		}
		s.informers[kind] = informer
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	var loop sync.WaitGroup
	loop.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-s.changed:
				s.work(ctx)
				if err := report(s); err != nil && ctx.Err() == nil {
					t.Errorf("simulating a controller: %v", err)
				}
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		loop.Wait()
		factory.Shutdown()
	})
	s.signal()
	return s
}

// work takes its time.
func (s *simulation) work(ctx context.Context) {
	timer := time.NewTimer(s.latency)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (s *simulation) signal() {
	select {
	case s.changed <- struct{}{}:
	default: // one is waiting already
	}
}

// list returns the objects of a kind that are not being deleted. They are those of a
// cache and must not be changed.
func list[T any](s *simulation, kind schema.GroupVersionResource) ([]*T, error) {
	var objects []*T
	for _, item := range s.informers[kind].GetStore().List() {
		found, ok := item.(*unstructured.Unstructured)
		if !ok || found.GetDeletionTimestamp() != nil {
			continue
		}
		// An object in the store is never changed, only replaced.
		object, ok := s.typed[found.GetUID()]
		if !ok || object.version != found.GetResourceVersion() {
			content := new(T)
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(found.Object, content); err != nil {
				return nil, err
			}
			object = typed{version: found.GetResourceVersion(), content: content}
			s.typed[found.GetUID()] = object
		}
		content, _ := object.content.(*T)
		objects = append(objects, content)
	}
	return objects, nil
}

// update writes the status of an object if it differs from before. If another client
// changed the object meanwhile, that change calls update again.
func (s *simulation) update(kind schema.GroupVersionResource, before, object runtime.Object) error {
	if equality.Semantic.DeepEqual(before, object) {
		return nil
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return err
	}
	u := &unstructured.Unstructured{Object: content}
	_, err = s.client.Resource(kind).Namespace(u.GetNamespace()).UpdateStatus(context.Background(), u, metav1.UpdateOptions{})
	if apierrs.IsConflict(err) || apierrs.IsNotFound(err) {
		return nil
	}
	return err
}
