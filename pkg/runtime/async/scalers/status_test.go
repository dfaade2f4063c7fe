/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package scalers

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"knative.dev/pkg/apis"

	v1beta2 "openfunction.dev/openfunction/pkg/apis/functions/v1beta2"
)

const (
	heals   = "; it recovers when the function has subscribed; if it does not subscribe, see the first lines of the logs of the containers function and daprd"
	secrets = "; compare the Secret of the component with the credentials of the broker"
	reach   = "; check that the broker is reachable at this address, also from the namespace of KEDA"
	compare = "; correct the component according to KEDA's message, or " + ownTrigger
)

func jobOf(src Source) Source {
	src.Serving = src.Serving.DeepCopy()
	src.Serving.Spec.WorkloadType = v1beta2.WorkloadTypeJob
	return src
}

// shop are triggers of all kinds, by key.
func shop(t *testing.T, keys ...string) []Derived {
	t.Helper()
	sources := map[string]Source{
		"orders":    source("pubsub.redis", set("redisHost", "redis:6379")),
		"kafka":     source("pubsub.kafka", set("brokers", "kafka:9092"), set("authType", "none")),
		"rabbit":    source("bindings.rabbitmq", ref("host", "uri"), set("queueName", "rabbit.q")),
		"rabbit-2":  source("bindings.rabbitmq", ref("host", "uri"), set("queueName", "rabbit.q-2")),
		"nats":      source("pubsub.jetstream", set("natsURL", "nats"), set("streamName", "s"), set("durableName", "d")),
		"things":    source("pubsub.mqtt3", ref("url", "uri")),
		"job":       jobOf(source("pubsub.jetstream", set("natsURL", "nats"), set("streamName", "s"), set("durableName", "d"))),
		"job-redis": jobOf(source("pubsub.redis", set("redisHost", "redis:6379"))),
		"tick":      source("bindings.cron"),
		"unknown":   source("pubsub.solace"),
	}
	var all []Derived
	for _, key := range keys {
		src := sources[key]
		src.Trigger.Key = key
		scaler, err := Derive(src)
		all = append(all, Derived{Key: key, Scaler: scaler, Err: err})
	}
	return all
}

// keda is a ScaledObject with the triggers, as KEDA left it.
func keda(triggers []Derived, ready, reason, message string, metrics ...any) *unstructured.Unstructured {
	var list []any
	for _, derived := range triggers {
		if derived.Scaler == nil {
			continue
		}
		for _, trigger := range derived.Scaler.Triggers {
			list = append(list, map[string]any{
				"type": trigger.Type, "name": trigger.Name,
				"metadata": map[string]any{"scalerAddress": trigger.Metadata["scalerAddress"]},
			})
		}
	}
	conditions := []any{map[string]any{"type": "Active", "status": "False"}}
	if ready != "" {
		conditions = append(conditions, map[string]any{"type": "Ready", "status": ready, "reason": reason, "message": message})
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"kind": "ScaledObject", "spec": map[string]any{"triggers": list},
		"status": map[string]any{"conditions": conditions, "externalMetricNames": metrics},
	}}
}

func failing(triggers []Derived) *unstructured.Unstructured {
	return keda(triggers, "False", "TriggerError", "Triggers defined in ScaledObject are not working correctly")
}

func yes(key string) v1beta2.TriggerStatus {
	return v1beta2.TriggerStatus{Key: key, Status: corev1.ConditionTrue}
}

func no(key, message string) v1beta2.TriggerStatus {
	return v1beta2.TriggerStatus{Key: key, Status: corev1.ConditionFalse, Reason: v1beta2.ReasonScalerFailed, Message: message}
}

func wait(key, message string) v1beta2.TriggerStatus {
	return v1beta2.TriggerStatus{Key: key, Status: corev1.ConditionUnknown, Reason: v1beta2.ReasonPending, Message: message}
}

