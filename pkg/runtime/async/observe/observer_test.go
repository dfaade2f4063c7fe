/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe/sidecar"
	"openfunction.dev/openfunction/pkg/runtime/pod/watch"
)

// timeout bounds a test that fails.
const timeout = 30 * time.Second

var epoch = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// at returns a time some minutes after the epoch.
func at(minutes int) metav1.Time {
	return metav1.NewTime(epoch.Add(time.Duration(minutes) * time.Minute))
}

func serving(namespace, name string) *v1beta2.Serving {
	return &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}

// podOf returns a pod of the Serving hello.
func podOf(namespace, name string, created int) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: name, CreationTimestamp: at(created),
		Labels: map[string]string{functions.ServingLabelKey: "hello", functions.ManagedLabelKey: functions.ManagedLabelValue},
	}}
}

// warning returns a warning event about the object hello of a kind.
func warning(namespace, name, kind, message string, seen metav1.Time) *corev1.Event {
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Namespace: namespace, Name: name, CreationTimestamp: at(0)},
		InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: namespace, Name: "hello"},
		Type:           corev1.EventTypeWarning, Reason: "KEDAScalerFailed",
		Message: message, LastTimestamp: seen,
	}
}

// run starts an Observer and returns when it has all objects.
func run(t *testing.T, objects ...k8sruntime.Object) (*Observer, *fake.Clientset) {
	t.Helper()
	client := fake.NewClientset(objects...)
	o := New(client, sidecars, "openfunction")
	start(t, o)
	return o, client
}

// start runs o and returns when it has synced.
func start(t *testing.T, o *Observer) {
	t.Helper()
	stop := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() { o.Run(stop) })
	t.Cleanup(func() {
		close(stop)
		running.Wait()
	})
	if !cache.WaitForCacheSync(stop, o.HasSynced) {
		t.Fatal("HasSynced() stays false")
	}
}

func snapshotOf(t *testing.T, o *Observer, s *v1beta2.Serving) *Snapshot {
	t.Helper()
	snapshot, ok := o.Observe(s).(*Snapshot)
	if !ok {
		t.Fatalf("Observe() = %T, want *Snapshot", o.Observe(s))
	}
	return snapshot
}

