/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// DefaultTimeout is how long Await waits before it gives up; it bounds a test
// that fails, and is no bound for how long anything should take.
const DefaultTimeout = 4 * time.Minute

// Query chooses objects of one kind.
type Query struct {
	schema.GroupVersionResource
	// Namespace to look in.
	Namespace string
	// Name of the only object wanted; empty for all.
	Name string
	// Labels is a label selector; empty for all.
	Labels string
	// Timeout is how long to wait; that of the cluster when zero.
	Timeout time.Duration
}

func (q Query) String() string {
	text := q.Resource + " in " + q.Namespace
	if q.Name != "" {
		text = q.Resource + " " + q.Namespace + "/" + q.Name
	}
	if q.Labels != "" {
		text += " with " + q.Labels
	}
	return text
}

func (q Query) options(o metav1.ListOptions) metav1.ListOptions {
	o.LabelSelector = q.Labels
	if q.Name != "" {
		o.FieldSelector = fields.OneTermEqualSelector("metadata.name", q.Name).String()
	}
	return o
}

// Await watches the objects of q until done is true of all of them together, and
// returns them. It fails the test when that takes longer than the timeout of q.
func Await[T any](t *testing.T, c *Cluster, q Query, what string, done func([]T) bool) []T {
	t.Helper()
	if q.Timeout == 0 {
		q.Timeout = c.Timeout
	}
	ctx, cancel := context.WithTimeout(t.Context(), q.Timeout)
	defer cancel()

	store, changed := c.follow(ctx, q)
	for {
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("timed out after %v waiting for %s to %s; last seen:\n%s", q.Timeout, q, what, describe(store.List()))
		}
		objects, err := convert[T](store.List())
		if err != nil {
			t.Fatalf("reading %s: %v", q, err)
		}
		if done(objects) {
			return objects
		}
	}
}

// AwaitOne is Await for the one object that q names.
func AwaitOne[T any](t *testing.T, c *Cluster, q Query, what string, done func(*T) bool) *T {
	t.Helper()
	return &Await(t, c, q, what, func(objects []T) bool {
		return len(objects) == 1 && done(&objects[0])
	})[0]
}

// AwaitNone waits until there is no object of q.
func AwaitNone(t *testing.T, c *Cluster, q Query) {
	t.Helper()
	Await(t, c, q, "be gone", func(objects []metav1.PartialObjectMetadata) bool { return len(objects) == 0 })
}

// follow fills a store from a watch, and signals after the first complete list
// and then after every change.
func (c *Cluster) follow(ctx context.Context, q Query) (cache.Store, <-chan struct{}) {
	client := c.Dynamic.Resource(q.GroupVersionResource).Namespace(q.Namespace)
	changed := make(chan struct{}, 1)
	signal := func() {
		select {
		case changed <- struct{}{}:
		default: // one is waiting already
		}
	}
	store, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: &cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				return client.List(ctx, q.options(o))
			},
			WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				return client.Watch(ctx, q.options(o))
			},
		},
		ObjectType: &unstructured.Unstructured{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { signal() },
			UpdateFunc: func(any, any) { signal() },
			DeleteFunc: func(any) { signal() },
		},
	})
	go informer.RunWithContext(ctx)
	if cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		signal()
	}
	return store, changed
}

func convert[T any](list []any) ([]T, error) {
	objects := make([]T, len(list))
	for i, item := range list {
		content := untyped(item).UnstructuredContent()
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content, &objects[i]); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// untyped returns an item of a store that follow filled.
func untyped(item any) *unstructured.Unstructured {
	object, ok := item.(*unstructured.Unstructured)
	if !ok {
		panic(fmt.Sprintf("the dynamic client gave a %T", item))
	}
	return object
}

// describe shows the names and conditions of objects, for a failed test.
func describe(list []any) string {
	var text strings.Builder
	for _, item := range list {
		object := untyped(item)
		fmt.Fprintf(&text, "  %s %s, generation %d\n", object.GetKind(), object.GetName(), object.GetGeneration())
		conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
		for _, c := range conditions {
			if condition, ok := c.(map[string]any); ok {
				fmt.Fprintf(&text, "    %v=%v %v: %v\n",
					condition["type"], condition["status"], condition["reason"], condition["message"])
			}
		}
	}
	if text.Len() == 0 {
		return "  nothing"
	}
	return text.String()
}
