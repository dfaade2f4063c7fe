//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"context"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	functions "openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

// Requests and events call one image; the pods for each scale from zero by their own
// signal.
func TestRequestsAndEventsCallOneFunction(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	fn := s.Example(t, "http-and-events")
	fn.Spec.Serving.ScaleOptions.Knative = &map[string]string{"autoscaling.knative.dev/window": "6s"}
	s.apply(t, fn)
	s.awaitZero(t)

	s.Send(t, 1, 1, 0)
	s.awaitHandledBy(t, fn.Name, 1)
	if pods := s.list(t, s.pods().Labels+",serving.knative.dev/revision"); len(pods) > 0 {
		t.Errorf("an event started %d pods for requests", len(pods))
	}
	s.awaitZero(t)

	answer, err := s.Get(t.Context(), s.fn.Status.URL.String())
	if want := "shop, version v1"; err != nil || answer != want {
		t.Errorf("a request is answered by %q (%v), want %q", answer, err, want)
	}
	if pods := s.list(t, s.pods().Labels+","+functions.ManagedLabelKey); len(pods) > 0 {
		t.Errorf("a request started %d pods for events", len(pods))
	}
	s.awaitZero(t)
}

func (s *scene) list(t *testing.T, selector string) []corev1.Pod {
	t.Helper()
	pods, err := s.Kube.CoreV1().Pods(s.Namespace).List(t.Context(), metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		t.Fatal(err)
	}
	return pods.Items
}

// A StatefulSet handles events as a Deployment does.
func TestAStatefulSetHandlesEvents(t *testing.T) {
	t.Parallel()
	s := play(t, eventing.BrokerOf(t, "rabbitmq"), func(fn *v1beta2.Function) { fn.Spec.Serving.WorkloadType = "StatefulSet" })
	query := cluster.Query{GroupVersionResource: cluster.StatefulSets, Namespace: s.Namespace, Name: s.serving()}
	cluster.AwaitOne(t, s.Cluster, query, "exist", func(*metav1.PartialObjectMetadata) bool { return true })
	s.Send(t, 1, 10, 0)
	s.awaitHandledBy(t, s.fn.Name, 10)
	s.awaitZero(t)
}

// No Job is created with the function, and the Jobs that events create end.
func TestAJobHandlesWhatWaits(t *testing.T) {
	t.Parallel()
	const events = 20
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.apply(t, s.Example(t, "job"))
	jobs := cluster.Query{GroupVersionResource: cluster.Jobs, Namespace: s.Namespace}
	if made := s.jobs(t); len(made) > 0 {
		t.Errorf("%d Jobs were made with the function", len(made))
	}
	s.Send(t, 1, events, 0)
	s.awaitHandledBy(t, s.fn.Name, events)
	cluster.Await(t, s.Cluster, jobs, "be complete", func(jobs []batchv1.Job) bool {
		for i := range jobs {
			if jobs[i].Status.CompletionTime == nil {
				return false
			}
		}
		return len(jobs) > 0
	})
}

func (s *scene) jobs(t *testing.T) []batchv1.Job {
	t.Helper()
	list, err := s.Kube.BatchV1().Jobs(s.Namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// A suspended function leaves events in the broker, and handles them later.
func TestASuspendedFunctionHandlesEventsLater(t *testing.T) {
	t.Parallel()
	const events = 5
	s := play(t, eventing.BrokerOf(t, "rabbitmq"))
	s.edit(t, func(spec *v1beta2.FunctionSpec) { spec.Serving.ScaleOptions.Suspend = true })
	s.awaitZero(t)
	s.Send(t, 1, events, 0)
	if pod := s.podWithin(t, s.pods().Labels, 10*time.Second); pod != "" {
		t.Errorf("a suspended function has the pod %s", pod)
	}
	if records := s.Collector.Records(); len(records) > 0 {
		t.Errorf("a suspended function handled %d events", len(records))
	}
	s.edit(t, func(spec *v1beta2.FunctionSpec) { spec.Serving.ScaleOptions.Suspend = false })
	s.awaitHandledBy(t, s.fn.Name, events)
}

// A rollback creates no revision, and a revision in reserve consumes nothing.
func TestRollbackAndTheUnroutedVersion(t *testing.T) {
	t.Parallel()
	s := play(t, eventing.BrokerOf(t, "rabbitmq"))
	first := s.serving()
	s.edit(t, func(spec *v1beta2.FunctionSpec) { spec.Version = new("v2") })
	second := s.serving()
	if second == first {
		t.Fatalf("another version is served by the same Serving, %s", first)
	}
	s.awaitReserve(t, first)
	s.Send(t, 1, 50, 0)
	s.awaitHandledBy(t, s.fn.Name, 50)
	s.checkVersions(t, s.Collector.Records(), "v2")

	before := len(s.Collector.Records())
	s.edit(t, func(spec *v1beta2.FunctionSpec) { spec.Version = new("v1") })
	if s.serving() != first {
		t.Errorf("going back is served by %s, want the Serving that served before, %s", s.serving(), first)
	}
	s.awaitReserve(t, second)
	s.Send(t, 51, 100, 0)
	s.awaitHandledBy(t, s.fn.Name, 100)
	s.checkVersions(t, s.Collector.Records()[before:], "v1")
}

// awaitReserve waits until a Serving is in reserve and has no pod.
func (s *scene) awaitReserve(t *testing.T, serving string) {
	t.Helper()
	query := cluster.Query{GroupVersionResource: cluster.Servings, Namespace: s.Namespace, Name: serving}
	cluster.AwaitOne(t, s.Cluster, query, "be a reserve", func(o *metav1.PartialObjectMetadata) bool {
		return o.Labels[functions.RoutingStateLabelKey] == functions.RoutingStateReserve
	})
	cluster.AwaitNone(t, s.Cluster, s.podsOf(serving))
}

func (s *scene) checkVersions(t *testing.T, records []collector.Record, want string) {
	t.Helper()
	for _, r := range records {
		if r.Version != want {
			t.Errorf("event %s was handled by version %s, want %s", r.Data, r.Version, want)
		}
	}
}

// podWithin returns the name of the first pod of the selector that appears within some
// time, or an empty string.
func (s *scene) podWithin(t *testing.T, selector string, within time.Duration) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	watch, err := s.Kube.CoreV1().Pods(s.Namespace).Watch(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Stop()
	for event := range watch.ResultChan() {
		if pod, ok := event.Object.(*corev1.Pod); ok {
			return pod.Name
		}
	}
	return ""
}
