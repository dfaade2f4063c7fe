/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package keda

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	kubeclient "knative.dev/pkg/client/injection/kube/client"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
)

// podSelector selects the pods that answer requests.
const podSelector = functions.AnswersLabelKey + "=" + functions.AnswersRequests

// observer watches the pods of revisions, because a ScaledObject and an InterceptorRoute
// stay ready when no pod can start.
type observer struct {
	watch.Informer
}

var _ runtime.Observer = observer{}

func newObserver(ctx context.Context) runtime.Observer {
	return observerOf(kubeclient.Get(ctx))
}

func observerOf(client kubernetes.Interface) observer {
	return observer{watch.New(client, podSelector)}
}

// Pods implements runtime.Observer.
func (o observer) Pods(s *v1beta2.Serving) []*corev1.Pod {
	return o.Of(s)
}

// Observe implements runtime.Observer. The Snapshot is a []*corev1.Pod.
func (o observer) Observe(s *v1beta2.Serving) runtime.Snapshot {
	return o.Of(s)
}

// Watch implements runtime.Observer: pods are always watched.
func (observer) Watch(*v1beta2.Serving, runtime.Attention) {}
