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
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"
)

var errRefused = errors.New("connection refused")

// scene is a Prober that runs, with pods whose sidecars say what a test has them
// say. Time in it stands still while anything goes on.
type scene struct {
	*Prober

	t     *testing.T
	mutex sync.Mutex
	says  []string
	err   error
	asked []time.Duration
	log   string
	read  []string
	begin time.Time
	news  int
	end   func()
}

// play runs a test in a scene.
func play(t *testing.T, act func(*scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &scene{t: t, begin: time.Now()}
		s.Prober = newProber(cache.NewStore(cache.MetaNamespaceKeyFunc), s.answer, s.open)
		s.OnNews(func(*corev1.Pod) {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.news++
		})
		stop := make(chan struct{})
		var running sync.WaitGroup
		running.Go(func() { s.Run(stop) })
		s.end = sync.OnceFunc(func() {
			close(stop)
			running.Wait()
		})
		defer s.end()
		act(s)
	})
}

func (s *scene) answer(context.Context, target) ([]string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.asked = append(s.asked, time.Since(s.begin))
	return slices.Clone(s.says), s.err
}

// open is the log of every sidecar; there is none where it is empty.
func (s *scene) open(_ context.Context, pod *corev1.Pod, options *corev1.PodLogOptions) (io.ReadCloser, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.read = append(s.read, fmt.Sprintf("%d:%s:%s:previous=%t", int(time.Since(s.begin).Seconds()), pod.Name, options.Container, options.Previous))
	if s.log == "" {
		return nil, errRefused
	}
	return io.NopCloser(strings.NewReader(s.log)), nil
}

// say has sidecars say which components they have from now on.
func (s *scene) say(names ...string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.says, s.err = names, nil
}

func (s *scene) refuse() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.err = errRefused
}

// pod returns a pod whose sidecar started when the scene did.
func (s *scene) pod(options ...func(*corev1.Pod)) *corev1.Pod {
	pod := podWith(func(pod *corev1.Pod) {
		pod.Status.InitContainerStatuses = []corev1.ContainerStatus{daprd("first", s.begin)}
	})
	for _, option := range options {
		option(pod)
	}
	return pod
}

// put makes a pod come or change.
func (s *scene) put(pod *corev1.Pod) *corev1.Pod {
	before, exists, _ := s.pods.Get(pod)
	_ = s.pods.Add(pod)
	if exists {
		s.handler().OnUpdate(before, pod)
	} else {
		s.handler().OnAdd(pod, false)
	}
	synctest.Wait()
	return pod
}

func (s *scene) remove(pod *corev1.Pod) {
	_ = s.pods.Delete(pod)
	s.handler().OnDelete(cache.DeletedFinalStateUnknown{Key: keyOf(pod), Obj: pod})
	synctest.Wait()
}

// pass lets time pass.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// want compares what is known of a pod, and how often anybody was told since the
// last time.
func (s *scene) want(when string, pod *corev1.Pod, known bool, said State, news int) {
	s.t.Helper()
	got, ok := s.Of(pod)
	if diff := cmp.Diff(said, got); diff != "" || ok != known {
		s.t.Errorf("%s: Of() = %+v, %v, want %+v, %v", when, got, ok, said, known)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.news != news {
		s.t.Errorf("%s: told %d times, want %d", when, s.news, news)
	}
	s.news = 0
}

func has(names ...string) State { return State{Components: names} }

// rhythm returns when sidecars were asked, in seconds, and forgets it.
func (s *scene) rhythm() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	seconds := make([]int, len(s.asked))
	for i, at := range s.asked {
		seconds[i] = int(at.Seconds())
	}
	s.asked = nil
	return fmt.Sprint(seconds)
}

func TestLearns(t *testing.T) {
	play(t, func(s *scene) {
		s.say("a")
		pod := s.put(s.pod())
		s.want("at first", pod, true, has("a"), 1)
		pass(often)
		s.want("unchanged", pod, true, has("a"), 0)
		s.say("a", "b")
		pass(often)
		s.want("one more", pod, true, has("a", "b"), 1)
		s.say("b")
		pass(often)
		s.want("one is gone, perhaps while it is loaded again", pod, true, has("a", "b"), 0)
		pass(often)
		s.want("it is gone indeed", pod, true, has("b"), 1)
		s.say()
		pass(2 * often)
		s.want("all are gone", pod, true, has(), 1)
	})
}

