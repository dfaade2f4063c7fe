/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package cron

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/logging"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// With the real clock, work queue and network, but for the API server.
func TestFunctionThatListensIsCalledWithinASecond(t *testing.T) {
	arrived := make(chan time.Duration, 10)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		second, err := time.Parse(time.RFC3339, r.Header.Get("Ce-Time"))
		if err != nil {
			t.Error(err)
		}
		arrived <- time.Since(second)
	}))
	defer server.Close()

	w := newWorld(t)
	s := w.start("a")
	v1 := serving("v1", v1beta2.CronTrigger{Name: "tick", Schedule: "* * * * * *"})
	v1.Spec.Annotations = map[string]string{functions.AppProtocolAnnotationKey: "http"}
	if err := w.servings.Add(v1); err != nil {
		t.Fatal(err)
	}
	s.clock = clock.RealClock{}
	s.courier = network{address: func(*target) string { return server.Listener.Addr().String() }}
	ctx, cancel := context.WithCancel(t.Context())
	impl := controller.NewContext(ctx, s.Reconciler, controller.ControllerOptions{WorkQueueName: "Test", Logger: logging.FromContext(s.background)})
	s.again = impl.EnqueueKeyAfter
	ended := make(chan error)
	go func() { ended <- impl.RunContext(ctx, 1) }()
	impl.EnqueueKey(types.NamespacedName{Namespace: systemNamespace, Name: lease()})
	for range 2 {
		if late := <-arrived; late < 0 || late > time.Second {
			t.Errorf("it is called %v after its second", late)
		} else {
			t.Logf("called %v after its second", late)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