func TestPods(t *testing.T) {
	bare := podOf("team", "bare", 9)
	delete(bare.Labels, functions.ServingLabelKey)
	answering := podOf("team", "answering", 9)
	delete(answering.Labels, functions.ManagedLabelKey)
	o, _ := run(t, podOf("team", "b", 1), podOf("team", "newest", 3), podOf("team", "a", 1), podOf("other", "foreign", 9), bare, answering)
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		want    []string
	}{
		"the newest first, then by name": {serving("team", "hello"), []string{"newest", "a", "b"}},
		"of its own namespace":           {serving("other", "hello"), []string{"foreign"}},
		"none":                           {serving("team", "another"), nil},
		"no name":                        {serving("team", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, pod := range o.Pods(tt.serving) {
				got = append(got, pod.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("Pods() (-want, +got):", diff)
			}
			if diff := cmp.Diff(o.Pods(tt.serving), snapshotOf(t, o, tt.serving).Pods); diff != "" {
				t.Error("the pods of Observe() (-Pods, +Observe):", diff)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	o, _ := run(t,
		warning("team", "b", "ScaledObject", "older", at(1)),
		warning("team", "c", "ScaledJob", "newest", at(5)),
		warning("team", "a", "ScaledObject", "without a last time", metav1.Time{}),
		warning("team", "d", "Deployment", "about something else", at(9)),
		warning("other", "e", "ScaledObject", "foreign", at(9)),
	)
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		want    []string
	}{
		"the newest first":     {serving("team", "hello"), []string{"newest", "older", "without a last time"}},
		"of its own namespace": {serving("other", "hello"), []string{"foreign"}},
		"none":                 {serving("team", "another"), []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, snapshotOf(t, o, tt.serving).Warnings); diff != "" {
				t.Error("the warnings (-want, +got):", diff)
			}
		})
	}
}

// Nothing is known of a revision without pods, and it can be watched all the same.
func TestObserveWithoutPods(t *testing.T) {
	o, _ := run(t)
	s := serving("team", "hello")
	o.Watch(s, runtime.Attention{Closely: true})
	want := &Snapshot{Sidecars: map[types.UID]sidecar.State{}, SidecarErrors: map[types.UID][]string{}, Pods: []*corev1.Pod{}, Warnings: []string{}}
	if diff := cmp.Diff(want, snapshotOf(t, o, s)); diff != "" {
		t.Error("Observe() (-want, +got):", diff)
	}
}

// A cluster has more pods and events than fit into memory, so the Observer lists only
// those that it reads.
func TestListsNoMore(t *testing.T) {
	_, client := run(t)
	listed := make(map[string]string)
	for _, action := range client.Actions() {
		if list, ok := action.(clientgotesting.ListAction); ok {
			restrictions := list.GetListRestrictions()
			listed[list.GetResource().Resource] = restrictions.Labels.String() + " " + restrictions.Fields.String()
		}
	}
	want := map[string]string{
		"pods":   "openfunction.io/managed=true ",
		"events": " reason=KEDAScalerFailed,type=Warning",
		"leases": "app.kubernetes.io/component=scheduler ",
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Error("the selectors of lists (-want, +got):", diff)
	}
}

func TestKeepsNoMore(t *testing.T) {
	pod := podOf("team", "a", 0)
	pod.Annotations = map[string]string{"dapr.io/enabled": "true"}
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet"}}
	pod.Spec = corev1.PodSpec{
		NodeName:       "node",
		InitContainers: []corev1.Container{{Name: "daprd", Image: "daprd:1"}},
		Containers:     []corev1.Container{{Name: "function", Env: []corev1.EnvVar{{Name: "SECRET", Value: "s3cr3t"}}}},
	}
	pod.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: "10.0.0.1", PodIP: "10.1.0.1",
		Conditions:            []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		InitContainerStatuses: []corev1.ContainerStatus{{Name: "daprd", Ready: true}},
		ContainerStatuses:     []corev1.ContainerStatus{{Name: "function", Ready: true}},
	}
	want := podOf("team", "a", 0)
	want.Annotations = pod.Annotations
	want.Spec = corev1.PodSpec{InitContainers: []corev1.Container{{Name: "daprd"}}, Containers: []corev1.Container{{Name: "function"}}}
	want.Status = corev1.PodStatus{
		Phase: pod.Status.Phase, PodIP: pod.Status.PodIP, Conditions: pod.Status.Conditions,
		InitContainerStatuses: pod.Status.InitContainerStatuses, ContainerStatuses: pod.Status.ContainerStatuses,
	}
	noisy := warning("team", "e", "ScaledObject", "no queue", at(1))
	noisy.ManagedFields = pod.ManagedFields
	noisy.Source, noisy.ReportingController, noisy.Count = corev1.EventSource{Component: "keda"}, "keda", 7
	kept := warning("team", "e", "ScaledObject", "no queue", at(1))
	kept.Type = ""

	o, _ := run(t, pod, noisy)
	if diff := cmp.Diff([]*corev1.Pod{want}, o.Pods(serving("team", "hello"))); diff != "" {
		t.Error("what is kept of a pod (-want, +got):", diff)
	}
	if diff := cmp.Diff([]*corev1.Event{kept}, o.warningsOf(serving("team", "hello"))); diff != "" {
		t.Error("what is kept of an event (-want, +got):", diff)
	}
}

func TestOnChange(t *testing.T) {
	o, client := run(t)
	notified := make(chan string, 10)
	o.OnChange(func(serving types.NamespacedName) { notified <- serving.String() })
	pod := podOf("team", "a", 0)
	unlabelled := podOf("team", "b", 0)
	delete(unlabelled.Labels, functions.ServingLabelKey)
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"a pod is created, after one without a Serving", func() error {
			if _, err := client.CoreV1().Pods("team").Create(t.Context(), unlabelled, metav1.CreateOptions{}); err != nil {
				return err
			}
			_, err := client.CoreV1().Pods("team").Create(t.Context(), pod, metav1.CreateOptions{})
			return err
		}},
		{"the pod changes", func() error {
			pod.Status.Phase = corev1.PodFailed
			_, err := client.CoreV1().Pods("team").UpdateStatus(t.Context(), pod, metav1.UpdateOptions{})
			return err
		}},
		{"the pod is deleted", func() error { return client.CoreV1().Pods("team").Delete(t.Context(), "a", metav1.DeleteOptions{}) }},
		{"a scaler fails", func() error {
			_, err := client.CoreV1().Events("team").Create(t.Context(), warning("team", "e", "ScaledJob", "no queue", at(1)), metav1.CreateOptions{})
			return err
		}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		select {
		case got := <-notified:
			if got != "team/hello" {
				t.Errorf("%s: notified of %q", step.what, got)
			}
		case <-time.After(timeout):
			t.Fatalf("%s: not notified", step.what)
		}
	}
	if len(notified) > 0 {
		t.Errorf("notified of %q, too", <-notified)
	}
}

// After a watch was interrupted, an object that was deleted meanwhile is reported.
func TestOnChangeOfMissedDeletion(t *testing.T) {
	var notified []string
	handler := watch.NotifyOf(watch.ServingOfPod, func(serving types.NamespacedName) { notified = append(notified, serving.String()) })
	handler.OnDelete(cache.DeletedFinalStateUnknown{Key: "team/a", Obj: podOf("team", "a", 0)})
	if got := strings.Join(notified, " "); got != "team/hello" {
		t.Errorf("notified of %q, want team/hello", got)
	}
}
