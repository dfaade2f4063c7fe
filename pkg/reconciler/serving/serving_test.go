/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgotesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/logging"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	functionsclient "openfunction.dev/openfunction/pkg/client/injection/client"
	servingreconciler "openfunction.dev/openfunction/pkg/client/injection/reconciler/functions/v1beta2/serving"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	"openfunction.dev/openfunction/pkg/runtime/runtimetest"
	. "openfunction.dev/openfunction/pkg/testing"
)

const (
	ns      = "team"
	name    = "hello-5fca1b20d9"
	key     = ns + "/" + name
	logHint = "; see the log: kubectl logs -n team -l serving.knative.dev/configuration=hello-5fca1b20d9 -c function --tail=50"
)

var (
	now      = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	errBoom  = errors.New("boom")
	isTrue   = &apis.Condition{Status: corev1.ConditionTrue}
	crashing = &apis.Condition{Status: corev1.ConditionFalse, Reason: "RevisionFailed", Message: `Revision "x" failed with message: 100% sure.`}
)

// enqueued collects what a row asked to look at later.
type enqueued []time.Duration

type enqueuedKey struct{}

// foundKey is where the context of a row holds the objects of others.
type foundKey struct{}

func factory(options ...func(*Reconciler)) rtesting.Factory {
	return MakeFactory(func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		var found child.Tracker = Found(nil)
		if finder, ok := ctx.Value(foundKey{}).(child.Tracker); ok {
			found = finder
		}
		r := &Reconciler{
			servings:   listers.Servings(),
			runtimes:   functionruntime.NewSet(knative.New()),
			children:   children,
			references: found,
			clock:      clocktesting.NewFakePassiveClock(now),
			enqueueAfter: func(_ any, after time.Duration) {
				if later, ok := ctx.Value(enqueuedKey{}).(*enqueued); ok {
					*later = append(*later, after)
				}
			},
		}
		for _, option := range options {
			option(r)
		}
		return servingreconciler.NewReconciler(ctx, logging.FromContext(ctx), functionsclient.Get(ctx),
			listers.ServingLister(), controller.GetEventRecorder(ctx), r)
	}, knative.AddToScheme)
}

func spec(change func(*v1beta2.ServingSpec)) WithServing {
	return func(s *v1beta2.Serving) { change(&s.Spec) }
}

// aMinute is the time that a Serving may take.
func aMinute() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) { spec.Timeout = &metav1.Duration{Duration: time.Minute} })
}

func engine(engine v1beta2.HTTPEngine) WithServing {
	return spec(func(spec *v1beta2.ServingSpec) {
		spec.Triggers = &v1beta2.Triggers{HTTP: &v1beta2.HTTPTrigger{Engine: &engine}}
	})
}

func hostNetwork() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) { spec.Template = &corev1.PodSpec{HostNetwork: true} })
}

// says sets the status as it is when the Configuration reported cond.
func says(cond *apis.Condition) WithServing {
	return func(s *v1beta2.Serving) {
		WithInitialConditions()(s)
		s.Status.Runtime = "knative"
		s.Status.ResourceRef = map[string]string{"configuration.serving.knative.dev": name}
		s.Status.PropagateRevision(cond)
	}
}

// starting sets the status as it is while nothing is known but that it starts.
func starting() WithServing {
	return func(s *v1beta2.Serving) {
		says(nil)(s)
		s.Status.MarkStarting("waiting to get ready" + logHint)
	}
}

func withoutRef() WithServing {
	return func(s *v1beta2.Serving) { s.Status.ResourceRef = nil }
}

func failed(reason, message string) *apis.Condition {
	return &apis.Condition{Status: corev1.ConditionFalse, Reason: reason, Message: message}
}

func timedOut(message string) WithServing {
	return func(s *v1beta2.Serving) {
		says(nil)(s)
		s.Status.MarkTimeout(message)
	}
}

func serving(options ...ServingOption) *v1beta2.Serving {
	image := spec(func(spec *v1beta2.ServingSpec) {
		spec.Image = "registry.example.com/team/hello@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
		spec.Version = new("v1")
	})
	return Serving(ns, name, slices.Concat([]ServingOption{WithCreationTime(now), image}, options)...)
}

func configuration(s *v1beta2.Serving) child.Object {
	s = s.DeepCopy()
	s.SetDefaults(context.Background())
	objects, err := runtimetest.Objects(context.Background(), knative.New(), s)
	if err != nil {
		panic(err)
	}
	return objects[0]
}

func status(s *v1beta2.Serving) []clientgotesting.UpdateActionImpl {
	return []clientgotesting.UpdateActionImpl{{Object: s}}
}