func TestVerdicts(t *testing.T) {
	suspended := &v1beta2.TriggerStatus{Status: corev1.ConditionFalse, Reason: v1beta2.ReasonSuspended, Message: "as requested"}
	tests := map[string]struct {
		keys []string
		live func([]Derived) Live
		want []v1beta2.TriggerStatus
	}{
		"there is no object yet": {
			[]string{"orders", "tick"},
			func([]Derived) Live { return Live{} },
			[]v1beta2.TriggerStatus{wait("orders", "waiting for the function to be ready for the first time; KEDA scales it from then on"), yes("tick")},
		},
		"KEDA has not looked yet": {
			[]string{"orders"},
			func(all []Derived) Live { return Live{Object: keda(all, "Unknown", "", "")} },
			[]v1beta2.TriggerStatus{wait("orders", "waiting for KEDA to query the trigger")},
		},
		"KEDA has no condition yet": {
			[]string{"orders"},
			func(all []Derived) Live { return Live{Object: keda(all, "", "", "")} },
			[]v1beta2.TriggerStatus{wait("orders", "waiting for KEDA to query the trigger")},
		},
		"all is well, whatever was": {
			[]string{"orders", "rabbit"},
			func(all []Derived) Live {
				return Live{Object: keda(all, "True", "ScaledObjectReady", "ok"), Warnings: []string{"redis: gone"}}
			},
			[]v1beta2.TriggerStatus{yes("orders"), yes("rabbit")},
		},
		"suspended": {
			[]string{"orders", "unknown"},
			func(all []Derived) Live { return Live{Object: failing(all), Suspended: suspended} },
			[]v1beta2.TriggerStatus{{Key: "orders", Status: corev1.ConditionFalse, Reason: v1beta2.ReasonSuspended, Message: "as requested"}, {Key: "unknown", Status: corev1.ConditionFalse, Reason: v1beta2.ReasonSuspended, Message: "as requested"}},
		},
		"identified by the name of the queue": {
			[]string{"rabbit", "rabbit-2", "orders"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{"Exception (404) Reason: \"NOT_FOUND - no queue 'rabbit.q-2' in vhost '/'\""}}
			},
			[]v1beta2.TriggerStatus{yes("rabbit"), no("rabbit-2", "KEDA cannot read rabbitmq rabbit.q-2: Exception (404) Reason: \"NOT_FOUND - no queue 'rabbit.q-2' in vhost '/'\""+heals), yes("orders")},
		},
		"nothing subscribes for a Job": {
			[]string{"job"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{`consumer "d" not found in stream "s"`}}
			},
			[]v1beta2.TriggerStatus{no("job", `KEDA cannot read nats-jetstream orders: consumer "d" not found in stream "s"; create it: a Job subscribes only when an event starts it`)},
		},
		"the first Job makes its group": {
			[]string{"job-redis"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{"NOGROUP No such key 'orders' or consumer group 'g'"}}
			},
			[]v1beta2.TriggerStatus{yes("job-redis")},
		},
		"the other trigger is not affected": {
			[]string{"job-redis", "rabbit"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{"NOGROUP No such key 'orders' or consumer group 'g'"}}
			},
			[]v1beta2.TriggerStatus{yes("job-redis"), yes("rabbit")},
		},
		"but not the broker": {
			[]string{"job-redis"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{"dial tcp: connection refused", "NOGROUP No such key 'orders' or consumer group 'g'"}}
			},
			[]v1beta2.TriggerStatus{no("job-redis", "KEDA cannot read redis-streams orders: dial tcp: connection refused; check that the broker is reachable at this address, also from the namespace of KEDA")},
		},
		"identified by the consumer": {
			[]string{"nats", "orders"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{`consumer "d" not found in stream "s"`}}
			},
			[]v1beta2.TriggerStatus{no("nats", `KEDA cannot read nats-jetstream orders: consumer "d" not found in stream "s"`+heals), yes("orders")},
		},
		"identified by the type": {
			[]string{"kafka", "orders", "rabbit", "rabbit-2"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{"error establishing connection to RabbitMQ: username or password not allowed"}}
			},
			[]v1beta2.TriggerStatus{
				yes("kafka"), yes("orders"),
				no("rabbit", "KEDA cannot read rabbitmq rabbit.q: error establishing connection to RabbitMQ: username or password not allowed"+secrets),
				no("rabbit-2", "KEDA cannot read rabbitmq rabbit.q-2: error establishing connection to RabbitMQ: username or password not allowed"+secrets),
			},
		},
		"not identified": {
			[]string{"kafka", "orders", "tick"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{"dial tcp 10.0.0.1:9: i/o timeout"}}
			},
			[]v1beta2.TriggerStatus{
				no("kafka", "KEDA cannot read kafka orders: dial tcp 10.0.0.1:9: i/o timeout"+reach),
				no("orders", "KEDA cannot read redis-streams orders: dial tcp 10.0.0.1:9: i/o timeout"+reach), yes("tick"),
			},
		},
		"the newest counts, and an older one about another trigger, too": {
			[]string{"kafka", "rabbit", "nats"},
			func(all []Derived) Live {
				return Live{Object: failing(all), Warnings: []string{"error creating kafka client: new", "NATS: no", "error creating kafka client: old"}}
			},
			[]v1beta2.TriggerStatus{no("kafka", "KEDA cannot read kafka orders: error creating kafka client: new"+compare), yes("rabbit"), no("nats", "KEDA cannot read nats-jetstream orders: NATS: no"+compare)},
		},
		"some work and start the function": {
			[]string{"kafka", "rabbit"},
			func(all []Derived) Live {
				return Live{Object: keda(all, "Unknown", "PartialTriggerError", "some"), Warnings: []string{"error describing topics: kafka server: Request was for a topic or partition that does not exist on this broker"}}
			},
			[]v1beta2.TriggerStatus{no("kafka", "KEDA cannot read kafka orders: error describing topics: kafka server: Request was for a topic or partition that does not exist on this broker"+heals), yes("rabbit")},
		},
		"the condition itself has the cause": {
			[]string{"kafka", "rabbit"},
			func(all []Derived) Live {
				return Live{Object: keda(all, "False", "ScaledObjectCheckFailed", "failed to ensure HPA is correctly created for ScaledObject: error parsing kafka metadata: no topic")}
			},
			[]v1beta2.TriggerStatus{no("kafka", "KEDA cannot read kafka orders: failed to ensure HPA is correctly created for ScaledObject: error parsing kafka metadata: no topic"+compare), wait("rabbit", "waiting for KEDA to query the trigger")},
		},
		"no event is left": {
			[]string{"kafka"},
			func(all []Derived) Live { return Live{Object: failing(all)} },
			[]v1beta2.TriggerStatus{no("kafka", "KEDA cannot read kafka orders: Triggers defined in ScaledObject are not working correctly"+compare)},
		},
		"a scaler beside KEDA has not answered": {
			[]string{"orders", "things"},
			func(all []Derived) Live {
				return Live{Object: keda(all, "True", "ScaledObjectReady", "ok", "s0-redis-streams-orders", "s1-redis-streams-orders")}
			},
			[]v1beta2.TriggerStatus{yes("orders"), wait("things", "waiting for mqtt-scaler.openfunction:6000, which has not answered KEDA yet: see its log")},
		},
		"a scaler beside KEDA answers": {
			[]string{"orders", "things"},
			func(all []Derived) Live {
				return Live{Object: keda(all, "True", "ScaledObjectReady", "ok", "s0-redis-streams-orders", "s1-redis-streams-orders", "s2-mqtt")}
			},
			[]v1beta2.TriggerStatus{yes("orders"), yes("things")},
		},
		"a scaler beside KEDA is polled": {
			[]string{"things"},
			func(all []Derived) Live {
				object := keda(all, "True", "ScaledJobReady", "ok")
				object.SetKind("ScaledJob")
				return Live{Object: object}
			},
			[]v1beta2.TriggerStatus{yes("things")},
		},
		"KEDA counts failures, as there is a fallback": {
			[]string{"kafka", "orders"},
			func(all []Derived) Live {
				object := keda(all, "True", "ScaledObjectReady", "ok")
				health := map[string]any{
					"s0-kafka-orders":         map[string]any{"status": "Happy"},
					"s2-redis-streams-orders": map[string]any{"status": "Failing", "numberOfFailures": int64(3)},
				}
				_ = unstructured.SetNestedMap(object.Object, health, "status", "health")
				return Live{Object: object, Warnings: []string{"NOGROUP No such key 'orders'"}}
			},
			[]v1beta2.TriggerStatus{yes("kafka"), no("orders", "KEDA cannot read redis-streams orders: NOGROUP No such key 'orders'"+heals)},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			triggers := shop(t, test.keys...)
			live := test.live(triggers)
			if diff := cmp.Diff(test.want, TriggerStatuses(triggers, live)); diff != "" {
				t.Errorf("statuses (-want, +got): %s", diff)
			}
		})
	}
}

