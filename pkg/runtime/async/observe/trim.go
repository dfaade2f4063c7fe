/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/pkg/apis/functions"
)

// servingOfPod returns the key of the Serving that the label of a pod names. A false
// label can only change the status of a function in the namespace of the pod.
func servingOfPod(obj any) ([]string, error) {
	pod, ok := obj.(*corev1.Pod)
	if !ok || pod.Labels[functions.ServingLabelKey] == "" {
		return nil, nil
	}
	return []string{pod.Namespace + "/" + pod.Labels[functions.ServingLabelKey]}, nil
}

// servingOfEvent returns the key of the Serving whose scaler an event is about; the
// scaler has the name of the Serving.
func servingOfEvent(obj any) ([]string, error) {
	event, ok := obj.(*corev1.Event)
	if !ok {
		return nil, nil
	}
	switch event.InvolvedObject.Kind {
	case "ScaledObject", "ScaledJob":
		return []string{event.InvolvedObject.Namespace + "/" + event.InvolvedObject.Name}, nil
	}
	return nil, nil
}

// dropFromPod keeps the fields of a pod that show why it is not ready and the address of
// its sidecar.
func dropFromPod(obj any) (any, error) {
	pod, ok := obj.(*corev1.Pod)
	if !ok {
		return obj, nil
	}
	return &corev1.Pod{
		ObjectMeta: keptMeta(&pod.ObjectMeta),
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

func keptMeta(meta *metav1.ObjectMeta) metav1.ObjectMeta {
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

// dropFromEvent keeps the object, the reason and the message of an event.
func dropFromEvent(obj any) (any, error) {
	event, ok := obj.(*corev1.Event)
	if !ok {
		return obj, nil
	}
	return &corev1.Event{
		ObjectMeta:     keptMeta(&event.ObjectMeta),
		InvolvedObject: event.InvolvedObject,
		Reason:         event.Reason,
		Message:        event.Message,
		LastTimestamp:  event.LastTimestamp,
	}, nil
}
