/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package observe

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"

	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe/sidecar"
)

// sidecars replaces the network. The sidecar at 10.1.0.1 has loaded a component, and no
// other pod can be reached.
var sidecars = network(func(r *http.Request) (*http.Response, error) {
	if r.URL.String() != "http://10.1.0.1:3501/v1.0/metadata" {
		return nil, io.ErrUnexpectedEOF
	}
	body := io.NopCloser(strings.NewReader(`{"id":"hello","components":[{"name":"orders"}]}`))
	return &http.Response{StatusCode: http.StatusOK, Body: body}, nil
})

type network func(*http.Request) (*http.Response, error)

func (n network) RoundTrip(r *http.Request) (*http.Response, error) { return n(r) }

// podAt returns a ready pod with a sidecar.
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
	o, client := run(t)
	notified := make(chan string, 10)
	o.OnChange(func(serving types.NamespacedName) { notified <- serving.String() })
	s := serving("team", "hello")
	unlabelled := podAt("10.1.0.1")
	unlabelled.Labels["openfunction.io/serving"], unlabelled.Name = "", "unlabelled"
	for _, pod := range []*corev1.Pod{unlabelled, podAt("10.1.0.1"), podAt("10.1.0.2")} {
		if _, err := client.CoreV1().Pods("team").Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[types.UID]sidecar.State{"10.1.0.1": {Components: []string{"orders"}}, "10.1.0.2": {Unreachable: true}}
	// Each of the two pods is created, and each sidecar answers or does not.
	for range 4 {
		select {
		case got := <-notified:
			if got != "team/hello" {
				t.Errorf("notified of %q", got)
			}
		case <-time.After(timeout):
			t.Fatalf("not notified; the sidecars are %v", snapshotOf(t, o, s).Sidecars)
		}
	}
	got := snapshotOf(t, o, s)
	if diff := cmp.Diff(want, got.Sidecars); diff != "" || got.Unqueried {
		t.Errorf("the sidecars, with one unqueried: %t (-want, +got): %s", got.Unqueried, diff)
	}
	if got := snapshotOf(t, o, serving("team", "another")).Sidecars; len(got) > 0 {
		t.Errorf("another Serving has the sidecars %v", got)
	}
}

// Nothing is known of a sidecar before it was queried.
func TestUnqueried(t *testing.T) {
	release := make(chan struct{})
	answer := sidecars
	sidecars = func(r *http.Request) (*http.Response, error) {
		<-release
		return answer(r)
	}
	t.Cleanup(func() { sidecars = answer })
	o, _ := run(t, podAt("10.1.0.1"))
	notified := make(chan struct{}, 10)
	o.OnChange(func(types.NamespacedName) { notified <- struct{}{} })
	s := serving("team", "hello")
	if got := snapshotOf(t, o, s); !got.Unqueried || len(got.Sidecars) > 0 {
		t.Errorf("Observe() = %+v before the sidecar answered", got)
	}
	close(release)
	for snapshotOf(t, o, s).Unqueried {
		select {
		case <-notified:
		case <-time.After(timeout):
			t.Fatal("not notified of the answer")
		}
	}
}

// The sidecars of a Serving are queried again only while it is watched closely.
func TestWatch(t *testing.T) {
	for name, tt := range map[string]struct {
		closely bool
		queries int32
	}{
		"watched closely": {true, 2},
		"not watched":     {false, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			var queries atomic.Int32
			answer := sidecars
			sidecars = func(r *http.Request) (*http.Response, error) {
				if r.URL.Port() == "3501" {
					queries.Add(1)
				}
				return answer(r)
			}
			defer func() { sidecars = answer }()
			o, _ := run(t, podAt("10.1.0.1"))
			synctest.Wait()
			if tt.closely {
				o.Watch(serving("team", "hello"), runtime.Attention{Closely: true})
				o.Watch(serving("team", "another"), runtime.Attention{Closely: true})
			}
			<-time.After(6 * time.Second)
			synctest.Wait()
			if got := queries.Load(); got != tt.queries {
				t.Errorf("%s: queried %d times within seconds, want %d", name, got, tt.queries)
			}
		})
	}
}

// The errors in the log of a sidecar that ended belong to the Serving of its pod.
func TestSidecarErrors(t *testing.T) {
	pod := podAt("10.1.0.1")
	pod.Status.InitContainerStatuses[0].State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1}}
	o := New(fake.NewClientset(pod, podAt("10.1.0.2")), sidecars, "openfunction")
	o.sidecars = sidecar.New(o.pods, sidecars, func(context.Context, *corev1.Pod, *corev1.PodLogOptions) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(`time="now" level=fatal msg="no broker"`)), nil
	})
	notified := make(chan struct{}, 10)
	o.OnChange(func(types.NamespacedName) { notified <- struct{}{} })
	start(t, o)
	s := serving("team", "hello")
	for len(snapshotOf(t, o, s).SidecarErrors) == 0 {
		select {
		case <-notified:
		case <-time.After(timeout):
			t.Fatal("not notified of the error")
		}
	}
	if diff := cmp.Diff(map[types.UID][]string{"10.1.0.1": {"no broker"}}, snapshotOf(t, o, s).SidecarErrors); diff != "" {
		t.Error("the errors (-want, +got):", diff)
	}
	if got := snapshotOf(t, o, serving("team", "another")).SidecarErrors; len(got) > 0 {
		t.Errorf("another Serving has the errors %v", got)
	}
}
