/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package witness

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"openfunction.dev/openfunction/pkg/runtime"
)

// sidecars stands for the network. The sidecar at 10.1.0.1 has loaded a component,
// and no other pod can be reached.
var sidecars = network(func(r *http.Request) (*http.Response, error) {
	if r.URL.String() != "http://10.1.0.1:3501/v1.0/metadata" {
		return nil, io.ErrUnexpectedEOF
	}
	body := io.NopCloser(strings.NewReader(`{"id":"hello","components":[{"name":"orders"}]}`))
	return &http.Response{StatusCode: http.StatusOK, Body: body}, nil
})

type network func(*http.Request) (*http.Response, error)

func (n network) RoundTrip(r *http.Request) (*http.Response, error) { return n(r) }

// podAt is a pod that is ready, with a sidecar.
func podAt(ip string) *corev1.Pod {
	pod := podOf("team", "p"+strings.ReplaceAll(ip, ".", "-"), 0)
	pod.UID = types.UID(ip)
	pod.Annotations = map[string]string{"dapr.io/enabled": "true", "dapr.io/app-id": "hello"}
	pod.Status = corev1.PodStatus{
		PodIP:      ip,
		Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		InitContainerStatuses: []corev1.ContainerStatus{{
			Name: "daprd", ContainerID: "run",
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(0)}},
		}},
	}
	return pod
}

func TestSidecars(t *testing.T) {
	w, client := run(t)
	news := make(chan string, 10)
	w.OnNews(func(namespace, serving string) { news <- namespace + "/" + serving })
	s := serving("team", "hello")
	stranger := podAt("10.1.0.1")
	stranger.Labels["openfunction.io/serving"], stranger.Name = "", "stranger"
	for _, pod := range []*corev1.Pod{stranger, podAt("10.1.0.1"), podAt("10.1.0.2")} {
		if _, err := client.CoreV1().Pods("team").Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[types.UID]runtime.Sidecar{"10.1.0.1": {Components: []string{"orders"}}, "10.1.0.2": {Silent: true}}
	// Each of the two pods comes, and each sidecar answers or does not.
	for range 4 {
		select {
		case got := <-news:
			if got != "team/hello" {
				t.Errorf("%q was told", got)
			}
		case <-time.After(patience):
			t.Fatalf("nobody was told; heard %v", w.Sidecars(s))
		}
	}
	if diff := cmp.Diff(want, w.Sidecars(s)); diff != "" || w.AwaitsSidecar(s) {
		t.Errorf("heard from sidecars, with %v to come (-want, +got): %s", w.AwaitsSidecar(s), diff)
	}
	if got := w.Sidecars(serving("team", "another")); len(got) > 0 {
		t.Errorf("heard %v of another", got)
	}
}

// Until a sidecar was asked nothing is known of it.
func TestAwaitsSidecar(t *testing.T) {
	release := make(chan struct{})
	answer := sidecars
	sidecars = func(r *http.Request) (*http.Response, error) {
		<-release
		return answer(r)
	}
	t.Cleanup(func() { sidecars = answer })
	w, _ := run(t, podAt("10.1.0.1"))
	news := make(chan struct{}, 10)
	w.OnNews(func(string, string) { news <- struct{}{} })
	s := serving("team", "hello")
	if !w.AwaitsSidecar(s) || len(w.Sidecars(s)) > 0 {
		t.Errorf("heard %v from a sidecar that has not answered", w.Sidecars(s))
	}
	close(release)
	for w.AwaitsSidecar(s) {
		select {
		case <-news:
		case <-time.After(patience):
			t.Fatal("nobody was told of the answer")
		}
	}
}
