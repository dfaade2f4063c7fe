//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/eventing"
)

// A Function that is deleted with --cascade=orphan and created again from the same manifest
// keeps its revision and its pods, which handle events meanwhile.
func TestARecreatedFunctionAdoptsItsPods(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	manifest := s.Example(t, "redis", func(fn *v1beta2.Function) {
		fn.Spec.Serving.ScaleOptions.MinReplicas = new(int32(1))
	})
	s.apply(t, manifest.DeepCopy())
	serving, pod := s.serving(), s.awaitPods(t)[0]

	orphan := metav1.DeletePropagationOrphan
	if err := s.Functions(s.Namespace).Delete(t.Context(), s.fn.Name, metav1.DeleteOptions{PropagationPolicy: &orphan}); err != nil {
		t.Fatal(err)
	}
	cluster.AwaitNone(t, s.Cluster, cluster.Of(s.fn))
	s.Send(t, 1, 3, 0)
	s.awaitHandledBy(t, s.fn.Name, 3)
	s.apply(t, manifest.DeepCopy())
	s.Send(t, 4, 6, 0)
	s.awaitHandledBy(t, s.fn.Name, 6)
	if s.serving() != serving {
		t.Errorf("Serving %s runs, want %s, which ran before", s.serving(), serving)
	}
	if after := s.awaitPods(t); len(after) != 1 || after[0].UID != pod.UID {
		t.Errorf("%d pods run, want the one that ran before, %s", len(after), pod.Name)
	}
}
