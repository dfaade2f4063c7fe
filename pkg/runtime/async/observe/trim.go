/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	corev1 "k8s.io/api/core/v1"

	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
)

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

// dropFromEvent keeps the object, the reason and the message of an event.
func dropFromEvent(obj any) (any, error) {
	event, ok := obj.(*corev1.Event)
	if !ok {
		return obj, nil
	}
	return &corev1.Event{
		ObjectMeta:     watch.KeptMeta(&event.ObjectMeta),
		InvolvedObject: event.InvolvedObject,
		Reason:         event.Reason,
		Message:        event.Message,
		LastTimestamp:  event.LastTimestamp,
	}, nil
}
