/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package simulator

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/test/cluster"
)

// PodsState is what becomes of the pods of a workload.
type PodsState struct {
	// Starting is whether they are still on their way.
	Starting bool
	// Failure is why none can be made; empty where they can.
	Failure string
}

// Workloads is a stand-in for the controllers of Kubernetes that run pods.
type Workloads struct {
	simulation *simulation

	mutex sync.Mutex
	state func(image string) PodsState
}

// StartWorkloads starts one for a namespace whose Deployments and StatefulSets have
// all their pods after latency.
func StartWorkloads(t *testing.T, c *cluster.Cluster, namespace string, latency time.Duration) *Workloads {
	t.Helper()
	w := &Workloads{state: func(string) PodsState { return PodsState{} }}
	w.simulation = simulate(t, c, namespace, latency, w.report, cluster.Deployments, cluster.StatefulSets)
	return w
}

// Decide sets what becomes of pods that run an image, from now on.
func (w *Workloads) Decide(state func(image string) PodsState) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.state = state
	w.simulation.signal()
}

// Scale gives a Deployment another number of pods, as KEDA does when events come and
// when none are left.
func (w *Workloads) Scale(t *testing.T, namespace, deployment string, replicas int32) {
	t.Helper()
	_, err := w.simulation.client.Resource(cluster.Deployments).Namespace(namespace).Patch(t.Context(), deployment, types.MergePatchType,
		fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas), metav1.PatchOptions{FieldManager: "keda"}, "scale")
	if err != nil {
		t.Fatalf("scaling Deployment %s: %v", deployment, err)
	}
}

func (w *Workloads) report(s *simulation) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	deployments, err := list[appsv1.Deployment](s, cluster.Deployments)
	if err != nil {
		return err
	}
	for _, before := range deployments {
		d := before.DeepCopy()
		run(d, w.state(d.Spec.Template.Spec.Containers[0].Image))
		if err := s.update(cluster.Deployments, before, d); err != nil {
			return err
		}
	}
	sets, err := list[appsv1.StatefulSet](s, cluster.StatefulSets)
	if err != nil {
		return err
	}
	for _, before := range sets {
		set := before.DeepCopy()
		replicas := ptr.Deref(set.Spec.Replicas, 1)
		set.Status = appsv1.StatefulSetStatus{
			ObservedGeneration: set.Generation, Replicas: replicas, UpdatedReplicas: replicas,
			ReadyReplicas: replicas, AvailableReplicas: replicas,
		}
		if err := s.update(cluster.StatefulSets, before, set); err != nil {
			return err
		}
	}
	return nil
}

// run reports how the pods are.
func run(d *appsv1.Deployment, state PodsState) {
	replicas := ptr.Deref(d.Spec.Replicas, 1)
	ready := replicas
	if state.Starting || state.Failure != "" {
		ready = 0
	}
	d.Status.ObservedGeneration = d.Generation
	d.Status.Replicas, d.Status.UpdatedReplicas = replicas, replicas
	d.Status.ReadyReplicas, d.Status.AvailableReplicas = ready, ready
	available := corev1.ConditionTrue
	if ready < replicas {
		available = corev1.ConditionFalse
	}
	conditions := []appsv1.DeploymentCondition{
		{Type: appsv1.DeploymentAvailable, Status: available},
		{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue},
	}
	if state.Failure != "" {
		conditions = append(conditions, appsv1.DeploymentCondition{
			Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: state.Failure,
		})
	}
	// What is reported already keeps its times.
	same := func(a, b appsv1.DeploymentCondition) bool { return a.Type == b.Type && a.Status == b.Status }
	if !slices.EqualFunc(d.Status.Conditions, conditions, same) {
		d.Status.Conditions = conditions
	}
}

// StartKEDA starts a stand-in for the operator of KEDA in a namespace: it can query
// all triggers after latency, and no event waits.
func StartKEDA(t *testing.T, c *cluster.Cluster, namespace string, latency time.Duration) {
	t.Helper()
	ready := kedav1alpha1.Conditions{
		{Type: kedav1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: kedav1alpha1.ScaledObjectConditionReadySuccessReason},
		{Type: kedav1alpha1.ConditionActive, Status: metav1.ConditionFalse, Reason: "ScalerNotActive"},
	}
	simulate(t, c, namespace, latency, func(s *simulation) error {
		scalers, err := list[kedav1alpha1.ScaledObject](s, cluster.ScaledObjects)
		if err != nil {
			return err
		}
		for _, before := range scalers {
			o := before.DeepCopy()
			o.Status.HpaName, o.Status.Conditions = "keda-hpa-"+o.Name, ready
			if err := s.update(cluster.ScaledObjects, before, o); err != nil {
				return err
			}
		}
		jobs, err := list[kedav1alpha1.ScaledJob](s, cluster.ScaledJobs)
		if err != nil {
			return err
		}
		for _, before := range jobs {
			o := before.DeepCopy()
			o.Status.Conditions = ready
			if err := s.update(cluster.ScaledJobs, before, o); err != nil {
				return err
			}
		}
		return nil
	}, cluster.ScaledObjects, cluster.ScaledJobs)
}
