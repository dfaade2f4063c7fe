/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package testing

import (
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/logging"
	"knative.dev/pkg/reconciler"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	client "openfunction.dev/openfunction/pkg/client/injection/client"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
)

// podReconciler serves by one pod, which is as little as a reconciler can do.
type podReconciler struct {
	children child.Applier
}

func pod(name string) child.Object {
	return child.Object{
		Resource:      &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}},
		ConditionType: v1beta2.ServingConditionRevisionReady,
	}
}

func (r *podReconciler) ReconcileKind(ctx context.Context, s *v1beta2.Serving) reconciler.Event {
	objects := []child.Object{pod(s.Name)}
	observations, err := r.children.Apply(ctx, s, objects)
	s.Status.PropagateRevision(child.Summarize(observations, v1beta2.ServingConditionRevisionReady))
	if err != nil {
		return err
	}
	return r.children.Prune(ctx, s, objects)
}

func newPodReconciler(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
	return servingreconciler.NewReconciler(ctx, logging.FromContext(ctx), client.Get(ctx), listers.ServingLister(),
		controller.GetEventRecorder(ctx), &podReconciler{children: children})
}

func withRevision(cond *apis.Condition) WithServing {
	return func(s *v1beta2.Serving) { s.Status.PropagateRevision(cond) }
}

func statusUpdate(o runtime.Object) []clientgotesting.UpdateActionImpl {
	return []clientgotesting.UpdateActionImpl{{Object: o}}
}

func TestFactory(t *testing.T) {
	errApply := errors.New("the API server is away")
	table := rtesting.TableTest{{
		Name: "no such object",
		Key:  "ns/absent",
	}, {
		Name:              "a new child has not reported",
		Key:               "ns/s",
		Objects:           []runtime.Object{Serving("ns", "s")},
		WantStatusUpdates: statusUpdate(Serving("ns", "s", WithInitialConditions(), withRevision(nil))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(pod("s")), WantPruned(pod("s"))},
	}, {
		Name:          "a child is ready",
		Key:           "ns/s",
		Objects:       []runtime.Object{Serving("ns", "s", WithGeneration(2)), &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "other"}}},
		OtherTestData: Observe(ReadyChild("Pod", "s")),
		WantStatusUpdates: statusUpdate(Serving("ns", "s", WithGeneration(2), WithInitialConditions(),
			withRevision(&apis.Condition{Status: corev1.ConditionTrue}))),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(pod("s"))},
	}, {
		Name:          "a child failed",
		Key:           "ns/s",
		Objects:       []runtime.Object{Serving("ns", "s")},
		OtherTestData: Observe(FailedChild("Pod", "s", "Evicted", "no room")),
		WantStatusUpdates: statusUpdate(Serving("ns", "s", WithInitialConditions(),
			withRevision(&apis.Condition{Status: corev1.ConditionFalse, Reason: "Evicted", Message: "no room"}))),
	}, {
		Name:              "a child that is not there",
		Key:               "ns/s",
		Objects:           []runtime.Object{Serving("ns", "s")},
		OtherTestData:     Observe(AbsentChild("Pod", "s", nil)),
		WantStatusUpdates: statusUpdate(Serving("ns", "s", WithInitialConditions(), withRevision(nil))),
	}, {
		Name:              "applying fails",
		Key:               "ns/s",
		Objects:           []runtime.Object{Serving("ns", "s")},
		OtherTestData:     Observe(ApplyFails(errApply)),
		WantErr:           true,
		WantStatusUpdates: statusUpdate(Serving("ns", "s", WithInitialConditions(), withRevision(nil))),
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "%s", errApply)},
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(pod("s")), WantNotPruned},
	}, {
		Name:              "pruning fails",
		Key:               "ns/s",
		Objects:           []runtime.Object{Serving("ns", "s")},
		OtherTestData:     Observe(PruneFails(errApply)),
		WantErr:           true,
		WantStatusUpdates: statusUpdate(Serving("ns", "s", WithInitialConditions(), withRevision(nil))),
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "%s", errApply)},
	}, {
		Name:              "the status cannot be written",
		Key:               "ns/s",
		Objects:           []runtime.Object{Serving("ns", "s")},
		WithReactors:      []clientgotesting.ReactionFunc{rtesting.InduceFailure("update", "servings")},
		WantErr:           true,
		WantStatusUpdates: statusUpdate(Serving("ns", "s", WithInitialConditions(), withRevision(nil))),
		WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "UpdateFailed",
			"Failed to update status for %q: inducing failure for update servings", "s")},
	}}
	table.Test(t, MakeFactory(newPodReconciler))
}

