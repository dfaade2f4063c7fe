/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package observe watches what the runtime keda needs to know of a revision beyond its
// children: its pods.
package observe

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	kubeclient "knative.dev/pkg/client/injection/kube/client"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
)

// podSelector selects the pods that answer requests.
const podSelector = functions.AnswersLabelKey + "=" + functions.AnswersRequests

// Observer watches the pods of revisions, because a ScaledObject and an InterceptorRoute
// stay ready when no pod can start.
type Observer struct {
	watch.Informer
}

var _ runtime.Observer = Observer{}

// FromInjection creates the Observer from the clients in a context of injection.
func FromInjection(ctx context.Context) runtime.Observer {
	return Observer{watch.New(kubeclient.Get(ctx), podSelector)}
}

// Pods implements runtime.Observer.
func (o Observer) Pods(s *v1beta2.Serving) []*corev1.Pod {
	return o.Of(s)
}

// Observe implements runtime.Observer. The Snapshot is a []*corev1.Pod.
func (o Observer) Observe(s *v1beta2.Serving) runtime.Snapshot {
	return o.Of(s)
}

// Watch implements runtime.Observer: pods are always watched.
func (Observer) Watch(*v1beta2.Serving, runtime.Attention) {}
