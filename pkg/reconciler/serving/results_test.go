/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package serving

import (
	"context"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/controller"
	"knative.dev/pkg/kmeta"
	rtesting "knative.dev/pkg/reconciler/testing"

	"openfunction.dev/openfunction/pkg/apis/functions"
	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	functionruntime "openfunction.dev/openfunction/pkg/runtime"
	"openfunction.dev/openfunction/pkg/runtime/async"
	"openfunction.dev/openfunction/pkg/runtime/dapr"
	"openfunction.dev/openfunction/pkg/runtime/knative"
	. "openfunction.dev/openfunction/pkg/testing"
)

// eventRuntime is a fake runtime with a scaler, which is created after the pods were
// ready.
type eventRuntime struct {
	async.Runtime

	// statuses are the statuses of its triggers.
	statuses []v1beta2.TriggerStatus
	// refusal is the error that its plan returns.
	refusal error
	// held is the condition that blocks the scaler, nil if nothing does.
	held *apis.Condition
	// in is the input of the last plan.
	in *functionruntime.Input
	// plans counts the plans.
	plans *int
}

func (e eventRuntime) Plan(in *functionruntime.Input) (*functionruntime.Plan, error) {
	if e.in != nil {
		*e.in = *in
	}
	if e.plans != nil {
		*e.plans++
	}
	objects := workload(in.Serving)
	objects[len(objects)-1].Blocked = e.held
	revision := dapr.RevisionOf(in)
	return &functionruntime.Plan{
		Objects: objects, LogCommand: "kubectl logs events",
		Unresolved: revision.Unresolved, RequeueAfter: revision.RequeueAfter,
		Status: func(observed functionruntime.Observed) functionruntime.RevisionStatus {
			snapshot, _ := observed.Snapshot.(observation)
			return functionruntime.RevisionStatus{
				Triggers: e.statuses, Settling: snapshot.settling, Attention: snapshot.attention,
			}
		},
	}, e.refusal
}

// observation is the Snapshot of a fake observer.
type observation struct {
	settling  bool
	attention functionruntime.Attention
}

// observer is the fake Observer of the eventRuntime.
type observer struct {
	observation

	// pods are the pods by the names of their Servings.
	pods map[string][]*corev1.Pod
	// watched are the Servings that it watches, with the attention for each.
	watched map[string]functionruntime.Attention
}

var _ functionruntime.Observer = (*observer)(nil)

func (*observer) Run(<-chan struct{})                         {}
func (*observer) HasSynced() bool                             { return true }
func (*observer) OnChange(func(serving types.NamespacedName)) {}

func (o *observer) Pods(s *v1beta2.Serving) []*corev1.Pod { return o.pods[s.Name] }

func (o *observer) Observe(*v1beta2.Serving) functionruntime.Snapshot { return o.observation }

func (o *observer) Watch(s *v1beta2.Serving, attention functionruntime.Attention) {
	o.watched = map[string]functionruntime.Attention{s.Name: attention}
}

// observedBy sets o as the Observer of the eventRuntime.
func observedBy(o *observer) func(*Reconciler) {
	return func(r *Reconciler) { r.observers = functionruntime.Observers{functionruntime.Async: o} }
}

// workload returns the children for events: a Service, the pods and the scaler.
func workload(s *v1beta2.Serving) []child.Object {
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: s.Namespace, Name: name} }
	return []child.Object{
		{Resource: &corev1.Service{ObjectMeta: meta(s.Name + "-events")}},
		{Resource: &appsv1.Deployment{ObjectMeta: meta(s.Name)}, ConditionType: v1beta2.ServingConditionRevisionReady},
		{Resource: &corev1.ReplicationController{ObjectMeta: meta(s.Name)}, ConditionType: v1beta2.ServingConditionRevisionReady, After: true},
	}
}

// The children by their kinds; a ReplicationController stands for the scaler.
const (
	scaler = "ReplicationController"
	pods   = "Deployment"
)

// twoRuntimes installs one runtime for requests and one for events.
func twoRuntimes(events eventRuntime) func(*Reconciler) {
	return func(r *Reconciler) {
		r.runtimes = functionruntime.NewSet(knative.New(), events)
	}
}

