/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package runtime

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"knative.dev/pkg/injection"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// observer is an Observer of one pod.
type observer struct {
	pod     string
	watched []string
	notify  func(types.NamespacedName)
}

var _ Observer = (*observer)(nil)

func (*observer) Run(<-chan struct{}) {}

func (*observer) HasSynced() bool { return true }

func (o *observer) OnChange(notify func(types.NamespacedName)) { o.notify = notify }

func (o *observer) Pods(*v1beta2.Serving) []*corev1.Pod {
	return []*corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Name: o.pod}}}
}

func (o *observer) Observe(s *v1beta2.Serving) Snapshot { return o.pod + " of " + s.Name }

func (o *observer) Watch(s *v1beta2.Serving, attention Attention) {
	o.watched = append(o.watched, s.Name+" at "+attention.Version)
}

func TestObservers(t *testing.T) {
	a, b := &observer{pod: "a-0"}, &observer{pod: "b-0"}
	observers := Observers{"a": a, "b": b}
	s := &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Name: "hello"}}
	if got := observers.Observe("a", s); got != "a-0 of hello" {
		t.Errorf("Observe() = %v", got)
	}
	names := map[string]bool{}
	for _, pod := range observers.Pods(s) {
		names[pod.Name] = true
	}
	if diff := cmp.Diff(map[string]bool{"a-0": true, "b-0": true}, names); diff != "" {
		t.Error("Pods() (-want, +got):", diff)
	}
	observers.Watch("b", s, Attention{Version: "1"})
	if diff := cmp.Diff([]string{"hello at 1"}, b.watched); diff != "" || len(a.watched) != 0 {
		t.Errorf("watched by a: %v, by b (-want, +got): %s", a.watched, diff)
	}
	var notified []string
	observers.OnChange(func(serving types.NamespacedName) { notified = append(notified, serving.String()) })
	a.notify(types.NamespacedName{Namespace: "team", Name: "a"})
	b.notify(types.NamespacedName{Namespace: "team", Name: "b"})
	if diff := cmp.Diff([]string{"team/a", "team/b"}, notified); diff != "" {
		t.Error("notified of (-want, +got):", diff)
	}
}

// A runtime without an Observer observes nothing.
func TestNoObservers(t *testing.T) {
	var observers Observers
	s := &v1beta2.Serving{}
	observers.OnChange(func(types.NamespacedName) { t.Error("notified") })
	observers.Watch("a", s, Attention{})
	if snapshot, pods := observers.Observe("a", s), observers.Pods(s); snapshot != nil || len(pods) != 0 {
		t.Errorf("Observe() = %v, Pods() = %v, want nothing", snapshot, pods)
	}
}

// Injection creates one Observer for each runtime that has one, and starts it like an
// informer.
func TestInjectObservers(t *testing.T) {
	created := 0
	observed := named("observed")
	observed.NewObserver = func(context.Context) Observer {
		created++
		return &observer{pod: "p"}
	}
	set := NewSet(named("unobserved"), observed)
	InjectObservers(set)
	InjectObservers(set)
	ctx, informers := injection.Default.SetupInformers(t.Context(), &rest.Config{})
	if created != 1 || len(informers) != 1 {
		t.Fatalf("created %d Observers and %d informers, want 1", created, len(informers))
	}
	observers := ObserversFromContext(ctx, set)
	if len(observers) != 1 || observers["observed"] != informers[0] {
		t.Errorf("ObserversFromContext() = %v, want the one that injection starts", observers)
	}
	if got := ObserversFromContext(t.Context(), NewSet(named("unobserved"))); len(got) != 0 {
		t.Errorf("ObserversFromContext() = %v of a runtime without an Observer", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("ObserversFromContext() succeeds without injection")
		}
	}()
	ObserversFromContext(context.Background(), set)
}
