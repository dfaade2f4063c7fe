/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package function

import (
	"context"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
	"knative.dev/pkg/controller"
	rtesting "knative.dev/pkg/reconciler/testing"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/pkg/child"
	ofruntime "openfunction.dev/openfunction/pkg/runtime"
	. "openfunction.dev/openfunction/pkg/testing"
)

// subscriber is a fake Subscriber whose subscriptions are ConfigMaps. A trigger is ready
// if its ConfigMap and its broker, which is a Secret, are.
type subscriber struct{}

func (subscriber) Describe() ofruntime.SubscriberDescription {
	return ofruntime.SubscriberDescription{AddToScheme: corev1.AddToScheme}
}

func (subscriber) References(fn *v1beta2.Function) []ofruntime.Reference {
	var references []ofruntime.Reference
	for _, trigger := range fn.Spec.Serving.EventingTriggers() {
		references = append(references, ofruntime.Reference{Reference: child.Reference{
			Kind:           child.Kind{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("Secret")},
			NamespacedName: types.NamespacedName{Namespace: fn.Namespace, Name: trigger.Broker},
		}})
	}
	return references
}

func subscriptionOf(name string) child.Object {
	return child.Object{Resource: &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}}
}

func (subscriber) Subscribe(fn *v1beta2.Function, references []ofruntime.ResolvedReference) []ofruntime.Subscription {
	var all []ofruntime.Subscription
	for i, trigger := range fn.Spec.Serving.EventingTriggers() {
		all = append(all, ofruntime.Subscription{
			Object: subscriptionOf(trigger.Name),
			Status: func(o child.Observation) v1beta2.TriggerStatus {
				status := v1beta2.TriggerStatus{Key: trigger.Name, Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "wait"}
				switch {
				case references[i].Live == nil:
					status.Status, status.Reason, status.Message = corev1.ConditionFalse, v1beta2.ReasonBrokerNotFound, "no broker"
				case o.Condition != nil:
					status.Status, status.Reason, status.Message = o.Condition.Status, o.Condition.Reason, o.Condition.Message
				}
				return status
			},
		})
	}
	return all
}

func withSubscriber(ctx context.Context, listers *Listers, children *Children) controller.Reconciler {
	return reconcilerOf(ctx, listers, children, testPlugins().WithSubscribers(subscriber{}))
}

