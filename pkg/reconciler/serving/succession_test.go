/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/reconciler/serving/witness"
	. "openfunction.dev/openfunction/pkg/testing"
)

// podOption changes a pod.
type podOption func(*corev1.Pod)

func podOf(serving string, options ...podOption) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: ns, Name: serving + "-0",
		Labels: map[string]string{functions.ServingLabelKey: serving, functions.ManagedLabelKey: functions.ManagedLabelValue},
	}}
	for _, option := range options {
		option(pod)
	}
	return pod
}

func holdsBack(pod *corev1.Pod) {
	pod.Annotations = map[string]string{functions.AbstainsAnnotationKey: "true"}
}

func hasEnded(pod *corev1.Pod) { pod.Status.Phase = corev1.PodFailed }

// mustEnd gives a pod until a time after now to end.
func mustEnd(in time.Duration) podOption {
	return func(pod *corev1.Pod) { pod.DeletionTimestamp = &metav1.Time{Time: now.Add(in)} }
}

func inState(state string) ServingOption {
	return WithLabel(functions.RoutingStateLabelKey, state)
}

func versionOf(state string, pods ...*corev1.Pod) version {
	return version{Serving(ns, name, inState(state)), pods}
}

func TestAbstains(t *testing.T) {
	const tried, active, reserve = "", functions.RoutingStateActive, functions.RoutingStateReserve
	runs, abstainer := podOf("a"), podOf("a", holdsBack)
	for name, tt := range map[string]struct {
		version version
		rivals  []version
		want    bool
	}{
		"the first one":                                   {versionOf(tried), nil, false},
		"tried beside one that is routed":                 {versionOf(tried), []version{versionOf(active, runs)}, true},
		"tried beside one that is routed, at zero":        {versionOf(tried), []version{versionOf(active)}, true},
		"tried beside one that never was":                 {versionOf(tried), []version{versionOf(reserve, runs)}, false},
		"tried, with pods of before":                      {versionOf(tried, runs), []version{versionOf(active)}, false},
		"tried again, with pods that abstain":             {versionOf(tried, abstainer), []version{versionOf(active)}, true},
		"routed alone":                                    {versionOf(active), nil, false},
		"routed, the one before still runs":               {versionOf(active, abstainer), []version{versionOf(reserve, runs)}, true},
		"routed, the one before is at zero":               {versionOf(active, abstainer), []version{versionOf(reserve)}, false},
		"routed, one of several before still runs":        {versionOf(active), []version{versionOf(reserve), versionOf(reserve, runs)}, true},
		"routed, pods beside it abstain":                  {versionOf(active), []version{versionOf(tried, abstainer)}, false},
		"routed, it has what others would like":           {versionOf(active, runs), []version{versionOf(reserve, runs)}, false},
		"routed, the pod of the one before failed":        {versionOf(active), []version{versionOf(reserve, podOf("b", hasEnded))}, false},
		"routed, the pod of the one before ends":          {versionOf(active), []version{versionOf(reserve, podOf("b", mustEnd(time.Minute)))}, true},
		"routed, the pod of the one before ends late":     {versionOf(active), []version{versionOf(reserve, podOf("b", mustEnd(time.Second-lostAfter)))}, true},
		"routed, the pod of the one before is lost":       {versionOf(active), []version{versionOf(reserve, podOf("b", mustEnd(-lostAfter)))}, false},
		"in reserve, its pods end":                        {versionOf(reserve, runs), []version{versionOf(active)}, false},
		"in reserve without having been routed, pods end": {versionOf(reserve, abstainer), []version{versionOf(active)}, true},
		"in reserve": {versionOf(reserve), []version{versionOf(active, runs)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := abstains(tt.version, tt.rivals, now); got != tt.want {
				t.Errorf("abstains() = %t, want %t", got, tt.want)
			}
		})
	}
}

// watching has the reconciler see pods.
func watching(t *testing.T, pods ...runtime.Object) func(*Reconciler) {
	t.Helper()
	w := witness.New(fake.NewClientset(pods...), nil)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx.Done())
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	if !cache.WaitForCacheSync(t.Context().Done(), w.HasSynced) {
		t.Fatal("the pods are not known")
	}
	return func(r *Reconciler) { r.witness = w }
}