func TestRhythm(t *testing.T) {
	play(t, func(s *scene) {
		s.say("a")
		pod := s.put(s.pod())
		pass(200 * time.Second)
		if got, want := s.rhythm(), "[0 5 10 15 20 25 30 35 40 45 50 55 60 65 70 75 80 85 90 150]"; got != want {
			s.t.Errorf("asked at %s, want %s", got, want)
		}
		s.Watch(pod)
		s.Watch(pod)
		pass(11 * time.Second)
		if got, want := s.rhythm(), "[205 210]"; got != want {
			s.t.Errorf("asked at %s while a change is awaited, want %s", got, want)
		}
		s.say("a", "b")
		pass(70 * time.Second)
		if got, want := s.rhythm(), "[215 275]"; got != want {
			s.t.Errorf("asked at %s after the change, want %s", got, want)
		}
	})
}

func TestSilence(t *testing.T) {
	play(t, func(s *scene) {
		s.refuse()
		pod := s.put(s.pod())
		s.want("while it starts", pod, false, State{}, 0)
		pod = s.put(s.pod(ready))
		s.want("although it is ready", pod, true, State{Unreachable: true}, 1)
		pass(100 * time.Second)
		s.Watch(pod)
		pass(time.Hour - 100*time.Second)
		s.want("still", pod, true, State{Unreachable: true}, 0)
		if got, want := s.rhythm(), "[0 0 5 25 65 145 305 605 905 1205 1505 1805 2105 2405 2705 3005 3305]"; got != want {
			s.t.Errorf("asked at %s, want %s", got, want)
		}
		s.say("a")
		pass(longest)
		s.want("it answers", pod, true, has("a"), 1)
		s.refuse()
		pass(15 * time.Second)
		if got, want := s.rhythm(), "[3605 3665 3725 3785 3845 3905 3910]"; got != want {
			s.t.Errorf("asked at %s, want %s", got, want)
		}
		s.want("two answers are lost", pod, true, has("a"), 0)
		pass(often)
		s.want("it does not answer any more", pod, true, State{Unreachable: true}, 1)
	})
}

// Nothing that an earlier run or another pod of the same name said counts.
func TestForgets(t *testing.T) {
	restarted := func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].ContainerID = "second" }
	play(t, func(s *scene) {
		s.say("a")
		s.put(s.pod())
		s.want("before it starts again", s.pod(), true, has("a"), 1)
		s.want("of the run to come", s.pod(restarted), false, State{}, 0)
		s.refuse()
		pod := s.put(s.pod(restarted))
		s.want("it starts again", pod, false, State{}, 0)
		s.say("b")
		pass(often)
		s.want("it is there again", pod, true, has("b"), 1)
		again := s.pod(func(pod *corev1.Pod) { pod.UID = "another" })
		s.want("another of its name", again, false, State{}, 0)
		s.remove(pod)
		s.want("it is gone", pod, false, State{}, 0)
		_ = s.rhythm()
		pass(time.Hour)
		if got := s.rhythm(); got != "[]" || len(s.records) > 0 {
			s.t.Errorf("asked at %s and knows of %d pods when there is none", got, len(s.records))
		}
	})
}

// Changes that say nothing of the sidecar do not have it asked; the pod being ready
// does.
func TestAsksWhenReady(t *testing.T) {
	play(t, func(s *scene) {
		s.refuse()
		s.put(s.pod())
		s.put(s.pod(func(pod *corev1.Pod) { pod.Labels = map[string]string{"a": "b"} }))
		if got := s.rhythm(); got != "[0]" {
			s.t.Errorf("asked at %s, want once", got)
		}
		s.end()
		pod := s.put(s.pod(ready))
		if !s.Awaits(pod) {
			s.t.Error("nothing is awaited of a sidecar that was asked before it was ready")
		}
	})
	play(t, func(s *scene) {
		s.say("a")
		pod := s.put(s.pod(ready))
		if s.Awaits(pod) || s.Awaits(s.pod()) || s.Awaits(podWith(at(""))) {
			s.t.Error("an answer is awaited of one that gave it, one that is not ready, or one that cannot be asked")
		}
		if got := s.rhythm(); got != "[0]" {
			s.t.Errorf("asked at %s, want at once", got)
		}
	})
}
