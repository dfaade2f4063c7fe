/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/runtime"
)

var errRefused = errors.New("connection refused")

var closely = runtime.Attention{Closely: true}

// fixture is a Prober that runs in a synctest bubble. All sidecars answer with the same
// components, and have the same log.
type fixture struct {
	*Prober

	t          *testing.T
	mutex      sync.Mutex
	components []string
	err        error
	queries    []time.Duration
	log        string
	reads      []string
	began      time.Time
	changes    int
	stop       func()
}

// run runs a test with a fixture.
func run(t *testing.T, test func(*fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := &fixture{t: t, began: time.Now()}
		f.Prober = newProber(cache.NewStore(cache.MetaNamespaceKeyFunc), f.answer, f.open)
		f.OnChange(func(*corev1.Pod) {
			f.mutex.Lock()
			defer f.mutex.Unlock()
			f.changes++
		})
		f.start()
		defer f.stop()
		test(f)
	})
}

func (f *fixture) start() {
	stop := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() { f.Run(stop) })
	f.stop = sync.OnceFunc(func() {
		close(stop)
		running.Wait()
	})
}

func (f *fixture) answer(context.Context, target) ([]string, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.queries = append(f.queries, time.Since(f.began))
	return slices.Clone(f.components), f.err
}

// open opens the log of a sidecar, and fails if that is empty.
func (f *fixture) open(_ context.Context, pod *corev1.Pod, options *corev1.PodLogOptions) (io.ReadCloser, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.reads = append(f.reads, fmt.Sprintf("%d:%s:%s:previous=%t", int(time.Since(f.began).Seconds()), pod.Name, options.Container, options.Previous))
	if f.log == "" {
		return nil, errRefused
	}
	return io.NopCloser(strings.NewReader(f.log)), nil
}

// load sets the components that sidecars answer with.
func (f *fixture) load(components ...string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.components, f.err = components, nil
}

// refuse makes all queries fail.
func (f *fixture) refuse() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.err = errRefused
}

// pod returns a pod whose sidecar runs.
func (f *fixture) pod(options ...func(*corev1.Pod)) *corev1.Pod {
	return podWith(append([]func(*corev1.Pod){func(pod *corev1.Pod) {
		pod.Status.InitContainerStatuses = []corev1.ContainerStatus{daprd("first", f.began)}
	}}, options...)...)
}

// put creates or updates a pod.
func (f *fixture) put(pod *corev1.Pod) *corev1.Pod {
	before, exists, _ := f.pods.Get(pod)
	_ = f.pods.Add(pod)
	if exists {
		f.handler().OnUpdate(before, pod)
	} else {
		f.handler().OnAdd(pod, false)
	}
	synctest.Wait()
	return pod
}

func (f *fixture) remove(pod *corev1.Pod) {
	_ = f.pods.Delete(pod)
	f.handler().OnDelete(cache.DeletedFinalStateUnknown{Key: keyOf(pod), Obj: pod})
	synctest.Wait()
}