// onBoth adds triggers for requests and for events.
func onBoth() WithServing {
	return spec(func(spec *v1beta2.ServingSpec) {
		spec.Triggers = &v1beta2.Triggers{
			HTTP: &v1beta2.HTTPTrigger{},
			Cron: []*v1beta2.CronTrigger{{Name: "nightly", Schedule: "0 3 * * *"}, {Name: "weekly", Schedule: "0 3 * * 0"}},
		}
	})
}

func both(options ...ServingOption) *v1beta2.Serving {
	return serving(append([]ServingOption{onBoth()}, options...)...)
}

// refs records the children of these kinds in addition to the Configuration.
func refs(kinds ...string) WithServing {
	return func(s *v1beta2.Serving) {
		s.Status.ResourceRef = map[string]string{"configuration.serving.knative.dev": name}
		for _, kind := range kinds {
			s.Status.ResourceRef[kind] = name
		}
		s.Status.ResourceRef["service"] = name + "-events"
	}
}

var (
	unscaled = refs("deployment.apps")
	scaled   = refs("deployment.apps", "replicationcontroller")
)

// resting puts the Serving in reserve.
func resting() WithServing {
	return func(s *v1beta2.Serving) {
		s.Labels = kmeta.UnionMaps(s.Labels, map[string]string{functions.RoutingStateLabelKey: functions.RoutingStateReserve})
	}
}

// bothReport sets the status that follows if cond is the condition of all children
// together.
func bothReport(cond *apis.Condition) WithServing {
	return func(s *v1beta2.Serving) {
		reports(cond)(s)
		s.Status.Runtime = "knative,async"
	}
}

func bothStart(logs string) WithServing {
	return func(s *v1beta2.Serving) {
		bothReport(nil)(s)
		s.Status.MarkStarting("waiting to get ready" + logs)
	}
}

const eventsLog = "; see the log: kubectl logs events"

var (
	ready    = []ChildOption{ReadyChild("Configuration", name), ReadyChild(pods, name), ReadyChild(scaler, name)}
	onItsWay = &apis.Condition{Status: corev1.ConditionUnknown, Reason: "MinimumReplicasUnavailable", Message: "0 of 1"}
)

func TestTwoRuntimes(t *testing.T) {
	made := both()
	made.SetDefaults(context.Background())
	all := append([]child.Object{configuration(made)}, workload(made)...)
	rtesting.TableTest{{
		Name:    "the children of both runtimes are created in order",
		Key:     key,
		Objects: []runtime.Object{both()},
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantApplied(all...), WantPruned(all...),
		},
		WantStatusUpdates: status(both(bothStart(logHint), unscaled)),
	}, {
		Name:              "while the pods for events start, the log command is theirs",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     Observe(ReadyChild("Configuration", name), Child(pods, name, onItsWay)),
		WantStatusUpdates: status(both(bothStart(eventsLog), unscaled)),
	}, {
		Name:              "the scaler exists and has not reported yet",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), unscaled)},
		OtherTestData:     Observe(ReadyChild("Configuration", name), ReadyChild(pods, name)),
		WantStatusUpdates: status(both(bothStart(eventsLog), scaled)),
	}, {
		Name:              "all children are ready",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData:     Observe(ready...),
		WantStatusUpdates: status(both(bothReport(isTrue), scaled)),
	}, {
		Name:          "a resync of a ready Serving writes nothing",
		Key:           key,
		Objects:       []runtime.Object{both(bothReport(isTrue), scaled)},
		OtherTestData: Observe(ready...),
	}, {
		Name:              "a failed child is reported before a starting one",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(logHint), unscaled)},
		OtherTestData:     Observe(FailedChild(pods, name, "ReplicaFailure", "quota.")),
		WantStatusUpdates: status(both(bothReport(failed("ReplicaFailure", "quota"+eventsLog)), unscaled)),
	}, {
		Name:              "the first of two failed children is reported",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     Observe(Child("Configuration", name, crashing), FailedChild(pods, name, "ReplicaFailure", "quota")),
		WantStatusUpdates: status(both(bothReport(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)), unscaled)),
	}, {
		Name:          "a missing product of one runtime does not block the other",
		Key:           key,
		Objects:       []runtime.Object{both()},
		OtherTestData: Observe(AbsentChild("Service", name+"-events", failed("DaprNotInstalled", "an administrator installs it"))),
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantApplied(all[:2]...), WantPruned(all...),
		},
		WantStatusUpdates: status(both(bothReport(failed("DaprNotInstalled", "an administrator installs it")), withoutRef())),
	}, {
		Name:          "a ready revision that scales keeps its status",
		Key:           key,
		Objects:       []runtime.Object{both(bothReport(isTrue), scaled, aMinute(), WithCreationTime(now.Add(-2*time.Minute)))},
		OtherTestData: Observe(ReadyChild("Configuration", name), Child(pods, name, onItsWay), ReadyChild(scaler, name)),
	}, {
		Name:          "a failing scaler does not change a ready revision in reserve",
		Key:           key,
		Objects:       []runtime.Object{both(bothReport(isTrue), scaled, resting())},
		OtherTestData: Observe(ReadyChild("Configuration", name), ReadyChild(pods, name), FailedChild(scaler, name, "Conflict", "modified")),
	}, {
		Name:              "a failing scaler makes an active revision unknown",
		Key:               key,
		Objects:           []runtime.Object{both(bothReport(isTrue), scaled)},
		OtherTestData:     Observe(ReadyChild("Configuration", name), ReadyChild(pods, name), FailedChild(scaler, name, "Conflict", "modified")),
		WantStatusUpdates: status(both(bothReport(failed("Conflict", "modified"+eventsLog)), scaled)),
	}, {
		Name:              "a revision in reserve that was never ready does not become ready",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(logHint), scaled, resting())},
		OtherTestData:     Observe(ReadyChild("Configuration", name), ReadyChild(pods, name), FailedChild(scaler, name, "Conflict", "modified")),
		WantStatusUpdates: status(both(bothReport(failed("Conflict", "modified"+eventsLog)), scaled, resting())),
	}, {
		Name:              "a revision that only serves requests reports its failure",
		Key:               key,
		Objects:           []runtime.Object{both(bothReport(isTrue), scaled)},
		OtherTestData:     Observe(Child("Configuration", name, onItsWay), ReadyChild(pods, name), ReadyChild(scaler, name)),
		WantStatusUpdates: status(both(bothStart(logHint), scaled)),
	}}.Test(t, factory(twoRuntimes(eventRuntime{})))
}

