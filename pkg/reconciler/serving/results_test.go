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

// eventRuntime stands for a runtime that scales what events call once it was up.
type eventRuntime struct {
	async.Runtime

	// statuses are the status of its triggers.
	statuses []v1beta2.TriggerStatus
	// refusal is the error of its plan.
	refusal error
	// held is why the scaler is blocked; nil if it is not.
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

// observation is the Snapshot of an observer.
type observation struct {
	settling  bool
	attention functionruntime.Attention
}

// observer stands for the Observer of the eventRuntime.
type observer struct {
	observation

	// pods are the pods by the names of their Servings.
	pods map[string][]*corev1.Pod
	// watched are the Servings that it was asked to watch, and how closely.
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

// observedBy makes o the Observer of the eventRuntime.
func observedBy(o *observer) func(*Reconciler) {
	return func(r *Reconciler) { r.observers = functionruntime.Observers{functionruntime.Async: o} }
}

// workload is what is in front of pods, the pods, and what scales them.
func workload(s *v1beta2.Serving) []child.Object {
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: s.Namespace, Name: name} }
	return []child.Object{
		{Resource: &corev1.Service{ObjectMeta: meta(s.Name + "-events")}},
		{Resource: &appsv1.Deployment{ObjectMeta: meta(s.Name)}, ConditionType: v1beta2.ServingConditionRevisionReady},
		{Resource: &corev1.ReplicationController{ObjectMeta: meta(s.Name)}, ConditionType: v1beta2.ServingConditionRevisionReady, After: true},
	}
}

// The children by their kinds; a ReplicationController stands for what scales.
const (
	scaler = "ReplicationController"
	pods   = "Deployment"
)

// twoRuntimes has one runtime for requests and one for events.
func twoRuntimes(events eventRuntime) func(*Reconciler) {
	return func(r *Reconciler) {
		r.runtimes = functionruntime.NewSet(knative.New(), events)
	}
}

// onBoth is called by requests and by events.
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

// refs records the children of these kinds, besides the Configuration.
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

// bothSay sets the status as it is when cond is what the parts say together.
func bothSay(cond *apis.Condition) WithServing {
	return func(s *v1beta2.Serving) {
		says(cond)(s)
		s.Status.Runtime = "knative,async"
	}
}

func bothStart(logs string) WithServing {
	return func(s *v1beta2.Serving) {
		bothSay(nil)(s)
		s.Status.MarkStarting("waiting to get ready" + logs)
	}
}

const eventsLog = "; see the log: kubectl logs events"

var (
	ready    = []ChildOption{ReadyChild("Configuration", name), ReadyChild(pods, name), ReadyChild(scaler, name)}
	onItsWay = &apis.Condition{Status: corev1.ConditionUnknown, Reason: "MinimumReplicasUnavailable", Message: "0 of 1"}
)

