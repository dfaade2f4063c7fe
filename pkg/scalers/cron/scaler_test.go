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
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"

	listers "openfunction.dev/openfunction/pkg/client/listers/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/fairshare"
	"openfunction.dev/openfunction/pkg/scalers/kedaserver"
)

// scaledObject returns the reference that KEDA sends for a revision.
func scaledObject(name string) *pb.ScaledObjectRef {
	return &pb.ScaledObjectRef{Name: "any", Namespace: "team", ScalerMetadata: map[string]string{"serving": name, "cron": "tick", "scalerAddress": "x"}}
}

// serveScaler serves the scaler of a replica.
func serveScaler(t *testing.T, sim *simulation, s *replica) (client pb.ExternalScalerClient, changed, end func()) {
	t.Helper()
	shutdown := make(chan struct{})
	scaler := &scaler{
		servings: listers.NewServingLister(sim.servings), index: s.index, leases: s.leases,
		subscriptions: newSubscriptions(), streams: fairshare.NewPool(maxStreams), shutdown: shutdown,
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	service := &server{keda: kedaserver.Server{MaxRequestBytes: maxRequestBytes}, scaler: scaler, local: s.local}
	go func() { served <- service.serve(context.Background(), listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	changed = func() {
		for _, revision := range []string{"v1", "v2"} {
			scaler.subscriptions.notify(types.NamespacedName{Namespace: "team", Name: revision})
		}
	}
	return pb.NewExternalScalerClient(conn), changed, func() {
		close(shutdown)
		if err := <-served; err != nil {
			t.Error(err)
		}
	}
}

func isActive(t *testing.T, client pb.ExternalScalerClient, name string) bool {
	t.Helper()
	response, err := client.IsActive(t.Context(), scaledObject(name))
	if err != nil {
		t.Fatal(err)
	}
	return response.GetResult()
}

func wantActive(t *testing.T, stream grpc.ServerStreamingClient[pb.IsActiveResponse], want bool) {
	t.Helper()
	got, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if got.GetResult() != want {
		t.Fatalf("got %t, want %t", got.GetResult(), want)
	}
}

func TestKEDACanQueryAnyReplica(t *testing.T) {
	sim := newSimulation(t)
	sim.function.response = make(chan error)
	sim.deploy("v1", everyMinute)
	a, b := sim.startReplica("a"), sim.startReplica("b")
	client, changed, end := serveScaler(t, sim, b)
	stream, err := client.StreamIsActive(t.Context(), scaledObject("v1"))
	if err != nil {
		t.Fatal(err)
	}
	a.reconcileOnly()
	wantActive(t, stream, false)
	sim.advance(30 * time.Second)
	a.reconcileOnly()
	<-sim.function.began
	changed()
	wantActive(t, stream, true)
	metrics, err := client.GetMetrics(t.Context(), &pb.GetMetricsRequest{ScaledObjectRef: scaledObject("v1"), MetricName: metricName})
	if err != nil || metrics.GetMetricValues()[0].GetMetricValueFloat() != 1 {
		t.Errorf("got %v, %v, want 1", metrics, err)
	}
	sim.function.response <- nil
	a.local.executions.Wait()
	changed()
	wantActive(t, stream, false)
	end()
	if _, err := stream.Recv(); err == nil || err.Error() != "EOF" {
		t.Errorf("the stream ends with %v, want EOF", err)
	}
}

func TestRunActivatesItsRevision(t *testing.T) {
	sim := newSimulation(t)
	sim.function.ready = false
	sim.deploy("v1", everyMinute)
	s := sim.startReplica("a")
	client, _, end := serveScaler(t, sim, s)
	defer end()
	s.reconcileOnly()
	sim.advance(30 * time.Second)
	s.reconcileOnly()
	<-sim.function.attempts
	if !isActive(t, client, "v1") || isActive(t, client, "v2") {
		t.Error("want v1 active, and the unknown v2 inactive")
	}
	// A run that was not sent moves to the revision that receives events now.
	sim.suspend("v1")
	sim.deploy("v2", everyMinute)
	if isActive(t, client, "v1") || !isActive(t, client, "v2") {
		t.Error("want v2 active, and v1 inactive")
	}
	sim.function.mu.Lock()
	sim.function.response, sim.function.ready = make(chan error), true
	sim.function.mu.Unlock()
	for sim.clock.Waiters() < 2 {
		runtime.Gosched()
	}
	sim.advance(fastInterval)
	<-sim.function.began
	// A run that was sent stays with its revision.
	sim.suspend("v2")
	if !isActive(t, client, "v2") {
		t.Error("want v2 active while it handles a run")
	}
	sim.function.response <- nil
}

func TestScalerRequiresItsMetadata(t *testing.T) {
	sim := newSimulation(t)
	client, _, end := serveScaler(t, sim, sim.startReplica("a"))
	defer end()
	_, err := client.IsActive(t.Context(), &pb.ScaledObjectRef{Namespace: "team"})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("got %v, want InvalidArgument", err)
	}
}

func TestStreamsNeedASchedule(t *testing.T) {
	sim := newSimulation(t)
	sim.deploy("v1", everyMinute)
	client, _, end := serveScaler(t, sim, sim.startReplica("a"))
	defer end()
	other := scaledObject("v1")
	other.ScalerMetadata[cronKey] = "other"
	for name, ref := range map[string]*pb.ScaledObjectRef{"an unknown Serving": scaledObject("v2"), "an unknown trigger": other} {
		stream, err := client.StreamIsActive(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: the stream ends with %v, want EOF", name, err)
		}
	}
}

func TestMetricTargetIsOne(t *testing.T) {
	sim := newSimulation(t)
	client, _, end := serveScaler(t, sim, sim.startReplica("a"))
	defer end()
	spec, err := client.GetMetricSpec(t.Context(), scaledObject("v1"))
	if err != nil || len(spec.GetMetricSpecs()) != 1 || spec.GetMetricSpecs()[0].GetTargetSizeFloat() != 1 {
		t.Errorf("got %v, %v, want one metric with the target 1", spec, err)
	}
}

// decodeManifest decodes the first object of a kind in config/scheduler.yaml.
func decodeManifest(t *testing.T, kind string, into any) {
	t.Helper()
	content, err := os.ReadFile("../../../config/scheduler.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	for {
		var raw map[string]any
		if err := decoder.Decode(&raw); errors.Is(err, io.EOF) {
			t.Fatalf("config/scheduler.yaml has no %s", kind)
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

func TestGracePeriodIsLongerThanTheDrain(t *testing.T) {
	var d appsv1.Deployment
	decodeManifest(t, "Deployment", &d)
	grace := time.Duration(*d.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second
	if grace <= drainTimeout {
		t.Errorf("the grace period is %v, want more than %v", grace, drainTimeout)
	}
}

func TestServiceHasTheAddressInScaledObjects(t *testing.T) {
	var service corev1.Service
	decodeManifest(t, "Service", &service)
	if got := service.Name + "." + service.Namespace; got != "scheduler.openfunction" || service.Spec.Ports[0].Port != kedaserver.Port {
		t.Errorf("got %s:%d, want scheduler.openfunction:6000", got, service.Spec.Ports[0].Port)
	}
}