// A child that its runtime blocks does not delay the Serving.
func TestBlockedChild(t *testing.T) {
	observed := Observe(ReadyChild("Configuration", name), ReadyChild(pods, name))
	rtesting.TableTest{{
		Name:              "a blocked child does not prevent readiness",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     observed,
		WantStatusUpdates: status(both(bothReport(isTrue), unscaled)),
	}, {
		Name:          "a resync writes nothing",
		Key:           key,
		Objects:       []runtime.Object{both(bothReport(isTrue), unscaled)},
		OtherTestData: observed,
	}}.Test(t, factory(twoRuntimes(eventRuntime{held: isTrue})))
}

func TestRejectedPlans(t *testing.T) {
	rtesting.TableTest{{
		Name:              "a plan that fails prevents the children of both runtimes",
		Key:               key,
		Objects:           []runtime.Object{both()},
		WantStatusUpdates: status(both(bothReport(failed(v1beta2.ReasonRejected, "boom")), withoutRef())),
		PostConditions:    nothing,
	}}.Test(t, factory(twoRuntimes(eventRuntime{refusal: errBoom})))
	rtesting.TableTest{{
		Name:              "a missing runtime is named, and no child is created",
		Key:               key,
		Objects:           []runtime.Object{both()},
		WantStatusUpdates: status(both(unknownRuntime("async"), WithServing(func(s *v1beta2.Serving) { s.Status.Runtime = "knative,async" }))),
		PostConditions:    nothing,
	}}.Test(t, factory())
}

func TestFailureToApplyTwoRuntimes(t *testing.T) {
	rtesting.TableTest{{
		Name:              "every child is applied, and both failures are reported",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     Observe(ApplyFails(errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "%v\n%v", errBoom, errBoom)},
		WantStatusUpdates: status(both(bothStart(logHint), unscaled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantNotPruned},
	}, {
		Name:    "a child that is retried later does not hide the failure of another",
		Key:     key,
		Objects: []runtime.Object{both()},
		OtherTestData: Observe(ChildFails("Configuration", name, controller.NewRequeueAfter(time.Minute)),
			ChildFails(pods, name, errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "%v", errBoom)},
		WantStatusUpdates: status(both(bothStart(logHint), unscaled)),
	}}.Test(t, factory(twoRuntimes(eventRuntime{})))
}
