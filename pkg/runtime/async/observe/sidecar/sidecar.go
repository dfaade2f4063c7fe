/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package sidecar asks the sidecars of Dapr in pods which components they have
// loaded, and reads in their logs why they lack one or ended: Dapr says so nowhere
// else.
package sidecar

import (
	"context"
	"net/http"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

const (
	// workers is how many sidecars are asked at a time. One that a NetworkPolicy
	// keeps apart takes a worker for as long as our patience lasts.
	workers = 16
	// Dapr looks once a minute whether it can load what it could not.
	seldom = time.Minute
	often  = 5 * time.Second
	// youth is for how long a sidecar is asked often after its start.
	youth = 90 * time.Second
	// longest is the longest pause before a sidecar is asked again that does not
	// answer.
	longest = 5 * time.Minute
	// lost is how many answers in a row may be lost until the last one is forgotten.
	lost = 3
)

// State is the state of the sidecar of a pod.
type State struct {
	// Unreachable is set if a sidecar that should answer does not, for example because
	// of a NetworkPolicy. Nothing is known of it then, which is not a failure.
	Unreachable bool
	// Components are the names of the components that it has loaded, sorted. A sidecar
	// answers only after it has tried to load all components that existed at its start.
	Components []string
}

// Prober asks the sidecars of pods, and reads their logs, outside of all
// reconciliation.
type Prober struct {
	pods  cache.Store
	ask   func(context.Context, target) ([]string, error)
	logs  Logs
	queue workqueue.TypedRateLimitingInterface[string]

	mutex     sync.Mutex
	records   map[string]*record
	listeners []func(*corev1.Pod)
}

// New returns a Prober that asks the sidecars in pods by a transport and reads their
// logs. It has not started; Run starts it.
func New(pods cache.SharedIndexInformer, transport http.RoundTripper, logs Logs) *Prober {
	client := newClient(transport)
	p := newProber(pods.GetStore(), func(ctx context.Context, t target) ([]string, error) { return ask(ctx, client, t) }, logs)
	_, _ = pods.AddEventHandler(p.handler())
	return p
}

func newProber(pods cache.Store, ask func(context.Context, target) ([]string, error), logs Logs) *Prober {
	return &Prober{
		pods: pods, ask: ask, logs: logs, records: map[string]*record{},
		queue: workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[string](often, longest)),
	}
}

// handler asks the sidecar of a pod that comes, and again at once when that starts
// or ends or the pod gets ready. What else changes of a pod says nothing about it.
func (p *Prober) handler() cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc: p.add,
		UpdateFunc: func(before, after any) {
			if subjectIn(before) != subjectIn(after) {
				p.add(after)
			}
		},
		DeleteFunc: p.add,
	}
}

// subject is the sidecar of a pod, as one that runs or one that ended.
type subject struct {
	target

	ended string
}

func subjectIn(obj any) subject {
	pod, _ := obj.(*corev1.Pod)
	t, _ := targetOf(pod)
	ended, _, _ := endOf(pod)
	return subject{t, ended}
}

func (p *Prober) add(obj any) {
	if key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(obj); err == nil {
		p.queue.Add(key)
	}
}

// Run asks until stop is closed.
func (p *Prober) Run(stop <-chan struct{}) {
	ctx, cancel := context.WithCancel(wait.ContextForChannel(stop))
	defer cancel()
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for p.next(ctx) {
			}
		})
	}
	<-stop
	p.queue.ShutDown()
	running.Wait()
}

// next asks the sidecar of the pod that is due, and tells whether there may be more.
func (p *Prober) next(ctx context.Context) bool {
	key, shutdown := p.queue.Get()
	if shutdown {
		return false
	}
	defer p.queue.Done(key)
	obj, _, _ := p.pods.GetByKey(key)
	pod, _ := obj.(*corev1.Pod)
	t, ok := targetOf(pod)
	if !ok {
		p.autopsy(ctx, key, pod)
		return true
	}
	names, err := p.ask(ctx, t)
	news := p.note(key, t, names, err)
	if p.listen(ctx, key, t, pod) || news {
		p.tell(pod)
	}
	if err != nil {
		p.queue.AddRateLimited(key)
		return true
	}
	p.queue.Forget(key)
	p.queue.AddAfter(key, p.pause(key, t))
	return true
}

// pause returns when to ask again a sidecar that answered.
func (p *Prober) pause(key string, t target) time.Duration {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	r := p.records[key]
	if r == nil || r.watched || len(r.said.Components) != len(r.last) || time.Since(t.since) < youth {
		return often
	}
	return seldom
}

func keyOf(pod *corev1.Pod) string {
	return cache.MetaObjectToName(pod).String()
}