func TestReconcileKind(t *testing.T) {
	table := rtesting.TableTest{{
		Name: "a key that is none",
		Key:  "a/b/c",
	}, {
		Name: "a Serving that is gone",
		Key:  key,
	}, {
		Name:    "new: what runs it is made",
		Key:     key,
		Objects: []runtime.Object{serving()},
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantApplied(configuration(serving())), WantPruned(configuration(serving())),
		},
		WantStatusUpdates: status(serving(starting())),
	}, {
		Name:          "on its way: nothing changes, nothing is written",
		Key:           key,
		Objects:       []runtime.Object{serving(starting())},
		OtherTestData: Observe(Child("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Deploying", Message: "1 of 2"})),
	}, {
		Name:              "ready",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(serving(says(isTrue))),
	}, {
		Name:          "ready: a resync writes nothing",
		Key:           key,
		Objects:       []runtime.Object{serving(says(isTrue))},
		OtherTestData: Observe(ReadyChild("Configuration", name)),
	}, {
		Name:          "ready and scaled to zero and back: its Configuration stays True, nothing is written",
		Key:           key,
		Objects:       []runtime.Object{serving(says(isTrue), aMinute(), WithCreationTime(now.Add(-time.Hour)))},
		OtherTestData: Observe(ReadyChild("Configuration", name)),
	}, {
		Name:              "failed: the cause and the command that shows the log",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(Child("Configuration", name, crashing)),
		WantStatusUpdates: status(serving(says(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)))),
	}, {
		Name:          "failed: a resync writes nothing",
		Key:           key,
		Objects:       []runtime.Object{serving(says(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)))},
		OtherTestData: Observe(Child("Configuration", name, crashing)),
	}, {
		Name:              "a long cause is cut between letters, the command is not",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "1"+strings.Repeat("é", 500))),
		WantStatusUpdates: status(serving(says(failed("RevisionFailed", "1"+strings.Repeat("é", 278)+"…"+logHint)))),
	}, {
		Name:              "what a container printed is told on one line, without its colours",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "failed with: \x1b[31;1mERROR:\x1b[0m no\r\n\tbash  here\x07 in https://ada:s3cr3t@x/\n.")),
		WantStatusUpdates: status(serving(says(failed("RevisionFailed", "failed with: ERROR: no bash here in https://x/"+logHint)))),
	}, {
		Name:              "failed once, ready after all",
		Key:               key,
		Objects:           []runtime.Object{serving(says(failed("RevisionFailed", "x")))},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(serving(says(isTrue))),
	}, {
		Name:              "a crash of what was ready is told",
		Key:               key,
		Objects:           []runtime.Object{serving(says(isTrue))},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "x")),
		WantStatusUpdates: status(serving(says(failed("RevisionFailed", "x"+logHint)))),
	}, {
		Name:              "product not installed: there is no log to see",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, failed("KnativeNotInstalled", "install it"))),
		WantStatusUpdates: status(serving(says(failed("KnativeNotInstalled", "install it")), withoutRef())),
	}, {
		Name:          "what cannot be seen at the moment is no reason to doubt what was ready",
		Key:           key,
		Objects:       []runtime.Object{serving(says(isTrue))},
		OtherTestData: Observe(AbsentChild("Configuration", name, nil)),
	}, {
		Name:              "what cannot be seen and was never ready is waited for",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, nil)),
		WantStatusUpdates: status(serving(says(nil), withoutRef())),
	}, {
		Name:              "what cannot be made yet says why, and has no log",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Later", Message: "soon"})),
		WantStatusUpdates: status(serving(says(&apis.Condition{Status: corev1.ConditionUnknown, Reason: "Later", Message: "soon"}), withoutRef())),
	}, {
		Name:              "no such runtime",
		Key:               key,
		Objects:           []runtime.Object{serving(engine("other"))},
		WantStatusUpdates: status(serving(engine("other"), unknownRuntime("other"))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "a template that may not be: the field is named, nothing is made",
		Key:               key,
		Objects:           []runtime.Object{serving(hostNetwork())},
		WantStatusUpdates: status(serving(hostNetwork(), says(failed("Rejected", "template.hostNetwork: Forbidden: a function's pod may not have it")), withoutRef())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "applying fails: it is tried again and nothing is pruned",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, nil), ApplyFails(errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
		WantStatusUpdates: status(serving(says(nil), withoutRef())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantNotPruned},
	}, {
		Name:          "applying fails: what was ready stays so",
		Key:           key,
		Objects:       []runtime.Object{serving(says(isTrue))},
		OtherTestData: Observe(Child("Configuration", name, nil), ApplyFails(errBoom)),
		WantErr:       true,
		WantEvents:    []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
	}, {
		Name:              "applying is forbidden: both told and tried again",
		Key:               key,
		Objects:           []runtime.Object{serving(says(isTrue))},
		OtherTestData:     Observe(AbsentChild("Configuration", name, failed("Forbidden", "no")), ApplyFails(errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
		WantStatusUpdates: status(serving(says(failed("Forbidden", "no")))),
	}, {
		Name:          "pruning fails: it is tried again",
		Key:           key,
		Objects:       []runtime.Object{serving(says(isTrue))},
		OtherTestData: Observe(ReadyChild("Configuration", name), PruneFails(errBoom)),
		WantErr:       true,
		WantEvents:    []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
	}, {
		Name:              "the status update fails",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		WithReactors:      []clientgotesting.ReactionFunc{rtesting.InduceFailure("update", "servings")},
		WantErr:           true,
		WantStatusUpdates: status(serving(starting())),
		WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "UpdateFailed",
			"Failed to update status for %q: inducing failure for update servings", name)},
	}, {
		Name:    "being deleted",
		Key:     key,
		Objects: []runtime.Object{serving(says(isTrue), WithDeletionTime(now))},
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantApplied(), WantNotPruned,
		},
	}}
	table.Test(t, factory())
}

