/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
)

// limits of our calls to the API server in a second: it shares itself out, and ours
// are only there to stop a runaway.
const (
	callsPerSecond = 100
	callsAtOnce    = 200
)

// Workloads counts the pods of Deployments and StatefulSets, by their scale and by
// who is behind their Services: that shows neither images nor environments.
type Workloads struct {
	Client kubernetes.Interface
}

// InCluster returns the Workloads of the cluster that we run in.
func InCluster() (Workloads, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return Workloads{}, fmt.Errorf("finding the API server: %w", err)
	}
	config.QPS, config.Burst = callsPerSecond, callsAtOnce
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return Workloads{}, fmt.Errorf("making a client of the API server: %w", err)
	}
	return Workloads{Client: client}, nil
}

// Zero is whether the Deployment, or else the StatefulSet, of that name has no
// pods and wants none. Pods that are ending do not count.
func (w Workloads) Zero(ctx context.Context, namespace, target string) (bool, error) {
	scale, err := w.Client.AppsV1().Deployments(namespace).GetScale(ctx, target, metav1.GetOptions{})
	if apierrs.IsNotFound(err) {
		scale, err = w.Client.AppsV1().StatefulSets(namespace).GetScale(ctx, target, metav1.GetOptions{})
	}
	if apierrs.IsNotFound(err) {
		return false, fmt.Errorf("metadata %s: there is no Deployment and no StatefulSet of that name", MetadataTarget)
	}
	if err != nil {
		return false, err
	}
	return none(scale), nil
}

// Ready returns the pods that the endpoints of the Service of that name call ready.
func (w Workloads) Ready(ctx context.Context, namespace, service string) (sets.Set[types.UID], error) {
	slices, err := w.Client.DiscoveryV1().EndpointSlices(namespace).List(ctx, metav1.ListOptions{
		LabelSelector: labels.Set{discoveryv1.LabelServiceName: service}.String(),
	})
	if err != nil {
		return nil, fmt.Errorf("reading the endpoints of Service %s in namespace %s: %w", service, namespace, err)
	}
	ready := sets.New[types.UID]()
	for i := range slices.Items {
		for _, e := range slices.Items[i].Endpoints {
			if e.TargetRef != nil && ptr.Deref(e.Conditions.Ready, true) {
				ready.Insert(e.TargetRef.UID)
			}
		}
	}
	return ready, nil
}

func none(scale *autoscalingv1.Scale) bool {
	return scale.Spec.Replicas == 0 && scale.Status.Replicas == 0
}