// Where nothing can be derived events arrive all the same.
func TestVerdictOfWhatIsNotDerived(t *testing.T) {
	err := errors.New("because")
	want := []v1beta2.TriggerStatus{{Key: "unknown", Status: corev1.ConditionTrue, Reason: v1beta2.ReasonScalerNotDerived, Message: "because"}}
	if diff := cmp.Diff(want, TriggerStatuses([]Derived{{Key: "unknown", Err: err}}, Live{})); diff != "" {
		t.Errorf("statuses (-want, +got): %s", diff)
	}
}

// What KEDA repeats of an address that it cannot read holds the password.
func TestPasswordsAreNotQuoted(t *testing.T) {
	for _, message := range []string{
		`can't parse host to find protocol: parse "amqp://me:` + canary + `@rabbitmq:5672/": bad`,
		`parse "amqp://me:pa/` + canary + `@rabbitmq": invalid port ":pa/` + canary + `" after host`,
		`parse "amqp://me:a b` + canary + `@rabbitmq": net/url: invalid userinfo`,
		"amqp://me:" + canary + "@rabbitmq is gone",
	} {
		triggers := shop(t, "rabbit")
		statuses := TriggerStatuses(triggers, Live{Object: failing(triggers), Warnings: []string{message}})
		if got := statuses[0].Message; strings.Contains(got, canary) || !strings.Contains(got, "rabbitmq") {
			t.Errorf("%q became %q", message, got)
		}
	}
}