// A status update that breaks a rule fails the row, also when it is the second.
func TestFactoryChecksStatusUpdates(t *testing.T) {
	before := Serving("ns", "s", WithInitialConditions(), withRevision(nil))
	row := &rtesting.TableRow{Objects: []runtime.Object{before}}
	var reports []string
	check := checkStatusUpdates(row, func(format string, args ...any) {
		reports = append(reports, rtesting.Eventf("", "", format, args...))
	})
	update := func(s *v1beta2.Serving) {
		action := clientgotesting.NewUpdateSubresourceAction(v1beta2.SchemeGroupVersion.WithResource("servings"), "status", "ns", s)
		if handled, _, err := check(action); handled || err != nil {
			t.Errorf("The check handled the update, or failed with %v", err)
		}
	}
	good := before.DeepCopy()
	good.Status.PropagateRevision(&apis.Condition{Status: corev1.ConditionTrue})
	good.GetConditionSet().Manage(good.GetStatus()).MarkTrue("Active")
	if update(good); len(reports) != 0 {
		t.Errorf("A good update was reported: %v", reports)
	}
	bad := good.DeepCopy()
	if err := bad.GetConditionSet().Manage(bad.GetStatus()).ClearCondition("Active"); err != nil {
		t.Fatalf("ClearCondition() = %v", err)
	}
	// What the first update added is gone.
	if update(bad); len(reports) != 1 || !strings.Contains(reports[0], "condition Active vanishes") {
		t.Errorf("A bad update was not reported: %v", reports)
	}
}

// lyingReconciler reports Ready although it is not.
type lyingReconciler struct{}

func (lyingReconciler) ReconcileKind(_ context.Context, s *v1beta2.Serving) reconciler.Event {
	s.GetConditionSet().Manage(s.GetStatus()).SetCondition(apis.Condition{
		Type: v1beta2.ServingConditionReady, Status: corev1.ConditionTrue,
	})
	return nil
}

// The factory puts the check where it sees what a reconciler writes.
func TestFactoryCatchesLies(t *testing.T) {
	var reports []string
	factory := makeFactory(func(ctx context.Context, listers *Listers, _ *Children) controller.Reconciler {
		return servingreconciler.NewReconciler(ctx, logging.FromContext(ctx), client.Get(ctx), listers.ServingLister(),
			controller.GetEventRecorder(ctx), lyingReconciler{})
	}, func(_ *testing.T, format string, args ...any) {
		reports = append(reports, rtesting.Eventf("", "", format, args...))
	}, nil)
	row := &rtesting.TableRow{Objects: []runtime.Object{Serving("ns", "s")}}
	r, _, _ := factory(t, row)
	if err := r.Reconcile(row.Ctx, "ns/s"); err != nil {
		t.Errorf("Reconcile() = %v", err)
	}
	if !strings.Contains(strings.Join(reports, "\n"), "condition Ready is True, its dependents make it Unknown") {
		t.Errorf("Reports = %q, want one of a lie", reports)
	}
}

// What comes after a child that is not there is not applied, as in life.
func TestChildrenInOrder(t *testing.T) {
	row := &rtesting.TableRow{OtherTestData: Observe(AbsentChild("Pod", "a", nil))}
	var children *Children
	MakeFactory(func(ctx context.Context, listers *Listers, c *Children) controller.Reconciler {
		children = c
		return newPodReconciler(ctx, listers, c)
	})(t, row)
	observations, err := children.Apply(row.Ctx, Serving("ns", "s"), []child.Object{pod("a"), pod("b")})
	if err != nil || len(observations) != 1 || observations[0].Live != nil || len(children.Applied) != 1 {
		t.Errorf("Apply() = %+v, %v, want one observation of a child that is not there", observations, err)
	}
}

// What follows others is not made before they are ready, and stays once it is.
func TestChildrenThatFollow(t *testing.T) {
	follower := pod("b")
	follower.After = true
	for name, tt := range map[string]struct {
		options []ChildOption
		held    bool
	}{
		"others are on their way": {nil, true},
		"others are ready":        {[]ChildOption{ReadyChild("Pod", "a")}, false},
		"it was made before":      {[]ChildOption{Child("Pod", "b", nil)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			row := &rtesting.TableRow{OtherTestData: Observe(tt.options...)}
			var children *Children
			MakeFactory(func(ctx context.Context, listers *Listers, c *Children) controller.Reconciler {
				children = c
				return newPodReconciler(ctx, listers, c)
			})(t, row)
			observations, err := children.Apply(row.Ctx, Serving("ns", "s"), []child.Object{pod("a"), follower})
			if err != nil || observations[1].Blocked != tt.held || (observations[1].Live == nil) != tt.held {
				t.Errorf("Apply() = %+v, %v, want held to be %t", observations, err, tt.held)
			}
		})
	}
}

func TestFactoryRefusesGeneratedNames(t *testing.T) {
	row := &rtesting.TableRow{}
	MakeFactory(newPodReconciler)(t, row)
	for name, want := range map[string]error{"": errGeneratedName, "s": nil} {
		_, err := client.Get(row.Ctx).FunctionsV1beta2().Servings("ns").Create(row.Ctx,
			&v1beta2.Serving{
				ObjectMeta: metav1.ObjectMeta{GenerateName: "s-", Name: name},
				Spec:       v1beta2.ServingSpec{Image: "registry.example.com/team/hello:v1"},
			}, metav1.CreateOptions{})
		if !errors.Is(err, want) {
			t.Errorf("Create(%q) = %v, want %v", name, err, want)
		}
	}
}
