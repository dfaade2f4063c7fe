/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package mqtt

import (
	"context"
	"fmt"
	"net/netip"
	"os"

	discoveryv1 "k8s.io/api/discovery/v1"
	apierrs "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"
)

// The limits of requests to the API server stop a defect of the scaler only. API
// Priority and Fairness protects the API server.
const (
	requestsPerSecond = 100
	requestBurst      = 200
)

// WorkloadReader reads the state of the workloads that are scaled.
type WorkloadReader interface {
	// ScaledToZero reports whether a workload has no pods and its desired number is
	// zero. An unknown workload is an error.
	ScaledToZero(ctx context.Context, namespace, target string) (bool, error)
	// ReadyPods returns the UIDs of the ready pods of a Service.
	ReadyPods(ctx context.Context, namespace, service string) (sets.Set[types.UID], error)
}

// Workloads implements WorkloadReader by the scale subresource and by EndpointSlices, so
// that the scaler needs no access to pod templates and pods.
type Workloads struct {
	Client kubernetes.Interface
}

// NewInCluster returns the Cluster that the program runs in. Its caches are updated until
// ctx ends.
func NewInCluster(ctx context.Context) (Cluster, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return Cluster{}, fmt.Errorf("finding the API server: %w", err)
	}
	config.QPS, config.Burst = requestsPerSecond, requestBurst
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return Cluster{}, fmt.Errorf("creating the client of the API server: %w", err)
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return Cluster{}, fmt.Errorf("creating the client of the API server: %w", err)
	}
	triggers, err := StartTriggers(ctx, objects)
	if err != nil {
		return Cluster{}, err
	}
	// The host can be a name, which no broker's address equals.
	apiServer, _ := netip.ParseAddr(os.Getenv("KUBERNETES_SERVICE_HOST"))
	return Cluster{Workloads: Workloads{Client: client}, Triggers: triggers, Addresses: BrokerAddresses{APIServer: apiServer}}, nil
}

// ScaledToZero implements WorkloadReader for the Deployment or else the StatefulSet with
// the name. Terminating pods do not count.
func (w Workloads) ScaledToZero(ctx context.Context, namespace, target string) (bool, error) {
	scale, err := w.Client.AppsV1().Deployments(namespace).GetScale(ctx, target, metav1.GetOptions{})
	if apierrs.IsNotFound(err) {
		scale, err = w.Client.AppsV1().StatefulSets(namespace).GetScale(ctx, target, metav1.GetOptions{})
	}
	if apierrs.IsNotFound(err) {
		return false, fmt.Errorf("metadata %s: no Deployment or StatefulSet has this name", keyTarget)
	}
	if err != nil {
		return false, err
	}
	return scale.Spec.Replicas == 0 && scale.Status.Replicas == 0, nil
}

// ReadyPods implements WorkloadReader.
func (w Workloads) ReadyPods(ctx context.Context, namespace, service string) (sets.Set[types.UID], error) {
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