// advance moves the clock forward.
func advance(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// want compares the state of a pod, and the number of changes since the last call.
func (f *fixture) want(when string, pod *corev1.Pod, known bool, state State, changes int) {
	f.t.Helper()
	got, ok := f.StateOf(pod)
	if diff := cmp.Diff(state, got); diff != "" || ok != known {
		f.t.Errorf("%s: StateOf() = %+v, %v, want %+v, %v", when, got, ok, state, known)
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.changes != changes {
		f.t.Errorf("%s: %d changes, want %d", when, f.changes, changes)
	}
	f.changes = 0
}

func has(components ...string) State { return State{Components: components} }

// wantQueries compares when sidecars were queried since the last call, in seconds.
func (f *fixture) wantQueries(when string, want ...int) {
	f.t.Helper()
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var got []int
	for _, at := range f.queries {
		got = append(got, int(at.Seconds()))
	}
	f.queries = nil
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("%s: queried at (-want, +got): %s", when, diff)
	}
}

func TestComponents(t *testing.T) {
	run(t, func(f *fixture) {
		f.load("a")
		pod := f.put(f.pod())
		f.want("first answer", pod, true, has("a"), 1)
		f.Watch(pod, closely)
		advance(fastInterval)
		f.want("unchanged", pod, true, has("a"), 0)
		f.load("a", "b")
		advance(fastInterval)
		f.want("one component more", pod, true, has("a", "b"), 1)
		f.load("b")
		advance(fastInterval)
		f.want("one answer lacks a component, which Dapr may load again", pod, true, has("a", "b"), 0)
		advance(fastInterval)
		f.want("two answers lack it", pod, true, has("b"), 1)
		f.load()
		advance(2 * fastInterval)
		f.want("no component", pod, true, has(), 1)
	})
}

// A sidecar is queried when its pod is added, and afterwards only while it is watched
// closely.
func TestIntervals(t *testing.T) {
	run(t, func(f *fixture) {
		f.load("a")
		pod := f.put(f.pod(ready))
		f.Watch(pod, runtime.Attention{})
		advance(200 * time.Second)
		f.wantQueries("not watched", 0)
		f.Watch(pod, closely)
		f.Watch(pod, closely)
		advance(11 * time.Second)
		f.wantQueries("watched closely", 205, 210)
		f.Watch(pod, runtime.Attention{})
		advance(time.Hour)
		f.wantQueries("not watched any more", 215)
	})
}

// Dapr loads a changed component at once, and retries every minute to load one that
// failed.
func TestIntervalsAfterChange(t *testing.T) {
	run(t, func(f *fixture) {
		f.load("a")
		pod := f.put(f.pod(ready))
		f.Watch(pod, runtime.Attention{Version: "1"})
		f.Watch(pod, runtime.Attention{Version: "1"})
		advance(100 * time.Second)
		f.wantQueries("first version", 0)
		f.Watch(pod, runtime.Attention{Version: "2"})
		f.Watch(pod, runtime.Attention{Version: "2"})
		f.load()
		advance(11 * time.Second)
		f.want("after the change", pod, true, has(), 2)
		advance(time.Hour)
		var want []int
		for at := 105; at <= 190; at += 5 {
			want = append(want, at)
		}
		f.wantQueries("new version", want...)
	})
}

func TestUnreachable(t *testing.T) {
	run(t, func(f *fixture) {
		f.refuse()
		pod := f.put(f.pod())
		f.want("starting", pod, false, State{}, 0)
		pod = f.put(f.pod(ready))
		f.want("ready", pod, true, State{Unreachable: true}, 1)
		advance(100 * time.Second)
		f.Watch(pod, closely)
		advance(time.Hour - 100*time.Second)
		f.want("still unreachable", pod, true, State{Unreachable: true}, 0)
		f.wantQueries("with back-off", 0, 0, 5, 25, 65, 145, 305, 605, 905, 1205, 1505, 1805, 2105, 2405, 2705, 3005, 3305)
		f.Watch(pod, runtime.Attention{})
		f.load("a")
		advance(maxBackoff)
		f.want("reachable", pod, true, has("a"), 1)
		f.wantQueries("reachable", 3605)
	})
}

// An answer is discarded after as many failures as the threshold.
func TestFailureThreshold(t *testing.T) {
	run(t, func(f *fixture) {
		f.load("a")
		pod := f.put(f.pod(ready))
		f.Watch(pod, closely)
		f.refuse()
		f.want("first answer", pod, true, has("a"), 1)
		advance(2 * fastInterval)
		f.want("two failures", pod, true, has("a"), 0)
		advance(2 * fastInterval)
		f.want("three failures", pod, true, State{Unreachable: true}, 1)
	})
}

// An answer of an earlier start, or of another pod of the same name, does not count.
func TestForget(t *testing.T) {
	restarted := func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].ContainerID = "second" }
	run(t, func(f *fixture) {
		f.load("a")
		f.put(f.pod())
		f.want("first start", f.pod(), true, has("a"), 1)
		f.want("second start, before its pod changed", f.pod(restarted), false, State{}, 0)
		f.refuse()
		pod := f.put(f.pod(restarted))
		f.want("second start", pod, false, State{}, 0)
		f.load("b")
		advance(fastInterval)
		f.want("second start, answered", pod, true, has("b"), 1)
		another := f.pod(func(pod *corev1.Pod) { pod.UID = "another" })
		f.want("another pod", another, false, State{}, 0)
		f.remove(pod)
		f.want("deleted", pod, false, State{}, 0)
		f.wantQueries("until it was deleted", 0, 0, 5)
		advance(time.Hour)
		f.wantQueries("deleted")
		if len(f.records) > 0 || len(f.queue.share.namespaces) > 0 {
			f.t.Errorf("%d records and %d namespaces are left", len(f.records), len(f.queue.share.namespaces))
		}
	})
}

// Only a change that concerns the sidecar makes it queried.
func TestChanges(t *testing.T) {
	run(t, func(f *fixture) {
		f.refuse()
		f.put(f.pod())
		f.put(f.pod(func(pod *corev1.Pod) { pod.Labels = map[string]string{"a": "b"} }))
		f.wantQueries("a label was added", 0)
		f.stop()
		if pod := f.put(f.pod(ready)); !f.IsPending(pod) {
			f.t.Error("IsPending() = false of a ready pod that was queried before it was ready")
		}
	})
	run(t, func(f *fixture) {
		f.load("a")
		pod := f.put(f.pod(ready))
		for name, pod := range map[string]*corev1.Pod{
			"a pod whose sidecar answered": pod, "a pod that is not ready": f.pod(), "a pod without an address": podWith(at("")),
		} {
			if f.IsPending(pod) {
				f.t.Errorf("IsPending() = true of %s", name)
			}
		}
		f.wantQueries("a ready pod was added", 0)
	})
}

// Sidecars that do not answer delay only those of their own namespace.
func TestShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mutex sync.Mutex
		answered := map[string]time.Duration{}
		f := &fixture{t: t, began: began}
		f.Prober = newProber(cache.NewStore(cache.MetaNamespaceKeyFunc), func(_ context.Context, t target) ([]string, error) {
			if t.appID == "slow" {
				<-time.After(queryTimeout)
			}
			mutex.Lock()
			defer mutex.Unlock()
			answered[t.start] = time.Since(began)
			return nil, nil
		}, f.open)
		add := func(namespace string, i int) {
			pod := f.pod(func(pod *corev1.Pod) {
				pod.Namespace, pod.Name = namespace, strconv.Itoa(i)
				pod.UID, pod.Annotations["dapr.io/app-id"] = types.UID(namespace+"-"+pod.Name), namespace
			})
			_ = f.pods.Add(pod)
			f.handler().OnAdd(pod, false)
		}
		const pods = 10 * workersPerNamespace
		for i := range pods {
			add("slow", i)
		}
		add("quick", 0)
		f.start()
		defer f.stop()
		advance(time.Minute)
		if at := answered["quick-0/first"]; len(answered) != pods+1 || at != 0 {
			t.Errorf("%d sidecars answered, that of another namespace after %v, want %d and at once", len(answered), at, pods+1)
		}
		last := time.Duration(0)
		for _, at := range answered {
			last = max(last, at)
		}
		if want := pods / workersPerNamespace * queryTimeout; last != want {
			t.Errorf("the last one answered after %v, want %v", last, want)
		}
	})
}