// A message of others is one line of a length that a condition may have.
func TestMessagesAreBounded(t *testing.T) {
	triggers := shop(t, "kafka")
	statuses := TriggerStatuses(triggers, Live{Object: failing(triggers), Warnings: []string{strings.Repeat("kafka\n", 1000)}})
	if got := statuses[0].Message; len(got) > 1024 || strings.ContainsRune(got, '\n') {
		t.Errorf("the message has %d bytes: %q", len(got), got)
	}
}

// A name counts by itself, not as a part of another one.
func TestWordsAreWhole(t *testing.T) {
	for message, want := range map[string]bool{
		"no queue 'q' in vhost": true,
		"q":                     true,
		"there is no q.":        true,
		"look at q: gone":       true,
		"no queue 'q-2'":        false,
		"no queue 'a.q'":        false,
		"no queue 'a-q'":        false,
		"no queue 'q.b'":        false,
		"queue":                 false,
	} {
		if got := hasWord(message, "q"); got != want {
			t.Errorf("hasWord(%q) = %t, want %t", message, got, want)
		}
	}
}

func TestScaledJobReadiness(t *testing.T) {
	ready := func(status corev1.ConditionStatus, reason string) *apis.Condition {
		return &apis.Condition{Status: status, Reason: reason, Message: "m"}
	}
	isTrue := &apis.Condition{Status: corev1.ConditionTrue}
	for name, tt := range map[string]struct{ own, want *apis.Condition }{
		"nothing yet":           {nil, nil},
		"taken":                 {ready("True", "Defined"), ready("True", "Defined")},
		"refused":               {ready("False", "ScaledJobCheckFailed"), ready("False", "ScaledJobCheckFailed")},
		"all of its triggers":   {ready("False", "TriggerError"), isTrue},
		"some of its triggers":  {ready("Unknown", "PartialTriggerError"), isTrue},
		"nothing that is known": {ready("Unknown", ""), ready("Unknown", v1beta2.ReasonPending)},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ScaledJobReadiness(scaledJob(tt.own))); diff != "" {
				t.Error("ScaledJobReadiness() (-want, +got):", diff)
			}
		})
	}
}

