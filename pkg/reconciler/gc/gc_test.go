/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package gc

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/logging"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	functionreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/function"
	"openfunction.dev/openfunction/pkg/reconciler/function/resources"
	. "openfunction.dev/openfunction/pkg/testing"
)

var now = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

// settledFunction returns a function whose active Serving is good.
func settledFunction() *v1beta2.Function {
	return Function("ns", "hello", WithFunction(func(fn *v1beta2.Function) {
		fn.Spec.Build, fn.Spec.Serving = &v1beta2.BuildSpec{}, &v1beta2.WorkloadSpec{}
		fn.Status.ObservedGeneration = fn.Generation
		fn.Status.MarkBuildNotRequired()
		fn.Status.MarkServingNotRequired()
		fn.Status.PropagateRoute(&apis.Condition{Status: corev1.ConditionTrue})
		fn.Status.InUse = &v1beta2.FunctionInUse{Serving: "good"}
	}))
}

// currentBuilder returns the name of the Builder of settledFunction.
func currentBuilder() string {
	b, err := resources.MakeBuilder(settledFunction())
	if err != nil {
		panic(err)
	}
	return b.Name
}

func ofFunction() Option {
	return func(o Object) {
		WithOwner(settledFunction())(o)
		WithLabel(functions.FunctionLabelKey, "hello")(o)
	}
}

func succeeded() WithBuilder {
	return func(b *v1beta2.Builder) { b.Status.MarkSucceeded() }
}

func deletes(resource string, names ...string) []clientgotesting.DeleteActionImpl {
	var actions []clientgotesting.DeleteActionImpl
	for _, name := range names {
		actions = append(actions, clientgotesting.DeleteActionImpl{
			ActionImpl: clientgotesting.ActionImpl{
				Namespace: "ns", Verb: "delete", Resource: v1beta2.SchemeGroupVersion.WithResource(resource),
			},
			Name: name,
		})
	}
	return actions
}

func TestReconcileKind(t *testing.T) {
	inUse := []runtime.Object{
		settledFunction(), Serving("ns", "good", ofFunction()), Builder("ns", currentBuilder(), ofFunction(), succeeded()),
	}
	rtesting.TableTest{{
		Name: "a deleted Function is ignored",
		Key:  "ns/absent",
	}, {
		Name:    "everything is in use",
		Key:     "ns/hello",
		Objects: inUse,
	}, {
		Name: "children that are not in use are deleted",
		Key:  "ns/hello",
		Objects: append([]runtime.Object{
			Serving("ns", "old", ofFunction()), Builder("ns", "earlier", ofFunction(), succeeded()),
		}, inUse...),
		WantDeletes: append(deletes("servings", "old"), deletes("builders", "earlier")...),
	}, {
		Name: "children of another owner are kept",
		Key:  "ns/hello",
		Objects: append([]runtime.Object{
			Serving("ns", "spoof", WithLabel(functions.FunctionLabelKey, "hello")),
			Builder("ns", "spoof", WithLabel(functions.FunctionLabelKey, "hello"), succeeded()),
		}, inUse...),
	}, {
		Name: "a failure does not prevent other deletions",
		Key:  "ns/hello",
		Objects: append([]runtime.Object{
			Serving("ns", "old", ofFunction()), Builder("ns", "earlier", ofFunction(), succeeded()),
		}, inUse...),
		WithReactors: []clientgotesting.ReactionFunc{rtesting.InduceFailure("delete", "servings")},
		WantErr:      true,
		WantDeletes:  append(deletes("servings", "old"), deletes("builders", "earlier")...),
		WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError",
			"deleting Serving %q: inducing failure for delete servings", "old")},
	}}.Test(t, MakeFactory(newReconciler))
}

func newReconciler(ctx context.Context, listers *Listers, _ *Children) controller.Reconciler {
	r := &Reconciler{
		client:       functionsclient.Get(ctx),
		builders:     listers.Builders(),
		servings:     listers.Servings(),
		clock:        clocktesting.NewFakePassiveClock(now),
		enqueueAfter: func(any, time.Duration) {},
	}
	return functionreconciler.NewReconciler(ctx, logging.FromContext(ctx), functionsclient.Get(ctx),
		listers.FunctionLister(), controller.GetEventRecorder(ctx), r, controller.Options{SkipStatusUpdates: true})
}
