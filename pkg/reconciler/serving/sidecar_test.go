/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	"knative.dev/pkg/apis"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/serving/witness"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

// network stands for the way to sidecars.
type network func() (*http.Response, error)

func (n network) RoundTrip(*http.Request) (*http.Response, error) { return n() }

// withPod returns a Witness of one pod of the Serving, which is ready and whose
// sidecar is asked by way.
func withPod(t *testing.T, way network, onNews func()) *witness.Witness {
	t.Helper()
	w := witness.New(fake.NewClientset(&corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: ns, Name: "p", UID: "pod", Annotations: map[string]string{"dapr.io/enabled": "true", "dapr.io/app-id": "hello"},
			Labels: map[string]string{functions.ServingLabelKey: name, functions.ManagedLabelKey: functions.ManagedLabelValue},
		},
		Status: corev1.PodStatus{
			PodIP:      "10.0.0.7",
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			InitContainerStatuses: []corev1.ContainerStatus{{
				Name: "daprd", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
			}},
		},
	}), way)
	w.OnNews(func(string, string) { onNews() })
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
	return w
}

// A version that lacks a component must not take the place of one that works.
func TestIsNotReadyBeforeItsSidecarSpoke(t *testing.T) {
	asked, release, news := make(chan struct{}), make(chan struct{}), make(chan struct{}, 10)
	w := withPod(t, func() (*http.Response, error) {
		close(asked)
		<-release
		return nil, errors.New("connection refused")
	}, func() { news <- struct{}{} })
	<-asked
	var seen functionruntime.Seen
	factory := factory(twoRuntimes(eventRuntime{seen: &seen}), func(r *Reconciler) { r.witness = w })
	rtesting.TableTest{{
		Name:          "it was not asked yet: what was said stays",
		Key:           key,
		Objects:       []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData: Observe(ready...),
	}, {
		Name:          "what was ready stays so",
		Key:           key,
		Objects:       []runtime.Object{both(bothSay(isTrue), scaled)},
		OtherTestData: Observe(ready...),
	}, {
		Name:              "what fails is told",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData:     Observe(Child("Configuration", name, crashing), ReadyChild(pods, name), ReadyChild(scaler, name)),
		WantStatusUpdates: status(both(bothSay(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)), scaled)),
	}}.Test(t, factory)
	close(release)
	for w.AwaitsSidecar(serving()) {
		select {
		case <-news:
		case <-time.After(30 * time.Second):
			t.Fatal("the answer is no news")
		}
	}
	rtesting.TableTest{{
		Name:              "it was asked, and be it in vain",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData:     Observe(ready...),
		WantStatusUpdates: status(both(bothSay(isTrue), scaled)),
	}}.Test(t, factory)
	if diff := cmp.Diff(map[types.UID]functionruntime.Sidecar{"pod": {Silent: true}}, seen.Sidecars); diff != "" {
		t.Error("the runtime saw of sidecars (-want, +got):", diff)
	}
}

// While a trigger fails for its sidecar, that is asked more often than once a minute.
func TestWatchesSidecars(t *testing.T) {
	lacking := v1beta2.TriggerVerdict{Key: "weekly", Status: corev1.ConditionFalse, Reason: v1beta2.ReasonSidecarFailed, Message: "lacks it"}
	for name, tt := range map[string]struct {
		verdict v1beta2.TriggerVerdict
		status  *apis.Condition
		asked   int32
	}{
		"it lacks something": {lacking, failed(v1beta2.ReasonSidecarFailed, `trigger "weekly": lacks it`), 2},
		"all is well":        {v1beta2.TriggerVerdict{Key: "weekly", Status: corev1.ConditionTrue}, isTrue, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked atomic.Int32
			w := withPod(t, func() (*http.Response, error) {
				asked.Add(1)
				return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"id":"hello"}`))}, nil
			}, func() {})
			synctest.Wait()
			row := rtesting.TableRow{
				Name:              name,
				Key:               key,
				Objects:           []runtime.Object{both(bothStart(eventsLog), scaled)},
				OtherTestData:     Observe(ready...),
				WantStatusUpdates: status(both(bothSay(tt.status), scaled, withTriggers(tt.verdict))),
			}
			row.Test(t, factory(twoRuntimes(eventRuntime{verdicts: []v1beta2.TriggerVerdict{tt.verdict}}), func(r *Reconciler) { r.witness = w }))
			<-time.After(6 * time.Second)
			synctest.Wait()
			if got := asked.Load(); got != tt.asked {
				t.Errorf("%s: asked %d times within seconds, want %d", name, got, tt.asked)
			}
		})
	}
}
