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

	"openfunction.dev/openfunction/pkg/runtime"
)

const (
	noSecret  = `2026/11/28 18:40:11 failed to load components: Secret "redis" not found` + "\n"
	noAnswer  = `time="2026-11-28T18:40:11Z" level=error msg="dial from 10.1.0.1:40001: refused" ver=1.18.0` + "\n"
	noAnswer2 = `time="2026-11-28T18:41:11Z" level=error msg="dial from 10.1.0.1:40002: refused" ver=1.18.0` + "\n"
)

// terminated makes the sidecar one that failed, and waiting one that waits for its
// restart after that.
func terminated(start string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		pod.Status.InitContainerStatuses[0].State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ContainerID: start, ExitCode: 1}}
	}
}

func waiting(start string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		terminated(start)(pod)
		status := &pod.Status.InitContainerStatuses[0]
		status.LastTerminationState = status.State
		status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}
	}
}

func running(start string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].ContainerID = start }
}

// write replaces the log of all sidecars.
func (f *fixture) write(log string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.log = log
}

// wantLogErrors compares the errors in the log of a pod, and the number of changes and
// the logs that were read since the last call.
func (f *fixture) wantLogErrors(when string, pod *corev1.Pod, errs []string, changes int, reads ...string) {
	f.t.Helper()
	if diff := cmp.Diff(errs, f.LogErrors(pod)); diff != "" {
		f.t.Errorf("%s: LogErrors() (-want, +got): %s", when, diff)
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if diff := cmp.Diff(reads, f.reads); diff != "" {
		f.t.Errorf("%s: logs that were read (-want, +got): %s", when, diff)
	}
	if f.changes != changes {
		f.t.Errorf("%s: %d changes, want %d", when, f.changes, changes)
	}
	f.changes, f.reads = 0, nil
}

// The log of a sidecar that terminated is read once, and its errors are kept while it
// starts again.
func TestLogErrorsOfTerminated(t *testing.T) {
	secret := []string{`failed to load components: Secret "redis" not found`}
	run(t, func(f *fixture) {
		f.refuse()
		f.write(noSecret)
		f.put(f.pod(running("a")))
		pod := f.put(f.pod(terminated("a")))
		f.wantLogErrors("terminated", pod, secret, 1, "0:p:daprd:previous=false")
		pod = f.put(f.pod(waiting("a")))
		advance(time.Minute)
		f.wantLogErrors("waiting", pod, secret, 0)
		pod = f.put(f.pod(running("b")))
		f.wantLogErrors("started again", pod, secret, 0)
		pod = f.put(f.pod(waiting("b")))
		f.wantLogErrors("the same error again", pod, secret, 0, "60:p:daprd:previous=true")
		f.put(f.pod(running("c")))
		f.write(noAnswer)
		pod = f.put(f.pod(terminated("c")))
		f.wantLogErrors("another error", pod, []string{"dial from 10.1.0.1:40001: refused"}, 1, "60:p:daprd:previous=false")
		f.put(f.pod(running("d")))
		f.write(noAnswer2)
		pod = f.put(f.pod(terminated("d")))
		f.wantLogErrors("another port", pod, []string{"dial from 10.1.0.1:40001: refused"}, 0, "60:p:daprd:previous=false")
		another := f.pod(terminated("d"), func(pod *corev1.Pod) { pod.UID = "another" })
		f.wantLogErrors("another pod of the same name", another, nil, 0)
		f.remove(pod)
		f.wantLogErrors("deleted", pod, nil, 0)
	})
}

// A log that cannot be read is read again with back-off.
func TestLogIsUnavailable(t *testing.T) {
	run(t, func(f *fixture) {
		pod := f.put(f.pod(waiting("a")))
		advance(20 * time.Second)
		f.wantLogErrors("unavailable", pod, nil, 0, "0:p:daprd:previous=true", "5:p:daprd:previous=true", "15:p:daprd:previous=true")
		f.write(noSecret)
		advance(time.Hour)
		f.wantLogErrors("available", pod, []string{`failed to load components: Secret "redis" not found`}, 1, "35:p:daprd:previous=true")
	})
}

// The log of a sidecar that terminated without an error is not read.
func TestLogErrorsOfSucceeded(t *testing.T) {
	run(t, func(f *fixture) {
		f.write(noSecret)
		pod := f.put(f.pod(terminated("a"), func(pod *corev1.Pod) { pod.Status.InitContainerStatuses[0].State.Terminated.ExitCode = 0 }))
		f.wantLogErrors("succeeded", pod, nil, 0)
	})
}

// The log of a running sidecar is read once a minute while it is watched closely.
func TestLogErrorsOfRunning(t *testing.T) {
	first := []string{"dial from 10.1.0.1:40001: refused"}
	both := append(slices.Clone(first), `failed to load components: Secret "redis" not found`)
	run(t, func(f *fixture) {
		f.write(noAnswer)
		f.load("a")
		pod := f.put(f.pod())
		advance(time.Minute)
		f.wantLogErrors("not watched", pod, nil, 1)
		f.Watch(pod, closely)
		advance(fastInterval)
		f.wantLogErrors("watched closely", pod, first, 1, "65:p:daprd:previous=false")
		f.write(noAnswer2)
		advance(time.Minute)
		f.wantLogErrors("another port", pod, first, 0, "125:p:daprd:previous=false")
		f.write("")
		advance(time.Minute)
		f.wantLogErrors("unavailable", pod, first, 0, "185:p:daprd:previous=false")
		f.write(noAnswer2 + noSecret)
		advance(time.Minute)
		f.wantLogErrors("one error more", pod, both, 1, "245:p:daprd:previous=false")
		f.write(noAnswer2)
		advance(time.Minute)
		f.wantLogErrors("one error less", pod, first, 1, "305:p:daprd:previous=false")
		f.Watch(pod, runtime.Attention{})
		advance(10 * time.Minute)
		f.wantLogErrors("not watched any more", pod, first, 0)
	})
}
