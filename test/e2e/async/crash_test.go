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

// crashes is how often a function crashes during its work. Kubernetes restarts it at
// once, then after 10 seconds.
const crashes = 2

// Events in flight in a function that crashes while its sidecar keeps running are not
// handled. The sidecar must not acknowledge them.
func TestNothingIsLostWhenAFunctionCrashes(t *testing.T) {
	t.Parallel()
	for _, b := range eventing.Brokers() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			s := play(t, b, eventing.Handling(handlingTime))
			total := messages(t) / 5
			r := &result{timeline: s.observe(t), name: b.Name}
			sending := s.Start(t, 1, total, 0)
			for i := range crashes {
				s.Collector.Await(t, s.Timeout, "some of the events", collector.Reached((i+1)*total/(crashes+2), total))
				s.crash(t)
			}
			r.sender.Add(t, <-sending, total)
			s.finish(t, r, total)
			r.write(t, "crashes")
			r.check(t)
		})
	}
}

// crash ends the process of the function in one pod, and waits until Kubernetes has
// restarted it.
func (s *scene) crash(t *testing.T) {
	t.Helper()
	var victim *corev1.Pod
	cluster.Await(t, s.Cluster, s.pods(), "have one that works", func(pods []corev1.Pod) bool {
		for i := range pods {
			if pods[i].DeletionTimestamp == nil && cluster.IsReady(&pods[i]) {
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
				return restarts(&pods[i]) > before && cluster.IsReady(&pods[i])
			}
		}
		return true // there was one crash too many
	})
	t.Logf("pod %s crashed: %v", victim.Name, err)
}

// restarts returns how often the function's container of a pod was restarted.
func restarts(pod *corev1.Pod) int32 {
	for i := range pod.Status.ContainerStatuses {
		if status := &pod.Status.ContainerStatuses[i]; status.Name == v1beta2.FunctionContainer {
			return status.RestartCount
		}
	}
	return 0
}