func unknownRuntime(name string) WithServing {
	return func(s *v1beta2.Serving) {
		WithInitialConditions()(s)
		s.Status.Runtime = name
		s.Status.MarkRuntimeUnknown(name)
	}
}

func TestTimeout(t *testing.T) {
	const late = "not ready though the 1m0s that it may take have passed"
	later := make(map[string]*enqueued)
	ctx := func(row string) context.Context {
		later[row] = &enqueued{}
		return context.WithValue(context.Background(), enqueuedKey{}, later[row])
	}
	old := []ServingOption{aMinute(), WithCreationTime(now.Add(-time.Minute))}
	with := func(options ...ServingOption) *v1beta2.Serving { return serving(append(old, options...)...) }

	table := rtesting.TableTest{{
		Name:              "some time left",
		Key:               key,
		Ctx:               ctx("some time left"),
		Objects:           []runtime.Object{serving(aMinute(), WithCreationTime(now.Add(-45*time.Second)))},
		WantStatusUpdates: status(serving(aMinute(), WithCreationTime(now.Add(-45*time.Second)), starting())),
	}, {
		Name:              "no time left",
		Key:               key,
		Ctx:               ctx("no time left"),
		Objects:           []runtime.Object{with(starting())},
		WantStatusUpdates: status(with(timedOut(late + logHint))),
	}, {
		Name:              "no time left, and a cause",
		Key:               key,
		Ctx:               ctx("no time left, and a cause"),
		Objects:           []runtime.Object{with(starting())},
		OtherTestData:     Observe(Child("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Deploying", Message: "0 of 1"})),
		WantStatusUpdates: status(with(timedOut(late + "; last seen: Deploying 0 of 1" + logHint))),
	}, {
		Name:              "no time left, and no more known than that it waits",
		Key:               key,
		Ctx:               ctx("no time left, and no more known than that it waits"),
		Objects:           []runtime.Object{with(starting())},
		OtherTestData:     Observe(Child("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending})),
		WantStatusUpdates: status(with(timedOut(late + logHint))),
	}, {
		Name:    "a resync after that writes nothing",
		Key:     key,
		Ctx:     ctx("a resync after that writes nothing"),
		Objects: []runtime.Object{with(timedOut(late + logHint))},
	}, {
		Name:              "late, and failed for a known cause",
		Key:               key,
		Ctx:               ctx("late, and failed for a known cause"),
		Objects:           []runtime.Object{with(timedOut(late + logHint))},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "x")),
		WantStatusUpdates: status(with(says(failed("RevisionFailed", "x"+logHint)))),
	}, {
		Name:              "late, but ready after all",
		Key:               key,
		Ctx:               ctx("late, but ready after all"),
		Objects:           []runtime.Object{with(timedOut(late + logHint))},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(with(says(isTrue))),
	}, {
		Name:              "ready in time",
		Key:               key,
		Ctx:               ctx("ready in time"),
		Objects:           []runtime.Object{serving(aMinute(), starting())},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(serving(aMinute(), says(isTrue))),
	}}
	table.Test(t, factory())

	for row, got := range later {
		var want enqueued
		if row == "some time left" {
			want = enqueued{15 * time.Second}
		}
		if !slices.Equal(want, *got) {
			t.Errorf("%s: asked to look again after %v, want %v", row, *got, want)
		}
	}
}
