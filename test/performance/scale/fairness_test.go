//go:build integration

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scale

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/integration/environment"
	"openfunction.dev/openfunction/test/integration/simulator"
)

const (
	// floodSize is the number of Functions that a namespace creates at once.
	floodSize = 1000
	// samples is the number of Functions of the other namespace in each measurement.
	samples = 11
	// delay is how much longer one of them may take meanwhile.
	delay = 2
	// startOfPods is about how long Knative takes until the pods of a revision are ready.
	startOfPods = 2 * time.Second
)

// TestFloodOfANamespaceDelaysNoOther measures how long Functions take to get ready while
// another namespace creates many.
func TestFloodOfANamespaceDelaysNoOther(t *testing.T) {
	e := environment.New(t, environment.OpenFunction, environment.ShipwrightBuild, environment.KnativeServing)
	flood, other := e.Namespace(t), e.Namespace(t)
	for _, namespace := range []string{flood, other} {
		simulator.StartKnative(t, e.As(t, environment.Knative), namespace, startOfPods)
	}
	e.StartProgram(t)

	quiet := timesToReady(t, e, other, "quiet")
	ready := awaitReady(t, e, flood, floodSize)
	created := make(chan struct{})
	go func() {
		defer close(created)
		create(t, e, flood, floodSize, served)
	}()
	began := time.Now()
	flooded := timesToReady(t, e, other, "flooded")
	select {
	case <-ready:
		t.Error("the flood ended before the measurement, so this measured nothing: raise floodSize")
	default:
	}
	<-created
	<-ready
	t.Logf("%d Functions of a namespace took %v. Those of another one: median %v and longest %v before, %v and %v meanwhile",
		floodSize, time.Since(began).Round(time.Second), median(quiet), slices.Max(quiet), median(flooded), slices.Max(flooded))
	if median(flooded) > delay*median(quiet) {
		t.Errorf("a Function takes %v while another namespace creates many, want at most %d times as long as before, %v", median(flooded), delay, median(quiet))
	}
}

// timesToReady creates Functions at short intervals, and returns how long each of them took
// to get ready.
func timesToReady(t *testing.T, e *environment.Environment, namespace, prefix string) []time.Duration {
	t.Helper()
	times := make(chan time.Duration, samples)
	ticker := time.NewTicker(300 * time.Millisecond)
	defer ticker.Stop()
	for i := range samples {
		go func() {
			took, err := timeToReady(t, e, namespace, prefix+strconv.Itoa(i))
			if err != nil {
				t.Error(err)
			}
			times <- took
		}()
		<-ticker.C
	}
	all := make([]time.Duration, 0, samples)
	for range samples {
		all = append(all, <-times)
	}
	return all
}

// timeToReady creates a Function and waits until it is ready.
func timeToReady(t *testing.T, e *environment.Environment, namespace, name string) (time.Duration, error) {
	t.Helper()
	events, err := e.Functions(namespace).Watch(t.Context(), metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("metadata.name", name).String(),
	})
	if err != nil {
		return 0, fmt.Errorf("watching %s: %w", name, err)
	}
	defer events.Stop()
	created := time.Now()
	if _, err := e.Functions(namespace).Create(t.Context(), served(namespace, name), metav1.CreateOptions{}); err != nil {
		return 0, fmt.Errorf("creating %s: %w", name, err)
	}
	for event := range events.ResultChan() {
		if fn, ok := event.Object.(*v1beta2.Function); ok && fn.IsReady() {
			return time.Since(created), nil
		}
	}
	return 0, fmt.Errorf("the watch of %s ended", name)
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2].Round(time.Millisecond)
}
