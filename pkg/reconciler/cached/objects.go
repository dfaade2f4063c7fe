/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package cached reads objects of our kinds from the caches of informers. The work of
// a read does not depend on how many objects a namespace has.
package cached

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
)

// controllerIndex is the index of objects by the UID of their controller.
const controllerIndex = "controller-uid"

// Objects reads the objects of one kind.
type Objects[T metav1.Object] struct {
	indexer cache.Indexer
}

// New returns the Objects in the cache of an informer that has not started.
func New[T metav1.Object](informer cache.SharedIndexInformer) Objects[T] {
	Trim(informer)
	return FromIndexer[T](informer.GetIndexer())
}

// FromIndexer returns the Objects in a cache. It adds the index that ControlledBy
// needs, unless the cache has it.
func FromIndexer[T metav1.Object](indexer cache.Indexer) Objects[T] {
	if _, ok := indexer.GetIndexers()[controllerIndex]; !ok {
		if err := indexer.AddIndexers(cache.Indexers{controllerIndex: controllerOf}); err != nil {
			panic(fmt.Sprintf("adding the index of controllers: %v", err))
		}
	}
	return Objects[T]{indexer: indexer}
}

func controllerOf(obj any) ([]string, error) {
	object, ok := obj.(metav1.Object)
	if !ok {
		return nil, fmt.Errorf("a cache of our kinds holds a %T", obj)
	}
	if owner := metav1.GetControllerOfNoCopy(object); owner != nil {
		return []string{string(owner.UID)}, nil
	}
	return nil, nil
}

// Get returns the object of that name, and whether it exists.
func (o Objects[T]) Get(namespace, name string) (T, bool) {
	var none T
	obj, ok, err := o.indexer.GetByKey(cache.NewObjectName(namespace, name).String())
	if err != nil || !ok {
		return none, false
	}
	object, ok := obj.(T)
	return object, ok
}

// ControlledBy returns the objects that the object with this UID controls, in no order.
// They are shared, so a caller must copy an object before it changes it.
func (o Objects[T]) ControlledBy(uid types.UID) ([]T, error) {
	objs, err := o.indexer.ByIndex(controllerIndex, string(uid))
	if err != nil {
		return nil, fmt.Errorf("reading what %s controls: %w", uid, err)
	}
	controlled := make([]T, 0, len(objs))
	for _, obj := range objs {
		if object, ok := obj.(T); ok {
			controlled = append(controlled, object)
		}
	}
	return controlled, nil
}
