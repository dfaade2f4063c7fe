//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	functions "openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/eventing"
)

// orders is the name of the trigger of every example that uses a broker.
const orders = eventing.Orders

// scene is a namespace with a broker, a sender and one function.
type scene struct {
	*eventing.Scene

	// fn is the latest Function that was read.
	fn *v1beta2.Function
}

// play applies the example of b in a new namespace, after change, and waits until the
// function is Ready and at zero.
func play(t *testing.T, b eventing.Broker, change ...func(*v1beta2.Function)) *scene {
	t.Helper()
	s := prepare(t, b)
	s.apply(t, s.Example(t, b.Example, change...))
	s.awaitZero(t)
	return s
}

// prepare creates a namespace, and gives its functions access to b.
func prepare(t *testing.T, b eventing.Broker) *scene {
	t.Helper()
	return &scene{Scene: eventing.Prepare(t, b)}
}

// apply creates the Function and waits until it is Ready.
func (s *scene) apply(t *testing.T, fn *v1beta2.Function) {
	t.Helper()
	s.fn = s.AwaitReady(t, s.Create(t, fn))
}

// edit changes the Function as a user does, and waits until it is Ready.
func (s *scene) edit(t *testing.T, change func(*v1beta2.FunctionSpec)) {
	t.Helper()
	s.fn = s.AwaitReady(t, s.Edit(t, s.fn, change))
}

// serving returns the name of the active Serving.
func (s *scene) serving() string {
	return s.fn.Status.Serving.LastSuccessfulResourceRef
}

// pods selects the pods of the function, of all revisions.
func (s *scene) pods() cluster.Query {
	return cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: s.Namespace, Labels: functions.FunctionLabelKey + "=" + s.fn.Name,
		Timeout: s.Timeout,
	}
}

// podsOf selects the pods of one revision.
func (s *scene) podsOf(serving string) cluster.Query {
	q := s.pods()
	q.Labels = functions.ServingLabelKey + "=" + serving
	return q
}

// awaitZero waits until no pod of the function is left, because a terminating pod still
// handles events.
func (s *scene) awaitZero(t *testing.T) {
	t.Helper()
	cluster.AwaitNone(t, s.Cluster, s.pods())
}

// awaitPods waits until the function has at least one pod that is ready with its
// sidecar, and returns those pods.
func (s *scene) awaitPods(t *testing.T) []corev1.Pod {
	t.Helper()
	var ready []corev1.Pod
	cluster.Await(t, s.Cluster, s.pods(), "be ready", func(pods []corev1.Pod) bool {
		ready = nil
		for i := range pods {
			if pods[i].DeletionTimestamp == nil && cluster.IsReady(&pods[i]) {
				ready = append(ready, pods[i])
			}
		}
		return len(ready) > 0
	})
	return ready
}
