/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package watch watches the pods of revisions, for runtimes whose children report too
// late why a pod does not become ready.
package watch

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/controller"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const byServing = "serving"

// Informer is an informer of the pods of revisions. It caches their addresses, and the
// fields that show why a pod is not ready.
type Informer struct {
	cache.SharedIndexInformer
}

// New returns an informer of the pods that a label selector selects.
func New(client kubernetes.Interface, selector string) Informer {
	informer := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTweakListOptions(func(options *metav1.ListOptions) {
		options.LabelSelector = selector
	})).Core().V1().Pods().Informer()
	_ = informer.SetTransform(dropFromPod)
	_ = informer.AddIndexers(cache.Indexers{byServing: ServingOfPod})
	return Informer{informer}
}

// Of returns the pods of s, the newest first.
func (i Informer) Of(s *v1beta2.Serving) []*corev1.Pod {
	pods := ByIndex[*corev1.Pod](i.GetIndexer(), byServing, s.Namespace+"/"+s.Name)
	slices.SortFunc(pods, func(a, b *corev1.Pod) int {
		return cmp.Or(b.CreationTimestamp.Compare(a.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return pods
}

// ByIndex returns the objects of an indexer that have a value in one of its indexes; none
// if there is no such index.
func ByIndex[T any](indexer cache.Indexer, index, value string) []T {
	objects, err := indexer.ByIndex(index, value)
	if err != nil {
		return nil
	}
	found := make([]T, 0, len(objects))
	for _, object := range objects {
		if one, ok := object.(T); ok {
			found = append(found, one)
		}
	}
	return found
}

// OnChange registers a function that is called with the key of the Serving of a pod that
// changes.
func (i Informer) OnChange(notify func(serving types.NamespacedName)) {
	_, _ = i.AddEventHandler(NotifyOf(ServingOfPod, notify))
}

// NotifyOf returns an event handler that calls notify with the Serving that index
// returns for an object.
func NotifyOf(index cache.IndexFunc, notify func(types.NamespacedName)) cache.ResourceEventHandler {
	return controller.HandleAll(func(obj any) {
		if gone, ok := obj.(cache.DeletedFinalStateUnknown); ok {
			obj = gone.Obj
		}
		NotifyFor(index, notify, obj)
	})
}

// NotifyFor calls notify with the Serving that index returns for obj.
func NotifyFor(index cache.IndexFunc, notify func(types.NamespacedName), obj any) {
	keys, _ := index(obj)
	for _, key := range keys {
		if namespace, name, err := cache.SplitMetaNamespaceKey(key); err == nil {
			notify(types.NamespacedName{Namespace: namespace, Name: name})
		}
	}
}

// ServingOfPod returns the key of the Serving that the label of a pod names. A false
// label can only change the status of a function in the namespace of the pod.
func ServingOfPod(obj any) ([]string, error) {
	pod, ok := obj.(*corev1.Pod)
	if !ok || pod.Labels[functions.ServingLabelKey] == "" {
		return nil, nil
	}
	return []string{pod.Namespace + "/" + pod.Labels[functions.ServingLabelKey]}, nil
}

func dropFromPod(obj any) (any, error) {
	pod, ok := obj.(*corev1.Pod)
	if !ok {
		return obj, nil
	}
	return &corev1.Pod{
		ObjectMeta: KeptMeta(&pod.ObjectMeta),
		Spec:       corev1.PodSpec{InitContainers: names(pod.Spec.InitContainers), Containers: names(pod.Spec.Containers)},
		Status: corev1.PodStatus{
			Phase:                 pod.Status.Phase,
			PodIP:                 pod.Status.PodIP,
			Conditions:            pod.Status.Conditions,
			InitContainerStatuses: pod.Status.InitContainerStatuses,
			ContainerStatuses:     pod.Status.ContainerStatuses,
		},
	}, nil
}

// KeptMeta returns the part of the metadata of an object that observers cache.
func KeptMeta(meta *metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: meta.Name, Namespace: meta.Namespace, UID: meta.UID, ResourceVersion: meta.ResourceVersion,
		CreationTimestamp: meta.CreationTimestamp, DeletionTimestamp: meta.DeletionTimestamp,
		Labels: meta.Labels, Annotations: meta.Annotations,
	}
}

func names(containers []corev1.Container) []corev1.Container {
	kept := make([]corev1.Container, 0, len(containers))
	for _, c := range containers {
		kept = append(kept, corev1.Container{Name: c.Name})
	}
	return kept
}