func TestParts(t *testing.T) {
	made := both()
	made.SetDefaults(context.Background())
	all := append([]child.Object{configuration(made)}, workload(made)...)
	rtesting.TableTest{{
		Name:    "new: each runtime makes its own, in order",
		Key:     key,
		Objects: []runtime.Object{both()},
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantApplied(all...), WantPruned(all...),
		},
		WantStatusUpdates: status(both(bothStart(logHint), unscaled)),
	}, {
		Name:              "requests are answered and the pods for events start: the log is theirs, nothing looks missing",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     Observe(ReadyChild("Configuration", name), Child(pods, name, onItsWay)),
		WantStatusUpdates: status(both(bothStart(eventsLog), unscaled)),
	}, {
		Name:              "what scales was made and has not spoken",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), unscaled)},
		OtherTestData:     Observe(ReadyChild("Configuration", name), ReadyChild(pods, name)),
		WantStatusUpdates: status(both(bothStart(eventsLog), scaled)),
	}, {
		Name:              "all are ready",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(eventsLog), scaled)},
		OtherTestData:     Observe(ready...),
		WantStatusUpdates: status(both(bothSay(isTrue), scaled)),
	}, {
		Name:          "all are ready: a resync writes nothing",
		Key:           key,
		Objects:       []runtime.Object{both(bothSay(isTrue), scaled)},
		OtherTestData: Observe(ready...),
	}, {
		Name:              "what failed speaks before what starts, whichever comes first",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(logHint), unscaled)},
		OtherTestData:     Observe(FailedChild(pods, name, "ReplicaFailure", "quota.")),
		WantStatusUpdates: status(both(bothSay(failed("ReplicaFailure", "quota"+eventsLog)), unscaled)),
	}, {
		Name:              "of two that failed the first speaks",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     Observe(Child("Configuration", name, crashing), FailedChild(pods, name, "ReplicaFailure", "quota")),
		WantStatusUpdates: status(both(bothSay(failed("RevisionFailed", `Revision "x" failed with message: 100% sure`+logHint)), unscaled)),
	}, {
		Name:          "one lacks its product: the other is made all the same",
		Key:           key,
		Objects:       []runtime.Object{both()},
		OtherTestData: Observe(AbsentChild("Service", name+"-events", failed("DaprNotInstalled", "an administrator installs it"))),
		PostConditions: []func(*testing.T, *rtesting.TableRow){
			WantApplied(all[:2]...), WantPruned(all...),
		},
		WantStatusUpdates: status(both(bothSay(failed("DaprNotInstalled", "an administrator installs it")), withoutRef())),
	}, {
		Name:          "pods of a version that was ready come and go: nothing is written",
		Key:           key,
		Objects:       []runtime.Object{both(bothSay(isTrue), scaled, aMinute(), WithCreationTime(now.Add(-2*time.Minute)))},
		OtherTestData: Observe(ReadyChild("Configuration", name), Child(pods, name, onItsWay), ReadyChild(scaler, name)),
	}, {
		Name:          "a version that rests stays ready, whatever what scales says: nothing is written",
		Key:           key,
		Objects:       []runtime.Object{both(bothSay(isTrue), scaled, resting())},
		OtherTestData: Observe(ReadyChild("Configuration", name), ReadyChild(pods, name), FailedChild(scaler, name, "Conflict", "modified")),
	}, {
		Name:              "one that does not rest is doubted",
		Key:               key,
		Objects:           []runtime.Object{both(bothSay(isTrue), scaled)},
		OtherTestData:     Observe(ReadyChild("Configuration", name), ReadyChild(pods, name), FailedChild(scaler, name, "Conflict", "modified")),
		WantStatusUpdates: status(both(bothSay(failed("Conflict", "modified"+eventsLog)), scaled)),
	}, {
		Name:              "one that rests and was not ready becomes no readier",
		Key:               key,
		Objects:           []runtime.Object{both(bothStart(logHint), scaled, resting())},
		OtherTestData:     Observe(ReadyChild("Configuration", name), ReadyChild(pods, name), FailedChild(scaler, name, "Conflict", "modified")),
		WantStatusUpdates: status(both(bothSay(failed("Conflict", "modified"+eventsLog)), scaled, resting())),
	}, {
		Name:              "a version that answers requests alone is doubted when it says so",
		Key:               key,
		Objects:           []runtime.Object{both(bothSay(isTrue), scaled)},
		OtherTestData:     Observe(Child("Configuration", name, onItsWay), ReadyChild(pods, name), ReadyChild(scaler, name)),
		WantStatusUpdates: status(both(bothStart(logHint), scaled)),
	}}.Test(t, factory(twoRuntimes(eventRuntime{})))
}

// What a runtime does not want to be made is missed by nobody.
func TestPartThatIsHeld(t *testing.T) {
	observed := Observe(ReadyChild("Configuration", name), ReadyChild(pods, name))
	rtesting.TableTest{{
		Name:              "all else is ready, and so is the version",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     observed,
		WantStatusUpdates: status(both(bothSay(isTrue), unscaled)),
	}, {
		Name:          "a resync writes nothing",
		Key:           key,
		Objects:       []runtime.Object{both(bothSay(isTrue), unscaled)},
		OtherTestData: observed,
	}}.Test(t, factory(twoRuntimes(eventRuntime{held: isTrue})))
}

func TestPartsThatCannotBe(t *testing.T) {
	rtesting.TableTest{{
		Name:              "one refuses the spec: nothing of the other is made",
		Key:               key,
		Objects:           []runtime.Object{both()},
		WantStatusUpdates: status(both(bothSay(failed(v1beta2.ReasonRejected, "boom")), withoutRef())),
		PostConditions:    nothing,
	}}.Test(t, factory(twoRuntimes(eventRuntime{refusal: errBoom})))
	rtesting.TableTest{{
		Name:              "one is not plugged in: it is named, nothing is made",
		Key:               key,
		Objects:           []runtime.Object{both()},
		WantStatusUpdates: status(both(unknownRuntime("async"), WithServing(func(s *v1beta2.Serving) { s.Status.Runtime = "knative,async" }))),
		PostConditions:    nothing,
	}}.Test(t, factory())
}

func TestFailureToApplyParts(t *testing.T) {
	rtesting.TableTest{{
		Name:              "all are tried, and both failures told",
		Key:               key,
		Objects:           []runtime.Object{both()},
		OtherTestData:     Observe(ApplyFails(errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "%v\n%v", errBoom, errBoom)},
		WantStatusUpdates: status(both(bothStart(logHint), unscaled)),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantNotPruned},
	}, {
		Name:    "one part is retried later: the failure of the other is reported all the same",
		Key:     key,
		Objects: []runtime.Object{both()},
		OtherTestData: Observe(ChildFails("Configuration", name, controller.NewRequeueAfter(time.Minute)),
			ChildFails(pods, name, errBoom)),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "%v", errBoom)},
		WantStatusUpdates: status(both(bothStart(logHint), unscaled)),
	}}.Test(t, factory(twoRuntimes(eventRuntime{})))
}
