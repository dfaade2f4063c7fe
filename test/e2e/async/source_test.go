//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/collector"
	"openfunction.dev/openfunction/test/eventing"
)

const (
	firstOrder  = `{"id":"4711","total":3}`
	secondOrder = `{"id":"4712","total":5}`
	noOrder     = "three apples, please"
)

// A function for events is built from source code. It starts from zero, sends to an
// output, and keeps its state in a state store while no pod of it is left. Events that
// it drops become dead letters.
func TestAnEventFunctionIsBuiltFromSource(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	repository := git.NewFrom(t, s.Namespace, "../../functions")
	invoices := "invoices-" + s.Namespace
	s.apply(t, s.Example(t, "redis", listener("accounts", invoices)))
	s.apply(t, s.Example(t, "redis", listener("complaints", s.FailedTopic())))
	s.apply(t, s.Example(t, "from-source", func(fn *v1beta2.Function) {
		fn.Spec.Image = s.Registry + "/" + s.Namespace + "/billing:v1"
		fn.Spec.Build.SrcRepo.URL = repository.URL
		fn.Spec.Serving.Outputs[0].Dapr.Topic = invoices
	}))
	s.awaitZero(t)

	send(t, s.Cluster, s.Namespace, s.Sender, firstOrder)
	s.awaitHandledFor(t, "accounts", firstOrder)
	s.awaitZero(t)

	for _, body := range []string{firstOrder, noOrder, secondOrder} {
		send(t, s.Cluster, s.Namespace, s.Sender, body)
	}
	s.awaitHandledFor(t, "accounts", secondOrder)
	s.awaitHandledFor(t, "complaints", noOrder)
	s.awaitZero(t)
	if got := timesHandled(s.Collector.Records(), "accounts", firstOrder); got != 1 {
		t.Errorf("%d invoices for one order that came twice, want 1", got)
	}
}

// listener changes an example to a function of that name, for events of that topic.
func listener(name, topic string) func(*v1beta2.Function) {
	return func(fn *v1beta2.Function) {
		fn.Name = name
		fn.Spec.Serving.Triggers.Dapr[0].Topic = topic
	}
}

func (s *scene) awaitHandledFor(t *testing.T, function, data string) {
	t.Helper()
	s.Collector.Await(t, s.Timeout, function+" to handle "+data, func(records []collector.Record) bool {
		return timesHandled(records, function, data) > 0
	})
}

// timesHandled counts how often the function of that name handled an event.
func timesHandled(records []collector.Record, function, data string) int {
	count := 0
	for _, r := range records {
		if r.Function == function && r.Data == data {
			count++
		}
	}
	return count
}
