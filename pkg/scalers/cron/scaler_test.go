/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	pb "github.com/kedacore/keda/v2/pkg/scalers/externalscaler"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"

	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
)

// scaled is a version as KEDA asks about it.
func scaled(name string) *pb.ScaledObjectRef {
	return &pb.ScaledObjectRef{Name: "any", Namespace: "team", ScalerMetadata: map[string]string{"serving": name, "cron": "tick", "scalerAddress": "x"}}
}

// asked starts the service of a scheduler as KEDA reaches it.
func asked(t *testing.T, w *world, s *scheduler) (client pb.ExternalScalerClient, changed, end func()) {
	t.Helper()
	ending := make(chan struct{})
	scaler := &Scaler{
		servings: listers.NewServingLister(w.servings), index: s.index, ledger: s.ledger,
		watchers: newWatchers(), ending: ending,
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	service := &server{scaler: scaler, memory: s.memory, logger: zap.NewNop().Sugar(), asked: ending}
	go func() { served <- service.serve(context.Background(), listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	changed = func() {
		for _, version := range []string{"v1", "v2"} {
			scaler.watchers.tell(types.NamespacedName{Namespace: "team", Name: version})
		}
	}
	return pb.NewExternalScalerClient(conn), changed, func() {
		close(ending)
		if err := <-served; err != nil {
			t.Error(err)
		}
	}
}

func isActive(t *testing.T, client pb.ExternalScalerClient, name string) bool {
	t.Helper()
	answer, err := client.IsActive(t.Context(), scaled(name))
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetResult()
}

func hear(t *testing.T, stream grpc.ServerStreamingClient[pb.IsActiveResponse], want bool) {
	t.Helper()
	got, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if got.GetResult() != want {
		t.Fatalf("KEDA hears %t", got.GetResult())
	}
}

func TestKEDAHearsOfARunFromAnyScheduler(t *testing.T) {
	w := newWorld(t)
	w.function.answer = make(chan error)
	w.deploy("v1", everyMinute)
	a, b := w.start("a"), w.start("b")
	client, changed, end := asked(t, w, b)
	stream, err := client.StreamIsActive(t.Context(), scaled("v1"))
	if err != nil {
		t.Fatal(err)
	}
	a.glance()
	hear(t, stream, false)
	w.pass(30 * time.Second)
	a.glance()
	<-w.function.began
	changed()
	hear(t, stream, true)
	metrics, err := client.GetMetrics(t.Context(), &pb.GetMetricsRequest{ScaledObjectRef: scaled("v1"), MetricName: metricName})
	if err != nil || metrics.GetMetricValues()[0].GetMetricValueFloat() != 1 {
		t.Errorf("metrics are %v, %v", metrics, err)
	}
	w.function.answer <- nil
	a.memory.flying.Wait()
	changed()
	hear(t, stream, false)
	end()
	if _, err := stream.Recv(); err == nil || err.Error() != "EOF" {
		t.Errorf("the stream ends with %v, after which KEDA waits longer each time", err)
	}
}

func TestRunWakesTheVersionThatTakesIt(t *testing.T) {
	w := newWorld(t)
	w.function.ready = false
	w.deploy("v1", everyMinute)
	s := w.start("a")
	client, _, end := asked(t, w, s)
	defer end()
	s.glance()
	w.pass(30 * time.Second)
	s.glance()
	<-w.function.attempts
	if !isActive(t, client, "v1") || isActive(t, client, "v2") {
		t.Error("the active version is not woken, or one that is unknown is")
	}
	// Not sent yet: the run goes over to the version that is active now.
	w.suspend("v1")
	w.deploy("v2", everyMinute)
	if isActive(t, client, "v1") || !isActive(t, client, "v2") {
		t.Error("the version that is active now is not woken alone")
	}
	w.function.mu.Lock()
	w.function.answer, w.function.ready = make(chan error), true
	w.function.mu.Unlock()
	for w.clock.Waiters() < 2 {
		runtime.Gosched()
	}
	w.pass(eagerWait)
	<-w.function.began
	// Sent: it stays with the version that handles it.
	w.suspend("v2")
	if !isActive(t, client, "v2") {
		t.Error("a version is stopped while it handles a run")
	}
	w.function.answer <- nil
}

func TestScalerAsksForItsMetadata(t *testing.T) {
	w := newWorld(t)
	client, _, end := asked(t, w, w.start("a"))
	defer end()
	_, err := client.IsActive(t.Context(), &pb.ScaledObjectRef{Namespace: "team"})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("it answers %v", err)
	}
}

func TestScalerWantsOnePodForARun(t *testing.T) {
	w := newWorld(t)
	client, _, end := asked(t, w, w.start("a"))
	defer end()
	spec, err := client.GetMetricSpec(t.Context(), scaled("v1"))
	if err != nil || len(spec.GetMetricSpecs()) != 1 || spec.GetMetricSpecs()[0].GetTargetSizeFloat() != 1 {
		t.Errorf("it wants %v, %v", spec, err)
	}
}

// installed decodes the first object of a kind in config/scheduler.yaml.
func installed(t *testing.T, kind string, into any) {
	t.Helper()
	content, err := os.ReadFile("../../../config/scheduler.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	for {
		var raw map[string]any
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			t.Fatalf("there is no %s", kind)
		} else if err != nil {
			t.Fatal(err)
		}
		if raw["kind"] != kind {
			continue
		}
		document, err := json.Marshal(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(document, into); err != nil {
			t.Fatal(err)
		}
		return
	}
}

func TestPodLivesUntilItsRunsHaveEnded(t *testing.T) {
	var d appsv1.Deployment
	installed(t, "Deployment", &d)
	grace := time.Duration(*d.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second
	if grace <= drainDeadline {
		t.Errorf("killed after %v, while a run may take %v", grace, drainDeadline)
	}
}

func TestServiceLeadsToTheScaler(t *testing.T) {
	var service corev1.Service
	installed(t, "Service", &service)
	if got := service.Name + "." + service.Namespace; got != "scheduler.openfunction" || service.Spec.Ports[0].Port != port {
		t.Errorf("KEDA would have to ask %s:%d", got, service.Spec.Ports[0].Port)
	}
}
