/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package simulator

import (
	"testing"
	"time"

	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"openfunction.dev/openfunction/test/cluster"
)

// StartWorkloads starts a stand-in for the controllers of Kubernetes: Deployments
// have all their pods after latency.
func StartWorkloads(t *testing.T, c *cluster.Cluster, latency time.Duration) {
	t.Helper()
	simulate(t, c, latency, func(s *simulation) error {
		deployments, err := list[appsv1.Deployment](s, cluster.Deployments)
		if err != nil {
			return err
		}
		for _, d := range deployments {
			before := d.DeepCopy()
			run(d)
			if err := s.update(cluster.Deployments, before, d); err != nil {
				return err
			}
		}
		return nil
	}, cluster.Deployments)
}

// run reports that all pods are ready. What is reported already keeps its times.
func run(d *appsv1.Deployment) {
	replicas := int32(1)
	if d.Spec.Replicas != nil {
		replicas = *d.Spec.Replicas
	}
	d.Status.ObservedGeneration = d.Generation
	d.Status.Replicas, d.Status.ReadyReplicas = replicas, replicas
	d.Status.UpdatedReplicas, d.Status.AvailableReplicas = replicas, replicas
	if len(d.Status.Conditions) > 0 {
		return
	}
	for _, condition := range []appsv1.DeploymentConditionType{appsv1.DeploymentAvailable, appsv1.DeploymentProgressing} {
		d.Status.Conditions = append(d.Status.Conditions, appsv1.DeploymentCondition{Type: condition, Status: corev1.ConditionTrue})
	}
}

// StartKEDA starts a stand-in for the operator of KEDA: it can ask all triggers
// after latency, and nothing waits.
func StartKEDA(t *testing.T, c *cluster.Cluster, latency time.Duration) {
	t.Helper()
	simulate(t, c, latency, func(s *simulation) error {
		scalers, err := list[kedav1alpha1.ScaledObject](s, cluster.ScaledObjects)
		if err != nil {
			return err
		}
		for _, o := range scalers {
			before := o.DeepCopy()
			o.Status.HpaName = "keda-hpa-" + o.Name
			o.Status.Conditions = kedav1alpha1.Conditions{
				{Type: kedav1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: kedav1alpha1.ScaledObjectConditionReadySuccessReason},
				{Type: kedav1alpha1.ConditionActive, Status: metav1.ConditionFalse, Reason: "ScalerNotActive"},
			}
			if err := s.update(cluster.ScaledObjects, before, o); err != nil {
				return err
			}
		}
		return nil
	}, cluster.ScaledObjects)
}
