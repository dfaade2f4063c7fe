//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

// crashes is how often a function ends in the middle of its work. Kubernetes starts
// it again at once, then after 10 seconds.
const crashes = 2

// A function that ends with events in hand, while its sidecar runs on, has not
// handled them. No call counts as handled while nobody listens.
func TestNothingIsLostWhenAFunctionCrashes(t *testing.T) {
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			s := play(t, b, eventing.Handling(handlingTime))
			total := messages(t) / 5
			r := &result{timeline: s.observe(t), name: b.Name}
			sending := s.Start(t, 1, total, 0)
			for i := range crashes {
				s.Collector.Await(t, s.Patience, "some of the events", collector.Reached((i+1)*total/(crashes+2), total))
				s.crash(t)
			}
			r.sender.Add(t, <-sending, total)
			s.finish(t, r, total)
			r.tell(t, "crashes")
			r.check(t)
		})
	}
}

// crash ends the function of one pod from within, and waits until Kubernetes has
// started it again.
func (s *scene) crash(t *testing.T) {
	t.Helper()
	var victim *corev1.Pod
	cluster.Await(t, s.Cluster, s.pods(), "have one that works", func(pods []corev1.Pod) bool {
		for i := range pods {
			if pods[i].DeletionTimestamp == nil && isReady(&pods[i]) {
				victim = &pods[i]
			}
		}
		return victim != nil
	})
	before := restarts(victim)
	body, err := s.Kube.CoreV1().RESTClient().Post().Namespace(s.Namespace).Resource("pods").Name(victim.Name + ":8080").
		SubResource("proxy").Suffix("crash").DoRaw(t.Context())
	if err == nil {
		t.Fatalf("pod %s answered %q, want no answer", victim.Name, body)
	}
	cluster.Await(t, s.Cluster, s.pods(), "start the function again", func(pods []corev1.Pod) bool {
		for i := range pods {
			if pods[i].UID == victim.UID {
				return restarts(&pods[i]) > before && isReady(&pods[i])
			}
		}
		return true // it was one too many meanwhile
	})
	t.Logf("pod %s crashed: %v", victim.Name, err)
}

// restarts is how often the function of a pod was started again.
func restarts(pod *corev1.Pod) int32 {
	for i := range pod.Status.ContainerStatuses {
		if status := &pod.Status.ContainerStatuses[i]; status.Name == v1beta2.FunctionContainer {
			return status.RestartCount
		}
	}
	return 0
}
