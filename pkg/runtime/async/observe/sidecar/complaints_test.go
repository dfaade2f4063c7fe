/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package sidecar

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

const (
	noSecret  = `2026/11/28 18:40:11 failed to load components: Secret "redis" not found` + "\n"
	noAnswer  = `time="2026-11-28T18:40:11Z" level=error msg="dial from 10.1.0.1:40001: refused" ver=1.18.0` + "\n"
	noAnswer2 = `time="2026-11-28T18:41:11Z" level=error msg="dial from 10.1.0.1:40002: refused" ver=1.18.0` + "\n"
)

// ended makes a run of the sidecar one that failed, restarted one that waits to be
// started after that.
func ended(run string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.InitContainerStatuses[0].State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ContainerID: run, ExitCode: 1}}
	}
}

func waiting(run string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		ended(run)(pod)
		status := &pod.Status.InitContainerStatuses[0]
		status.LastTerminationState = status.State
		status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}
	}
}

func running(run string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].ContainerID = run }
}

// write replaces the log of all sidecars.
func (s *scene) write(log string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.log = log
}

// wantComplaints compares what a pod complains of, how often anybody was told, and
// which logs were read since the last time.
func (s *scene) wantComplaints(when string, pod *corev1.Pod, complaints []string, news int, read ...string) {
	s.t.Helper()
	if diff := cmp.Diff(complaints, s.Complaints(pod)); diff != "" {
		s.t.Errorf("%s: Complaints() (-want, +got): %s", when, diff)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if diff := cmp.Diff(read, s.read); diff != "" {
		s.t.Errorf("%s: logs that were read (-want, +got): %s", when, diff)
	}
	if s.news != news {
		s.t.Errorf("%s: told %d times, want %d", when, s.news, news)
	}
	s.news, s.read = 0, nil
}

// Why a sidecar ended is read once for each of its ends, and stays known while it is
// started again.
func TestComplaintsOfTheEnded(t *testing.T) {
	secret := []string{`failed to load components: Secret "redis" not found`}
	play(t, func(s *scene) {
		s.refuse()
		s.write(noSecret)
		s.put(s.pod(running("a")))
		pod := s.put(s.pod(ended("a")))
		s.wantComplaints("it ended", pod, secret, 1, "0:p:daprd:previous=false")
		pod = s.put(s.pod(waiting("a")))
		pass(time.Minute)
		s.wantComplaints("it waits", pod, secret, 0)
		pod = s.put(s.pod(running("b")))
		s.wantComplaints("it starts again", pod, secret, 0)
		pod = s.put(s.pod(waiting("b")))
		s.wantComplaints("it ended for the same reason", pod, secret, 0, "60:p:daprd:previous=true")
		s.put(s.pod(running("c")))
		s.write(noAnswer)
		pod = s.put(s.pod(ended("c")))
		s.wantComplaints("for another one", pod, []string{"dial from 10.1.0.1:40001: refused"}, 1, "60:p:daprd:previous=false")
		s.put(s.pod(running("d")))
		s.write(noAnswer2)
		pod = s.put(s.pod(ended("d")))
		s.wantComplaints("in other numbers", pod, []string{"dial from 10.1.0.1:40001: refused"}, 0, "60:p:daprd:previous=false")
		another := s.pod(ended("d"), func(pod *corev1.Pod) { pod.UID = "another" })
		s.wantComplaints("of another pod of its name", another, nil, 0)
		s.remove(pod)
		s.wantComplaints("it is gone", pod, nil, 0)
	})
}

// A log that cannot be read is tried again, the less often the longer it lasts.
func TestLogThatCannotBeRead(t *testing.T) {
	play(t, func(s *scene) {
		pod := s.put(s.pod(waiting("a")))
		pass(20 * time.Second)
		s.wantComplaints("no log", pod, nil, 0, "0:p:daprd:previous=true", "5:p:daprd:previous=true", "15:p:daprd:previous=true")
		s.write(noSecret)
		pass(time.Hour)
		s.wantComplaints("a log", pod, []string{`failed to load components: Secret "redis" not found`}, 1, "35:p:daprd:previous=true")
	})
}

// One that ended well complains of nothing.
func TestEndedWell(t *testing.T) {
	play(t, func(s *scene) {
		s.write(noSecret)
		pod := s.put(s.pod(ended("a"), func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].State.Terminated.ExitCode = 0 }))
		s.wantComplaints("it ended well", pod, nil, 0)
	})
}

// The log of one that runs is read once a minute while it is watched.
func TestComplaintsOfTheWatched(t *testing.T) {
	first := []string{"dial from 10.1.0.1:40001: refused"}
	both := append(slices.Clone(first), `failed to load components: Secret "redis" not found`)
	play(t, func(s *scene) {
		s.write(noAnswer)
		s.say("a")
		pod := s.put(s.pod())
		pass(time.Minute)
		s.wantComplaints("nobody asked", pod, nil, 1)
		s.Watch(pod)
		pass(often)
		s.wantComplaints("it is watched", pod, first, 1, "65:p:daprd:previous=false")
		s.write(noAnswer2)
		pass(time.Minute)
		s.wantComplaints("in other numbers", pod, first, 0, "125:p:daprd:previous=false")
		s.write("")
		pass(time.Minute)
		s.wantComplaints("it cannot be read", pod, first, 0, "185:p:daprd:previous=false")
		s.write(noAnswer2 + noSecret)
		pass(time.Minute)
		s.wantComplaints("something else, too", pod, both, 1, "245:p:daprd:previous=false")
		s.Watch(pod)
		s.write(noAnswer2)
		pass(time.Minute)
		s.wantComplaints("one is over", pod, first, 1, "305:p:daprd:previous=false")
		s.say("a", "b")
		pass(10 * time.Minute)
		s.wantComplaints("it has what it lacked", pod, first, 1)
	})
}
