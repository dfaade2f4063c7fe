/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package witness

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clientgotesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

// patience bounds a test that fails.
const patience = 30 * time.Second

var epoch = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// at is a time so many minutes after another.
func at(minutes int) metav1.Time {
	return metav1.NewTime(epoch.Add(time.Duration(minutes) * time.Minute))
}

func serving(namespace, name string) *v1beta2.Serving {
	return &v1beta2.Serving{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}

// podOf is a pod of the Serving hello.
func podOf(namespace, name string, created int) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: name, CreationTimestamp: at(created),
		Labels: map[string]string{functions.ServingLabelKey: "hello", functions.ManagedLabelKey: functions.ManagedLabelValue},
	}}
}

// warning is one about an object of that kind which is named hello.
func warning(namespace, name, kind, message string, seen metav1.Time) *corev1.Event {
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Namespace: namespace, Name: name, CreationTimestamp: at(0)},
		InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: namespace, Name: "hello"},
		Type:           corev1.EventTypeWarning, Reason: "KEDAScalerFailed",
		Message: message, LastTimestamp: seen,
	}
}

// run starts a Witness and returns when it knows of all objects.
func run(t *testing.T, objects ...runtime.Object) (*Witness, *fake.Clientset) {
	t.Helper()
	client := fake.NewClientset(objects...)
	w := New(client, sidecars)
	stop := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() { w.Run(stop) })
	t.Cleanup(func() {
		close(stop)
		running.Wait()
	})
	if !cache.WaitForCacheSync(stop, w.HasSynced) {
		t.Fatal("HasSynced() is false for ever")
	}
	return w, client
}

func TestPods(t *testing.T) {
	bare := podOf("team", "bare", 9)
	delete(bare.Labels, functions.ServingLabelKey)
	answering := podOf("team", "answering", 9)
	delete(answering.Labels, functions.ManagedLabelKey)
	w, _ := run(t, podOf("team", "b", 1), podOf("team", "newest", 3), podOf("team", "a", 1), podOf("other", "foreign", 9), bare, answering)
	for name, tt := range map[string]struct {
		serving *v1beta2.Serving
		want    []string
	}{
		"newest first, else by name":  {serving("team", "hello"), []string{"newest", "a", "b"}},
		"of its own namespace":        {serving("other", "hello"), []string{"foreign"}},
		"none":                        {serving("team", "another"), nil},
		"none of a Serving of no pod": {serving("team", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, pod := range w.Pods(tt.serving) {
				got = append(got, pod.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("Pods() (-want, +got):", diff)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	w, _ := run(t,
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
		"newest first":         {serving("team", "hello"), []string{"newest", "older", "without a last time"}},
		"of its own namespace": {serving("other", "hello"), []string{"foreign"}},
		"none":                 {serving("team", "another"), []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.Warnings(tt.serving)); diff != "" {
				t.Error("Warnings() (-want, +got):", diff)
			}
		})
	}
}

// A controller that was built without one has nothing to go by.
func TestNoWitness(t *testing.T) {
	var w *Witness
	s := serving("team", "hello")
	if pods, warnings := w.Pods(s), w.Warnings(s); pods != nil || warnings != nil {
		t.Errorf("a nil Witness saw %v and %v", pods, warnings)
	}
	w.WatchSidecars(s)
	if said := w.Sidecars(s); len(said) > 0 || w.AwaitsSidecar(s) {
		t.Errorf("a nil Witness heard %v, or waits to", said)
	}
}

// A cluster has more pods and events than fit into memory: the API server is asked
// for those that tell something.
func TestAsksForNoMore(t *testing.T) {
	_, client := run(t)
	asked := make(map[string]string)
	for _, action := range client.Actions() {
		if list, ok := action.(clientgotesting.ListAction); ok {
			restrictions := list.GetListRestrictions()
			asked[list.GetResource().Resource] = restrictions.Labels.String() + " " + restrictions.Fields.String()
		}
	}
	want := map[string]string{
		"pods":   "openfunction.io/managed=true ",
		"events": " reason=KEDAScalerFailed,type=Warning",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error("asked for (-want, +got):", diff)
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
	heard := warning("team", "e", "ScaledObject", "no queue", at(1))
	heard.Type = ""

	w, _ := run(t, pod, noisy)
	if diff := cmp.Diff([]*corev1.Pod{want}, w.Pods(serving("team", "hello"))); diff != "" {
		t.Error("what is kept of a pod (-want, +got):", diff)
	}
	if diff := cmp.Diff([]*corev1.Event{heard}, find[*corev1.Event](w.warnings, serving("team", "hello"))); diff != "" {
		t.Error("what is kept of an event (-want, +got):", diff)
	}
}

func TestOnNews(t *testing.T) {
	w, client := run(t)
	news := make(chan string, 10)
	w.OnNews(func(namespace, serving string) { news <- namespace + "/" + serving })
	pod := podOf("team", "a", 0)
	unlabelled := podOf("team", "b", 0)
	delete(unlabelled.Labels, functions.ServingLabelKey)
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"a pod comes, after one of nobody", func() error {
			if _, err := client.CoreV1().Pods("team").Create(t.Context(), unlabelled, metav1.CreateOptions{}); err != nil {
				return err
			}
			_, err := client.CoreV1().Pods("team").Create(t.Context(), pod, metav1.CreateOptions{})
			return err
		}},
		{"it changes", func() error {
			pod.Status.Phase = corev1.PodFailed
			_, err := client.CoreV1().Pods("team").UpdateStatus(t.Context(), pod, metav1.UpdateOptions{})
			return err
		}},
		{"it goes", func() error { return client.CoreV1().Pods("team").Delete(t.Context(), "a", metav1.DeleteOptions{}) }},
		{"a scaler complains", func() error {
			_, err := client.CoreV1().Events("team").Create(t.Context(), warning("team", "e", "ScaledJob", "no queue", at(1)), metav1.CreateOptions{})
			return err
		}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		select {
		case got := <-news:
			if got != "team/hello" {
				t.Errorf("%s: %q was told", step.what, got)
			}
		case <-time.After(patience):
			t.Fatalf("%s: nobody was told", step.what)
		}
	}
	if len(news) > 0 {
		t.Errorf("%q was told, too", <-news)
	}
}

// A watch that was interrupted tells later what went meanwhile.
func TestOnNewsOfWhatWentUnseen(t *testing.T) {
	var told []string
	handler := tellOf(servingOfPod, func(namespace, serving string) { told = append(told, namespace+"/"+serving) })
	handler.OnDelete(cache.DeletedFinalStateUnknown{Key: "team/a", Obj: podOf("team", "a", 0)})
	if got := strings.Join(told, " "); got != "team/hello" {
		t.Errorf("%q was told, want team/hello", got)
	}
}
