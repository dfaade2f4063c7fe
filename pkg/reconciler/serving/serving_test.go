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

// enqueued collects the delays of requeued objects.
type enqueued []time.Duration

type enqueuedKey struct{}

// foundKey is the key of the referenced objects in the context of a row.
type foundKey struct{}

func factory(options ...func(*Reconciler)) rtesting.Factory {
	return MakeFactory(func(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
		var found child.Tracker = Found(nil)
		if finder, ok := ctx.Value(foundKey{}).(child.Tracker); ok {
			found = finder
		}
		r := &Reconciler{
			functions:  listers.Functions(),
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

// aMinute sets a timeout of one minute.
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

// reports sets the status that follows if the Configuration reports cond.
func reports(cond *apis.Condition) WithServing {
	return func(s *v1beta2.Serving) {
		WithInitialConditions()(s)
		s.Status.Runtime = "knative"
		s.Status.ResourceRef = map[string]string{"configuration.serving.knative.dev": name}
		s.Status.PropagateRevision(cond)
	}
}

// starting sets the status of a Serving whose children have not reported yet.
func starting() WithServing {
	return func(s *v1beta2.Serving) {
		reports(nil)(s)
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
		reports(nil)(s)
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
		Name: "a malformed key is ignored",
		Key:  "a/b/c",
	}, {
		Name: "a deleted Serving is ignored",
		Key:  key,
	}, {
		Name:    "the children of a new Serving are created",
		Key:     key,
		Objects: []runtime.Object{serving()},
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantApplied(configuration(serving())), WantPruned(configuration(serving())),
		},
		WantStatusUpdates: status(serving(starting())),
	}, {
		Name:          "a starting Serving without news is not written",
		Key:           key,
		Objects:       []runtime.Object{serving(starting())},
		OtherTestData: Observe(Child("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Deploying", Message: "1 of 2"})),
	}, {
		Name:              "a ready Serving",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(serving(reports(isTrue))),
	}, {
		Name:          "a resync of a ready Serving writes nothing",
		Key:           key,
		Objects:       []runtime.Object{serving(reports(isTrue))},
		OtherTestData: Observe(ReadyChild("Configuration", name)),
	}, {
		Name:          "scaling to zero and back writes nothing",
		Key:           key,
		Objects:       []runtime.Object{serving(reports(isTrue), aMinute(), WithCreationTime(now.Add(-time.Hour)))},
		OtherTestData: Observe(ReadyChild("Configuration", name)),
	}, {
		Name:              "a failure reports the cause and the log command",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(Child("Configuration", name, crashing)),
		WantStatusUpdates: status(serving(reports(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)))),
	}, {
		Name:          "a resync of a failed Serving writes nothing",
		Key:           key,
		Objects:       []runtime.Object{serving(reports(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)))},
		OtherTestData: Observe(Child("Configuration", name, crashing)),
	}, {
		Name:              "a long cause is truncated between characters, the log command is not",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "1"+strings.Repeat("é", 500))),
		WantStatusUpdates: status(serving(reports(failed("RevisionFailed", "1"+strings.Repeat("é", 278)+"…"+logHint)))),
	}, {
		Name:              "the output of a container is reported on one line, without colours",
		Key:               key,
		Objects:           []runtime.Object{serving(starting())},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "failed with: \x1b[31;1mERROR:\x1b[0m no\r\n\tbash  here\x07 in https://ada:s3cr3t@x/\n.")),
		WantStatusUpdates: status(serving(reports(failed("RevisionFailed", "failed with: ERROR: no bash here in https://x/"+logHint)))),
	}, {
		Name:              "a failed Serving becomes ready",
		Key:               key,
		Objects:           []runtime.Object{serving(reports(failed("RevisionFailed", "x")))},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(serving(reports(isTrue))),
	}, {
		Name:              "a crash of a ready Serving is reported",
		Key:               key,
		Objects:           []runtime.Object{serving(reports(isTrue))},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "x")),
		WantStatusUpdates: status(serving(reports(failed("RevisionFailed", "x"+logHint)))),
	}, {
		Name:              "a missing product has no log command",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, failed("KnativeNotInstalled", "install it"))),
		WantStatusUpdates: status(serving(reports(failed("KnativeNotInstalled", "install it")), withoutRef())),
	}, {
		Name:          "a child that cannot be read does not change a ready Serving",
		Key:           key,
		Objects:       []runtime.Object{serving(reports(isTrue))},
		OtherTestData: Observe(AbsentChild("Configuration", name, nil)),
	}, {
		Name:              "a child that cannot be read delays a Serving that was never ready",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, nil)),
		WantStatusUpdates: status(serving(reports(nil), withoutRef())),
	}, {
		Name:              "a blocked child reports why, without a log command",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Later", Message: "soon"})),
		WantStatusUpdates: status(serving(reports(&apis.Condition{Status: corev1.ConditionUnknown, Reason: "Later", Message: "soon"}), withoutRef())),
	}, {
		Name:              "an unknown runtime is reported",
		Key:               key,
		Objects:           []runtime.Object{serving(engine("other"))},
		WantStatusUpdates: status(serving(engine("other"), unknownRuntime("other"))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "a forbidden template names its field, and no child is created",
		Key:               key,
		Objects:           []runtime.Object{serving(hostNetwork())},
		WantStatusUpdates: status(serving(hostNetwork(), reports(failed("Rejected", "template.hostNetwork: Forbidden: not allowed in the pod of a function")), withoutRef())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(), WantNotPruned},
	}, {
		Name:              "a failed apply is retried, and nothing is pruned",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		OtherTestData:     Observe(AbsentChild("Configuration", name, nil), ApplyFails(errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
		WantStatusUpdates: status(serving(reports(nil), withoutRef())),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantNotPruned},
	}, {
		Name:          "a failed apply does not change a ready Serving",
		Key:           key,
		Objects:       []runtime.Object{serving(reports(isTrue))},
		OtherTestData: Observe(Child("Configuration", name, nil), ApplyFails(errBoom)),
		WantErr:       true,
		WantEvents:    []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
	}, {
		Name:              "a forbidden apply is reported and retried",
		Key:               key,
		Objects:           []runtime.Object{serving(reports(isTrue))},
		OtherTestData:     Observe(AbsentChild("Configuration", name, failed("Forbidden", "no")), ApplyFails(errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
		WantStatusUpdates: status(serving(reports(failed("Forbidden", "no")))),
	}, {
		Name:          "a failed prune is retried",
		Key:           key,
		Objects:       []runtime.Object{serving(reports(isTrue))},
		OtherTestData: Observe(ReadyChild("Configuration", name), PruneFails(errBoom)),
		WantErr:       true,
		WantEvents:    []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
	}, {
		Name:              "a failed status update is retried",
		Key:               key,
		Objects:           []runtime.Object{serving()},
		WithReactors:      []clientgotesting.ReactionFunc{rtesting.InduceFailure("update", "servings")},
		WantErr:           true,
		WantStatusUpdates: status(serving(starting())),
		WantEvents: []string{rtesting.Eventf(corev1.EventTypeWarning, "UpdateFailed",
			"Failed to update status for %q: inducing failure for update servings", name)},
	}, {
		Name:    "a Serving that is being deleted is not reconciled",
		Key:     key,
		Objects: []runtime.Object{serving(reports(isTrue), WithDeletionTime(now))},
		WantErr: true, // the planned end
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
	const late = "not ready within the timeout of 1m0s"
	later := make(map[string]*enqueued)
	ctx := func(row string) context.Context {
		later[row] = &enqueued{}
		return context.WithValue(context.Background(), enqueuedKey{}, later[row])
	}
	old := []ServingOption{aMinute(), WithCreationTime(now.Add(-time.Minute))}
	with := func(options ...ServingOption) *v1beta2.Serving { return serving(append(old, options...)...) }

	table := rtesting.TableTest{{
		Name:              "before the deadline the Serving is requeued",
		Key:               key,
		Ctx:               ctx("before the deadline the Serving is requeued"),
		Objects:           []runtime.Object{serving(aMinute(), WithCreationTime(now.Add(-45*time.Second)))},
		WantStatusUpdates: status(serving(aMinute(), WithCreationTime(now.Add(-45*time.Second)), starting())),
	}, {
		Name:              "after the deadline the Serving fails",
		Key:               key,
		Ctx:               ctx("after the deadline the Serving fails"),
		Objects:           []runtime.Object{with(starting())},
		WantStatusUpdates: status(with(timedOut(late + logHint))),
	}, {
		Name:              "after the deadline the Serving fails with its cause",
		Key:               key,
		Ctx:               ctx("after the deadline the Serving fails with its cause"),
		Objects:           []runtime.Object{with(starting())},
		OtherTestData:     Observe(Child("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: "Deploying", Message: "0 of 1"})),
		WantStatusUpdates: status(with(timedOut(late + "; last seen: Deploying 0 of 1" + logHint))),
	}, {
		Name:              "after the deadline a pending Serving fails",
		Key:               key,
		Ctx:               ctx("after the deadline a pending Serving fails"),
		Objects:           []runtime.Object{with(starting())},
		OtherTestData:     Observe(Child("Configuration", name, &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending})),
		WantStatusUpdates: status(with(timedOut(late + logHint))),
	}, {
		Name:    "a resync after the deadline writes nothing",
		Key:     key,
		Ctx:     ctx("a resync after the deadline writes nothing"),
		Objects: []runtime.Object{with(timedOut(late + logHint))},
	}, {
		Name:              "a known failure replaces the timeout",
		Key:               key,
		Ctx:               ctx("a known failure replaces the timeout"),
		Objects:           []runtime.Object{with(timedOut(late + logHint))},
		OtherTestData:     Observe(FailedChild("Configuration", name, "RevisionFailed", "x")),
		WantStatusUpdates: status(with(reports(failed("RevisionFailed", "x"+logHint)))),
	}, {
		Name:              "a Serving that becomes ready after its deadline is ready",
		Key:               key,
		Ctx:               ctx("a Serving that becomes ready after its deadline is ready"),
		Objects:           []runtime.Object{with(timedOut(late + logHint))},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(with(reports(isTrue))),
	}, {
		Name:              "a Serving that is ready in time is not requeued",
		Key:               key,
		Ctx:               ctx("a Serving that is ready in time is not requeued"),
		Objects:           []runtime.Object{serving(aMinute(), starting())},
		OtherTestData:     Observe(ReadyChild("Configuration", name)),
		WantStatusUpdates: status(serving(aMinute(), reports(isTrue))),
	}}
	table.Test(t, factory())

	for row, got := range later {
		var want enqueued
		if row == "before the deadline the Serving is requeued" {
			want = enqueued{15 * time.Second}
		}
		if !slices.Equal(want, *got) {
			t.Errorf("%s: requeued after %v, want %v", row, *got, want)
		}
	}
}