// A message that names no broker is about the trigger whose component the sidecars could not
// load either.
func TestMessageWithoutABrokerIsAboutTheComponentThatFails(t *testing.T) {
	triggers := shop(t, "rabbit", "rabbit-2")
	live := Live{Object: keda(triggers, "False", "ScaledObjectCheckFailed", "ACCESS_REFUSED - Login was refused")}
	count := func() (failed int) {
		for _, status := range TriggerStatuses(triggers, live) {
			if status.Reason == v1beta2.ReasonScalerFailed {
				failed++
			}
		}
		return failed
	}
	if got := count(); got != 2 {
		t.Errorf("%d triggers fail, want both, because nothing is known about the components", got)
	}
	triggers[1].NotLoaded = true
	if got := count(); got != 1 || TriggerStatuses(triggers, live)[1].Reason != v1beta2.ReasonScalerFailed {
		t.Errorf("%d triggers fail, want only the second one: %+v", got, TriggerStatuses(triggers, live))
	}
}

// The server that a trigger of the author names may be one that the author cannot reach.
func TestMessagesOfAuthorsTriggersQuoteNothing(t *testing.T) {
	const answer = `error when getting metric value: got: 'v1.33.1-secret'`
	triggers := []Derived{{Key: "tick", Scaler: OfAuthor([]kedav1alpha1.ScaleTriggers{{Type: "metrics-api", Name: "a"}})}}
	for message, class := range map[string]string{
		answer: "the settings or the answer are not as KEDA expects",
		"Get \"http://10.0.0.1:10255/pods\": dial tcp 10.0.0.1:10255: connect: connection refused": "the connection fails",
	} {
		for name, live := range map[string]Live{
			"condition": {Object: keda(triggers, "False", "ScaledObjectCheckFailed", message)},
			"warning":   {Object: keda(triggers, "False", "TriggerError", "Triggers are not working correctly"), Warnings: []string{message}},
		} {
			got := TriggerStatuses(triggers, live)[0].Message
			if want := "KEDA cannot read the triggers in scaleOptions.keda.triggers: " + class + ";"; !strings.HasPrefix(got, want) {
				t.Errorf("%s: %q, want %q and the next step", name, got, want)
			}
		}
	}
	own := ScaledObjectReadiness(keda(triggers, "False", "ScaledObjectCheckFailed", "failed to ensure HPA is correctly created: "+answer))
	if own.Message != "failed to ensure HPA is correctly created" {
		t.Errorf("RevisionReady would quote %q", own.Message)
	}
}

func TestDerivedTriggersNameNoSystemHosts(t *testing.T) {
	for name, src := range map[string]Source{
		"the API server": source("pubsub.kafka", set("brokers", "kubernetes.default.svc:443"), set("authType", "none")),
		"the machine":    source("pubsub.redis", set("redisHost", "169.254.169.254:80")),
		"the scheduler":  source("pubsub.jetstream", set("natsURL", "nats://scheduler.openfunction:6000"), set("streamName", "s"), set("durableName", "d")),
	} {
		if _, err := Derive(src); err == nil || !strings.Contains(err.Error(), "has an address of the node or of the cluster's own services") {
			t.Errorf("%s: Derive() = %v, want an error", name, err)
		}
	}
}

func scaledJob(ready *apis.Condition) *unstructured.Unstructured {
	live := &unstructured.Unstructured{Object: map[string]any{}}
	if ready != nil {
		cond := map[string]any{"type": "Ready", "status": string(ready.Status), "reason": ready.Reason, "message": ready.Message}
		live.Object["status"] = map[string]any{"conditions": []any{cond}}
	}
	return live
}
