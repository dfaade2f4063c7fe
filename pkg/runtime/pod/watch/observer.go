/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package watch

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	kubeclient "knative.dev/pkg/client/injection/kube/client"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
)

// Observing returns the factory of an Observer of the pods that a label selector selects,
// for a runtime that observes only pods in addition to its children. The pods are in
// runtime.Input.
func Observing(selector string) runtime.ObserverFactory {
	return func(ctx context.Context) runtime.Observer {
		return observer{New(kubeclient.Get(ctx), selector)}
	}
}

type observer struct{ Informer }

// Pods implements runtime.Observer.
func (o observer) Pods(s *v1beta2.Serving) []*corev1.Pod {
	return o.Of(s)
}

// Observe implements runtime.Observer. Everything is in the pods.
func (observer) Observe(*v1beta2.Serving) runtime.Snapshot { return nil }

// Watch implements runtime.Observer: pods are always watched.
func (observer) Watch(*v1beta2.Serving, runtime.Attention) {}
