/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cluster

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Kill ends one running pod of the selector with SIGKILL.
func (c *Cluster) Kill(t *testing.T, namespace, selector string) {
	t.Helper()
	pods, err := c.Kube.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		t.Fatal(err)
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if pod.DeletionTimestamp != nil || pod.Status.Phase != corev1.PodRunning {
			continue
		}
		err := c.Kube.CoreV1().Pods(namespace).Delete(t.Context(), pod.Name, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
		if err != nil {
			t.Fatalf("killing pod %s: %v", pod.Name, err)
		}
		t.Logf("killed pod %s/%s", namespace, pod.Name)
		return
	}
	t.Fatalf("no pod of %s with %s runs", namespace, selector)
}

// AwaitPod waits until a pod of the selector is ready. Tests call it after Kill, because
// the next test needs the program.
func (c *Cluster) AwaitPod(t *testing.T, namespace, selector string) {
	t.Helper()
	query := Query{GroupVersionResource: Pods, Namespace: namespace, Labels: selector}
	Await(t, c, query, "be ready", func(pods []corev1.Pod) bool {
		for i := range pods {
			if pods[i].DeletionTimestamp == nil && IsReady(&pods[i]) {
				return true
			}
		}
		return false
	})
}

// IsReady reports whether the condition Ready of the pod is True.
func IsReady(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
