//go:build e2e

/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package async

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
	"openfunction.dev/openfunction/test/eventing"
)

// strayed is the component with the fault, and the key of its trigger.
const strayed = "strayed"

// fault is a mistake in one trigger of a function with two.
type fault struct {
	name string
	// add adds the trigger with the mistake.
	add func(*v1beta2.WorkloadSpec)
	// reason is the reason of the condition; empty if a product sets it.
	reason string
	// texts are the required parts of the message.
	texts []string
}

func faults() []fault {
	return []fault{
		{
			name: "unknown-component", reason: v1beta2.ReasonComponentNotFound, texts: []string{strayed, "define it"},
			add: func(ws *v1beta2.WorkloadSpec) { addTrigger(ws, v1beta2.DaprComponentRef{Name: strayed, Topic: "a"}) },
		},
		{
			name: "type-mismatch", reason: v1beta2.ReasonTypeMismatch, texts: []string{"pubsub.redis", "pubsub.kafka"},
			add: func(ws *v1beta2.WorkloadSpec) {
				addTrigger(ws, v1beta2.DaprComponentRef{Name: strayed, Type: "pubsub.kafka", Topic: "a"})
				ws.Pubsub[strayed] = ws.Pubsub[orders].DeepCopy()
			},
		},
		{
			name: "missing-topic", reason: v1beta2.ReasonTopicMissing, texts: []string{strayed, "topic"},
			add: func(ws *v1beta2.WorkloadSpec) {
				addTrigger(ws, v1beta2.DaprComponentRef{Name: strayed})
				ws.Pubsub[strayed] = ws.Pubsub[orders].DeepCopy()
			},
		},
		{
			name: "two-of-one-name", reason: v1beta2.ReasonComponentAmbiguous, texts: []string{strayed, "more than once"},
			add: func(ws *v1beta2.WorkloadSpec) {
				addTrigger(ws, v1beta2.DaprComponentRef{Name: strayed, Topic: "a"})
				ws.Pubsub[strayed] = ws.Pubsub[orders].DeepCopy()
				ws.Bindings = map[string]*v1beta2.DaprComponent{strayed: {Type: "bindings.redis"}}
			},
		},
		{
			name: "wrong-secret-key", texts: []string{"no-such-key", "NOAUTH"},
			add: func(ws *v1beta2.WorkloadSpec) {
				addTrigger(ws, v1beta2.DaprComponentRef{Name: strayed, Topic: "a"})
				ws.Pubsub[strayed] = ws.Pubsub[orders].DeepCopy()
				ws.Pubsub[strayed].Metadata[1].SecretKeyRef.Key = "no-such-key"
			},
		},
		{
			name: "broker-down", texts: []string{"error connecting to redis at redis.brokers:6390"},
			add: func(ws *v1beta2.WorkloadSpec) {
				addTrigger(ws, v1beta2.DaprComponentRef{Name: strayed, Topic: "a"})
				ws.Pubsub[strayed] = ws.Pubsub[orders].DeepCopy()
				ws.Pubsub[strayed].Metadata[0].Value = &apiextensionsv1.JSON{Raw: []byte(`"redis.brokers:6390"`)}
			},
		},
	}
}

func addTrigger(ws *v1beta2.WorkloadSpec, ref v1beta2.DaprComponentRef) {
	ws.Triggers.Dapr = append(ws.Triggers.Dapr, &v1beta2.DaprTrigger{DaprComponentRef: &ref})
}

// A mistake in one trigger is reported on the Function, by trigger and with advice. The
// other trigger works.
func TestAFaultyTriggerIsNamedAndTheOthersWork(t *testing.T) {
	t.Parallel()
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	var all []*v1beta2.Function
	for _, f := range faults() {
		all = append(all, s.Create(t, s.Example(t, "redis", func(fn *v1beta2.Function) {
			fn.Name = f.name
			f.add(fn.Spec.Serving)
		})))
	}
	for i, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			condition := s.awaitFault(t, all[i], f.texts)
			if f.reason != "" && condition.Reason != f.reason {
				t.Errorf("the reason is %s, want %s; message: %s", condition.Reason, f.reason, condition.Message)
			}
		})
	}
	s.Send(t, 1, 3, 0)
	for i, f := range faults() {
		t.Run(f.name+": the other trigger works", func(t *testing.T) {
			s.awaitHandledBy(t, all[i].Name, 3)
		})
	}
}

// A missing Secret stops all triggers of a function, because Dapr then passes no
// component to its sidecar. The Secret is named, and creating it is enough.
func TestAMissingSecretIsNamedAndHeals(t *testing.T) {
	t.Parallel()
	const late = "late"
	s := prepare(t, eventing.BrokerOf(t, "redis"))
	s.fn = s.Create(t, s.Example(t, "redis", func(fn *v1beta2.Function) {
		fn.Spec.Serving.Pubsub[orders].Metadata[1].SecretKeyRef.Name = late
	}))
	for _, key := range []apis.ConditionType{triggerReady(orders), v1beta2.FunctionConditionReady} {
		s.fn = s.AwaitFunction(t, s.fn, "name the Secret in "+string(key), func(f *v1beta2.Function) bool {
			condition := f.Status.GetCondition(key)
			return condition.IsFalse() && strings.Contains(condition.Message, "Secret "+late+", which a component names, does not exist")
		})
	}
	t.Logf("figure: %s", s.fn.Status.GetCondition(v1beta2.FunctionConditionReady).Message)

	secrets := s.Kube.CoreV1().Secrets(s.Namespace)
	secret, err := secrets.Get(t.Context(), "redis", metav1.GetOptions{})
	if err == nil {
		_, err = secrets.Create(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: late}, Data: secret.Data}, metav1.CreateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	s.fn = s.AwaitReady(t, s.fn)
	s.Send(t, 1, 1, 0)
	s.awaitHandled(t, orders, "1")
}

// awaitFault waits until the condition of the trigger is False with all texts in its
// message, and the condition of the other one is not False.
func (s *scene) awaitFault(t *testing.T, fn *v1beta2.Function, texts []string) *apis.Condition {
	t.Helper()
	fn = s.AwaitFunction(t, fn, fmt.Sprintf("name the faulty trigger with %q", texts), func(f *v1beta2.Function) bool {
		condition := f.Status.GetCondition(triggerReady(strayed))
		lacks := func(text string) bool { return !strings.Contains(condition.Message, text) }
		return condition.IsFalse() && !slices.ContainsFunc(texts, lacks)
	})
	condition := fn.Status.GetCondition(triggerReady(strayed))
	t.Logf("figure: %s: %s: %s", fn.Name, condition.Reason, condition.Message)
	if other := fn.Status.GetCondition(triggerReady(orders)); other.IsFalse() {
		t.Errorf("the other trigger is reported as faulty, too: %s", other.Message)
	}
	return condition
}

// triggerReady returns the type of the condition of a trigger.
func triggerReady(key string) apis.ConditionType {
	return v1beta2.TriggerCondition(key)
}
