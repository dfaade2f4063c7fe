/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	functions "openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/cluster"
	"openfunction.dev/openfunction/test/collector"
)

const (
	// imageVariable is the environment variable with the image of test/images/probe.
	imageVariable = "PROBE_IMAGE"
	// slow is the duration of a call that must not be interrupted. linger is how long
	// the image then needs to end: a little longer than grace, because Knative sends
	// SIGTERM only when no call is in progress.
	slow   = 6 * time.Second
	linger = 26 * time.Second
	grace  = 25 * time.Second

	version  = "v1.2.3-probe"
	greeting = "say \"hi\" #1; a=b=c, $(POD_NAME) $$ ${HOME} %s \\n `id` *  two spaces\nsecond line\ttab é"
)

// subject is a function that tests one runtime.
type subject struct {
	*cluster.Cluster

	collector *collector.Collector
	fn        *v1beta2.Function
	// port and protocol are the values that the runtime has to pass on.
	port, protocol string
	// path is the path that has to receive calls.
	path string
	// secret is a value that no document may contain.
	secret string
	// call calls the function once. It returns after the response, or after the broker
	// has accepted the event.
	call func(t *testing.T, wish string) error
	// life is how a pod ended, if a check has already ended one.
	life *life
}

// newSubject creates a namespace for a function that runs the probe.
func newSubject(t *testing.T) *subject {
	t.Helper()
	image := os.Getenv(imageVariable)
	if image == "" {
		t.Fatalf("set %s to the image of test/images/probe, as test/e2e-tests.sh does", imageVariable)
	}
	s := &subject{Cluster: cluster.Connect(t), collector: collector.New(t)}
	s.fn = &v1beta2.Function{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace(t), Name: "probe"},
		Spec: v1beta2.FunctionSpec{
			Version: new(version),
			Image:   image,
			Serving: &v1beta2.WorkloadSpec{
				Triggers:     &v1beta2.Triggers{},
				ScaleOptions: &v1beta2.ScaleOptions{},
				Params:       map[string]string{"COLLECTOR": s.collector.URL, "LINGER": linger.String(), "GREETING": greeting},
			},
		},
	}
	return s
}

// apply creates the function and waits until it is Ready.
func (s *subject) apply(t *testing.T) {
	t.Helper()
	s.fn = s.AwaitReady(t, s.Create(t, s.fn))
}

// pods selects the pods of the function.
func (s *subject) pods() cluster.Query {
	return cluster.Query{
		GroupVersionResource: cluster.Pods, Namespace: s.fn.Namespace, Labels: functions.FunctionLabelKey + "=" + s.fn.Name,
	}
}

// await waits for a record of that kind whose data contain text, ignoring the first so
// many records.
func (s *subject) await(t *testing.T, after int, kind, text string) collector.Record {
	t.Helper()
	var found collector.Record
	s.collector.Await(t, s.Timeout, kind+" "+text, func(records []collector.Record) bool {
		for _, r := range records[after:] {
			if r.Kind == kind && strings.Contains(r.Data, text) {
				found = r
				return true
			}
		}
		return false
	})
	return found
}

// finding returns the finding of the first pod.
func (s *subject) finding(t *testing.T) *collector.Finding {
	t.Helper()
	found := &collector.Finding{}
	if err := json.Unmarshal([]byte(s.await(t, 0, collector.Started, "").Data), found); err != nil {
		t.Fatal(err)
	}
	return found
}

// zero waits until the function has no pod.
func (s *subject) zero(t *testing.T) {
	t.Helper()
	cluster.AwaitNone(t, s.Cluster, s.pods())
}

// end ends all pods of the function, as Kubernetes does to drain a node.
func (s *subject) end(t *testing.T) {
	t.Helper()
	err := s.Kube.CoreV1().Pods(s.fn.Namespace).DeleteCollection(t.Context(), metav1.DeleteOptions{},
		metav1.ListOptions{LabelSelector: s.pods().Labels})
	if err != nil {
		t.Fatalf("ending the pods of the function: %v", err)
	}
}