// A version is translated by how far it has come, and asked again when a pod in its
// way counts as lost.
func TestSucceed(t *testing.T) {
	const before = name + "-before"
	fn := Function(ns, name)
	of := func(s *v1beta2.Serving) *v1beta2.Serving {
		WithOwner(fn)(s)
		WithLabel(functions.FunctionLabelKey, fn.Name)(s)
		return s
	}
	stranger := Function(ns, name)
	stranger.UID = "another"
	for title, tt := range map[string]struct {
		owner *v1beta2.Function
		pods  []runtime.Object
		want  bool
		again enqueued
	}{
		"a pod of the one before runs":  {fn, []runtime.Object{podOf(before)}, true, nil},
		"a pod of the one before ends":  {fn, []runtime.Object{podOf(before, mustEnd(time.Minute))}, true, enqueued{time.Minute + lostAfter}},
		"no pod of it is left":          {fn, nil, false, nil},
		"a pod of another function":     {stranger, []runtime.Object{podOf(before)}, false, nil},
		"a pod of the version's own":    {fn, []runtime.Object{podOf(name), podOf(before)}, false, nil},
		"a pod of its own, and another": {fn, []runtime.Object{podOf(name, holdsBack), podOf(before)}, true, nil},
	} {
		t.Run(title, func(t *testing.T) {
			var got bool
			var later enqueued
			ours := of(serving(onBoth(), inState(functions.RoutingStateActive)))
			theirs := of(Serving(ns, before, inState(functions.RoutingStateReserve)))
			WithOwner(tt.owner)(theirs)
			rtesting.TableTest{{
				Name: "reconciled", Key: key,
				Ctx:     context.WithValue(context.Background(), enqueuedKey{}, &later),
				Objects: []runtime.Object{ours, theirs}, SkipNamespaceValidation: true,
				WantStatusUpdates: status(of(serving(onBoth(), inState(functions.RoutingStateActive), bothStart(logHint), unscaled))),
			}}.Test(t, factory(twoRuntimes(eventRuntime{abstains: &got}), watching(t, tt.pods...)))
			if got != tt.want {
				t.Errorf("the runtime was told that the version abstains: %t, want %t", got, tt.want)
			}
			if diff := cmp.Diff(tt.again, later); diff != "" {
				t.Error("asked again after (-want, +got):", diff)
			}
		})
	}
}

// Of the pods of one version that is not routed the one that is hears.
func TestHeirs(t *testing.T) {
	const active, reserve = functions.RoutingStateActive, functions.RoutingStateReserve
	fn, another := Function(ns, name), Function(ns, name)
	another.UID = "another"
	of := func(fn *v1beta2.Function, name, state string) *v1beta2.Serving {
		return Serving(ns, name, WithOwner(fn), WithLabel(functions.FunctionLabelKey, fn.Name), inState(state))
	}
	// For a moment the one before is routed, too.
	both := []string{"former", "routed"}
	routed, resting := of(fn, "routed", active), of(fn, "resting", reserve)
	lister := NewListers([]runtime.Object{routed, resting, of(fn, "former", active), of(fn, "tried", ""), of(another, "foreign", active)}).ServingLister()
	for name, tt := range map[string]struct {
		ask  func(heirs)
		want []string
	}{
		"a pod of one in reserve":     {func(h heirs) { h.ofNamed(ns, "resting") }, both},
		"a pod of one that is tried":  {func(h heirs) { h.ofNamed(ns, "tried") }, both},
		"a pod of the one itself":     {func(h heirs) { h.ofNamed(ns, "routed") }, nil},
		"a pod of none":               {func(h heirs) { h.ofNamed(ns, "gone") }, nil},
		"one that is deleted":         {func(h heirs) { h.OnDelete(resting) }, both},
		"one whose end was not heard": {func(h heirs) { h.OnDelete(cache.DeletedFinalStateUnknown{Obj: resting}) }, both},
		"one is no longer routed":     {func(h heirs) { h.OnUpdate(of(fn, "resting", active), resting) }, both},
		"one is as it was":            {func(h heirs) { h.OnUpdate(resting, resting) }, nil},
		"one is new":                  {func(h heirs) { h.OnAdd(resting, false) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			tt.ask(heirs{lister, func(obj any) { got = append(got, obj.(*v1beta2.Serving).Name) }})
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error("enqueued (-want, +got):", diff)
			}
		})
	}
}
