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
	client "openfunction.dev/openfunction/pkg/client/injection/client"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
	"openfunction.dev/openfunction/pkg/reconciler/owned"
)

// podReconciler serves by one pod, which is as little as a reconciler can do.
type podReconciler struct {
	children owned.Interface
}

func pod(name string) owned.Object {
	return owned.Object{
		Resource: &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}},
		Reports:  v1beta2.ServingConditionRevisionReady,
	}
}

func (r *podReconciler) ReconcileKind(ctx context.Context, s *v1beta2.Serving) reconciler.Event {
	objects := []owned.Object{pod(s.Name)}
	observations, err := r.children.Apply(ctx, s, objects)
	s.Status.PropagateRevision(owned.Summarize(observations, v1beta2.ServingConditionRevisionReady))
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
	if update(good); len(reports) != 0 {
		t.Errorf("A good update was reported: %v", reports)
	}
	bad := before.DeepCopy()
	bad.Status.Conditions = bad.Status.Conditions[:1]
	if update(bad); len(reports) == 0 || !strings.Contains(strings.Join(reports, "\n"), "vanishes") {
		t.Errorf("A bad update was not reported: %v", reports)
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
