/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async/observe"
	"openfunction.dev/openfunction/pkg/runtime/async/observe/sidecar"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
)

// The sidecars are observed closely while one of them fails. A revision is settling
// while the sidecar of a ready pod was not queried.
func TestStatus(t *testing.T) {
	pods := []*corev1.Pod{podNamed("p")}
	loaded := func(names ...string) map[types.UID]sidecar.State {
		return map[types.UID]sidecar.State{"p": {Components: names}}
	}
	crashing := podWith(sidecarContainer, "CrashLoopBackOff", "", nil)
	for name, tt := range map[string]struct {
		snapshot                 runtime.Snapshot
		settling, watchedClosely bool
	}{
		"nothing was observed":                {nil, false, false},
		"nothing was observed of the pods":    {&observe.Snapshot{}, false, false},
		"no Snapshot of this runtime":         {"another", false, false},
		"a sidecar was not queried":           {&observe.Snapshot{Pods: pods, Unqueried: true}, true, false},
		"the component is loaded":             {&observe.Snapshot{Pods: pods, Sidecars: loaded(loadedOrders)}, false, false},
		"the component is not loaded":         {&observe.Snapshot{Pods: pods, Sidecars: loaded()}, false, true},
		"the sidecar crashes":                 {&observe.Snapshot{Pods: []*corev1.Pod{crashing}}, false, true},
		"the function's container crashes":    {&observe.Snapshot{Pods: []*corev1.Pod{podWith("function", "CrashLoopBackOff", "", nil)}}, false, false},
		"not loaded, and one was not queried": {&observe.Snapshot{Pods: pods, Sidecars: loaded(), Unqueried: true}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := serving(onOrders)
			got := statusOf(t, runtimetest.Input(t.Context(), s), runtime.Observed{Children: observations(t, s, "True", ""), Snapshot: tt.snapshot})
			if got.Settling != tt.settling || got.Attention.Closely != tt.watchedClosely || got.Address != nil || len(got.Triggers) != 1 {
				t.Errorf("Status() = %+v, want settling %t, watched closely %t, no address and one trigger", got, tt.settling, tt.watchedClosely)
			}
		})
	}
}

// A failure that a revision in reserve had does not make it observed closely.
func TestStatusInReserve(t *testing.T) {
	s := inReserve(serving(onOrders))
	observed := runtime.Observed{Snapshot: &observe.Snapshot{
		Pods: []*corev1.Pod{podNamed("p")}, Sidecars: map[types.UID]sidecar.State{"p": {}},
	}}
	if got := statusOf(t, runtimetest.Input(t.Context(), s), observed); got.Attention.Closely {
		t.Errorf("Status() = %+v of a revision in reserve", got)
	}
}

// The sidecars are queried again if a component of the namespace changes.
func TestAttentionOfReferences(t *testing.T) {
	s := serving(onForeign)
	refs := New().References(s.Namespace, &s.Spec.WorkloadSpec)
	versionOf := func(resourceVersion string) string {
		in := *runtimetest.Input(t.Context(), s)
		in.References = []runtime.ResolvedReference{{Reference: refs[0]}}
		if resourceVersion != "" {
			live := &unstructured.Unstructured{}
			live.SetUID("uid")
			live.SetResourceVersion(resourceVersion)
			in.References[0].Live = live
		}
		return statusOf(t, &in, runtime.Observed{}).Attention.Version
	}
	if absent, first, second := versionOf(""), versionOf("1"), versionOf("2"); first != versionOf("1") || absent == first || first == second {
		t.Errorf("the versions are %q, %q and %q, want a new one for each change", absent, first, second)
	}
}

func TestPlanIsUnresolved(t *testing.T) {
	missing := &apis.Condition{Status: corev1.ConditionFalse, Reason: "DaprNotInstalled", Message: "install it"}
	at := missing.DeepCopy()
	at.Message = `spec.serving.triggers.dapr[0].name: component "orders" is not known: install it`
	s := serving(onForeign)
	in := runtimetest.Input(t.Context(), s)
	refs := New().References(s.Namespace, &s.Spec.WorkloadSpec)
	for name, tt := range map[string]struct {
		unknown, want *apis.Condition
	}{
		"a component that does not exist":  {nil, nil},
		"a component that is being listed": {runtime.Pending(), runtime.Pending()},
		"a product that is not installed":  {missing, at},
	} {
		t.Run(name, func(t *testing.T) {
			in := *in
			in.References = []runtime.ResolvedReference{{Reference: refs[0], Unknown: tt.unknown}}
			plan, err := New().Plan(&in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, plan.Unresolved); diff != "" {
				t.Error("Unresolved (-want, +got):", diff)
			}
		})
	}
}

// Both runtimes of a revision share one Input, so a plan must not change it.
func TestPlanOfTheSameInput(t *testing.T) {
	for name, s := range corpus() {
		in := runtimetest.Input(t.Context(), s)
		first, err := New().Plan(in)
		if err != nil {
			t.Fatal(err)
		}
		second, err := New().Plan(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first.Objects, second.Objects); diff != "" {
			t.Errorf("%s: the objects of the second plan (-first, +second): %s", name, diff)
		}
	}
}

func TestLogCommand(t *testing.T) {
	plan, err := New().Plan(runtimetest.Input(t.Context(), serving(onOrders)))
	if err != nil {
		t.Fatal(err)
	}
	want := "kubectl logs -n team -l openfunction.io/serving=hello-5fca1b20d9,openfunction.io/managed=true -c " +
		v1beta2.FunctionContainer + " --tail=50"
	if plan.LogCommand != want {
		t.Errorf("LogCommand = %q, want %q", plan.LogCommand, want)
	}
}