func TestSubscriptions(t *testing.T) {
	ctx := context.WithValue(t.Context(), foundKey{}, Found{
		"Secret " + namespace + "/one": &unstructured.Unstructured{}, "Secret " + namespace + "/two": &unstructured.Unstructured{},
	})
	subscribed := func(brokers ...string) *v1beta2.Function {
		return fn(servingOnly, spec(func(s *v1beta2.FunctionSpec) {
			for i, broker := range brokers {
				s.Serving.Triggers.Eventing = append(s.Serving.Triggers.Eventing, v1beta2.EventingTrigger{
					Name: string(rune('a' + i)), Broker: broker,
				})
			}
		}))
	}
	withAddress := func(f *v1beta2.Function) *v1beta2.Function {
		f = f.DeepCopy()
		f.Status.Address = &duckv1.Addressable{URL: apis.HTTP("hello.ns.svc.cluster.local")}
		return f
	}
	good := servingOf(subscribed(), imageA, nil, isTrue())
	// after is the status once the address answers.
	after := func(f *v1beta2.Function, condition *apis.Condition, triggers ...v1beta2.TriggerStatus) *v1beta2.Function {
		return expect(f, func(fs *v1beta2.FunctionStatus) {
			fs.MarkBuildNotRequired()
			serves(fs, good, "")
			fs.PropagateTriggers(good, f.Spec.Serving.EventingKeys()...)
			fs.PropagateEventing(triggers)
			routed(fs, isTrue(), good)
			fs.PropagateRoute(condition)
		})
	}
	waiting := func(message string) *apis.Condition {
		return &apis.Condition{Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonWaitingForTrigger, Message: message}
	}
	ready := func(key string) v1beta2.TriggerStatus {
		return v1beta2.TriggerStatus{Key: key, Status: corev1.ConditionTrue}
	}
	one, both, missing := subscribed("one"), subscribed("one", "two"), subscribed("one", "none")
	a, b := subscriptionOf("a"), subscriptionOf("b")

	testRows(t, rtesting.TableTest{{
		Name:              "nothing is subscribed before the address is stored",
		Key:               key,
		Ctx:               ctx,
		Objects:           []runtime.Object{one, good},
		OtherTestData:     Observe(answers(isTrue())),
		WantStatusUpdates: updates(after(one, waiting("the triggers are being set up"))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(good)), WantPruned(to(good), a)},
	}, {
		Name:              "all triggers are ready",
		Key:               key,
		Ctx:               ctx,
		Objects:           []runtime.Object{withAddress(both), good},
		OtherTestData:     Observe(answers(isTrue()), ReadyChild("ConfigMap", "a"), ReadyChild("ConfigMap", "b")),
		WantStatusUpdates: updates(after(withAddress(both), isTrue(), ready("a"), ready("b"))),
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(good), a, b), WantPruned(to(good), a, b)},
	}, {
		Name:          "a trigger of a broker that does not exist does not affect the others",
		Key:           key,
		Ctx:           ctx,
		Objects:       []runtime.Object{withAddress(missing), good},
		OtherTestData: Observe(answers(isTrue()), ReadyChild("ConfigMap", "a")),
		WantStatusUpdates: updates(after(withAddress(missing), isFalse(v1beta2.ReasonBrokerNotFound, "trigger b: no broker"), ready("a"),
			v1beta2.TriggerStatus{Key: "b", Status: corev1.ConditionFalse, Reason: v1beta2.ReasonBrokerNotFound, Message: "no broker"})),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(good), a, b)},
	}, {
		Name:          "a trigger that has not reported is waited for",
		Key:           key,
		Ctx:           ctx,
		Objects:       []runtime.Object{withAddress(one), good},
		OtherTestData: Observe(answers(isTrue())),
		WantStatusUpdates: updates(after(withAddress(one), waiting("trigger a: wait"),
			v1beta2.TriggerStatus{Key: "a", Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: "wait"})),
	}, {
		Name:              "a trigger that cannot be applied does not affect the others, and is retried",
		Key:               key,
		Ctx:               ctx,
		Objects:           []runtime.Object{withAddress(both), good},
		OtherTestData:     Observe(answers(isTrue()), ReadyChild("ConfigMap", "a"), ReadyChild("ConfigMap", "b"), ChildFails("ConfigMap", "a", errors.New("boom"))),
		WantStatusUpdates: updates(after(withAddress(both), isTrue(), ready("a"), ready("b"))),
		WantErr:           true,
		WantEvents:        []string{rtesting.Eventf(corev1.EventTypeWarning, "InternalError", "boom")},
		PostConditions:    []func(*testing.T, *rtesting.TableRow){WantApplied(to(good), a, b)},
	}, {
		Name: "a trigger that is removed is pruned, and its condition goes",
		Key:  key,
		Ctx:  ctx,
		Objects: []runtime.Object{after(edited(withAddress(both), spec(func(s *v1beta2.FunctionSpec) {
			s.Serving.Triggers.Eventing = s.Serving.Triggers.Eventing[:1]
		})), isTrue(), ready("a"), ready("b")), good},
		OtherTestData: Observe(answers(isTrue()), ReadyChild("ConfigMap", "a")),
		WantStatusUpdates: updates(after(edited(withAddress(both), spec(func(s *v1beta2.FunctionSpec) {
			s.Serving.Triggers.Eventing = s.Serving.Triggers.Eventing[:1]
		})), isTrue(), ready("a"))),
		PostConditions: []func(*testing.T, *rtesting.TableRow){WantApplied(to(good), a), WantPruned(to(good), a)},
	}}, withSubscriber)
}
